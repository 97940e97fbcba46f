//! How far the runs are, on a terminal only; and Ctrl-C as a flag.
use super::screen::Stop;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// A bar on stderr; nothing where stderr is no terminal.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar for this many runs.
    pub fn new(runs: usize) -> Self {
        Self::of(runs, "runs")
    }
    /// A bar for this many of something.
    pub fn of(count: usize, what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(&format!("{{wide_bar}} {{pos}}/{{len}} {what}, {{eta}} left"));
        bar.set_style(style.expect("the template names what a bar knows"));
        Self(bar)
    }
    /// One run more.
    pub fn step(&self) {
        self.0.inc(1);
    }
    /// Takes the bar off the screen.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// A flag that Ctrl-C sets; a second Ctrl-C ends the program at once.
pub fn stop_on_ctrl_c() -> Result<&'static AtomicBool, Stop> {
    static STOP: AtomicBool = AtomicBool::new(false);
    static HEARD: OnceLock<Result<(), String>> = OnceLock::new();
    let heard = HEARD.get_or_init(|| {
        let pressed = || {
            if STOP.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        };
        ctrlc::set_handler(pressed).map_err(|error| error.to_string())
    });
    match heard {
        Ok(()) => Ok(&STOP),
        Err(error) => Err(Stop::Bad { message: format!("cannot listen for Ctrl-C: {error}"), help: None }),
    }
}
