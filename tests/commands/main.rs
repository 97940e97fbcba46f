//! The program from outside, a file of tests for each command or what commands have in common.
mod broken;
mod compare;
mod evidence;
mod export;
mod faultlines;
mod hindcast;
mod kept;
mod killed;
mod paths;
mod program;
mod report;
mod resume;
mod run;
mod scenarios;
mod why;
