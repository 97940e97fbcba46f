//! Output and exit codes of commands: data on stdout, messages on stderr.
use super::faults;
use super::{BAD_INPUT, NOT_RIGHT};
use noforn::load::Faults;
use std::io::{self, Write};
use std::process::ExitCode;

/// Writes the output of commands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Screen {
    /// True if the output is JSON.
    pub json: bool,
}

/// The error that ends a command.
#[derive(Debug)]
pub enum Stop {
    /// The files have faults.
    Faults(Box<Faults>),
    /// The arguments are wrong, or the state of the disk.
    Bad {
        /// What is wrong: lower case, no full stop, the user's words in backticks.
        message: String,
        /// What the user can do.
        help: Option<String>,
    },
    /// Standard output or a file could not be written.
    Io(io::Error),
}

impl Stop {
    /// An error with help.
    pub fn bad(message: impl Into<String>, help: impl Into<String>) -> Self {
        Stop::Bad { message: message.into(), help: Some(help.into()) }
    }
}

impl From<Faults> for Stop {
    fn from(faults: Faults) -> Self {
        Stop::Faults(Box::new(faults))
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Io(error)
    }
}

impl Screen {
    /// Writes text to stdout. If the reader is gone, the program ends without a message.
    pub fn out(&self, text: &str) -> Result<(), Stop> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
        Ok(())
    }

    /// Writes a value to stdout as JSON, with a line end.
    pub fn out_json(&self, value: &serde_json::Value) -> Result<(), Stop> {
        let mut text = serde_json::to_string_pretty(value).expect("a JSON value can be written as JSON");
        text.push('\n');
        self.out(&text)
    }

    /// Writes a message to stderr, in colour if the terminal supports it.
    pub fn say(&self, text: &str) {
        // If stderr is gone, there is nowhere to report the error.
        let _ = anstream::stderr().lock().write_all(text.as_bytes());
    }

    /// The exit code of a check: 0 if all is right, else 1.
    pub fn exit_code(&self, right: bool) -> ExitCode {
        if right { ExitCode::SUCCESS } else { ExitCode::from(NOT_RIGHT) }
    }

    /// Writes the error that ended a command, and returns the exit code.
    pub fn report_stop(&self, stop: &Stop) -> ExitCode {
        match stop {
            Stop::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Stop::Io(error) => self.say_error(&format!("cannot write: {error}"), None),
            Stop::Bad { message, help } => self.say_error(message, help.as_deref()),
            Stop::Faults(found) if self.json => {
                let text = serde_json::to_string_pretty(&faults::to_json(found)).unwrap_or_default();
                self.say(&format!("{text}\n"));
            }
            Stop::Faults(found) => self.say(&faults::render_all(found)),
        }
        ExitCode::from(BAD_INPUT)
    }

    fn say_error(&self, message: &str, help: Option<&str>) {
        if self.json {
            let fault = serde_json::json!({ "faults": [{ "code": "bad-input", "message": message, "help": help }] });
            self.say(&format!("{}\n", serde_json::to_string_pretty(&fault).unwrap_or_default()));
        } else {
            self.say(&faults::render_message(message, help));
        }
    }
}
