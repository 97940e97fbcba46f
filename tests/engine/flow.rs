//! Labels that cannot leak: laws of the flow of reports, over generated worlds, all small worlds, and a second telling.
mod counts;
mod drawn;
mod enforced;
mod exhaustive;
pub mod expected;
mod giving;
mod laws;
mod telling;
mod ties;
pub mod worlds;
