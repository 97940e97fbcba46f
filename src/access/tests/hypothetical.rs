//! Triggers and hypothetical questions, against the same question asked of changed facts.
