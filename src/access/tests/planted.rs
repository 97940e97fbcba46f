//! A comparison that cannot fail proves nothing: every fault planted in the compiled form is found.
