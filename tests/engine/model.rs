//! The model as a whole: on the shipped scenarios, over many runs.
mod causes;
mod determinism;
mod giving;
mod history;
mod imports;
mod ladder;
mod layers;
mod mechanisms;
mod membership;
mod narrowing;
mod port_ban;
mod ranges;
mod shared;
mod side_agreements;
mod sources;
mod tidy;
mod withdrawals;
