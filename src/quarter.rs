//! What happens in a quarter.
