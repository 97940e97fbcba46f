//! What an ensemble says of stances on record, and how that compares with what happened.
pub mod baseline;
pub mod forecast;
pub mod record;
pub mod score;
