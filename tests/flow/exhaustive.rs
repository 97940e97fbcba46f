//! Every small world.
