//! What a command says and how it ends: data to stdout, messages to stderr.
use super::faults;
use super::{BAD_INPUT, NOT_RIGHT};
use noforn::load::Faults;
use std::io::{self, Write};
use std::process::ExitCode;

/// How answers are given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Screen {
    /// In JSON, for a program to read.
    pub json: bool,
}

/// Why a command could not be carried out.
#[derive(Debug)]
pub enum Stop {
    /// The files are at fault.
    Faults(Box<Faults>),
    /// The arguments are, or the state of the disk.
    Bad {
        /// What is wrong: lower case, no full stop, the user's words in backticks.
        message: String,
        /// What would be right.
        help: Option<String>,
    },
    /// Standard output or a file could not be written.
    Io(io::Error),
}

impl Stop {
    /// Bad arguments, with what would be right.
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
    /// Writes text to stdout; a reader that has gone away ends the program quietly.
    pub fn out(&self, text: &str) -> Result<(), Stop> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
        Ok(())
    }

    /// Writes a value to stdout as JSON, with a line break behind it.
    pub fn out_json(&self, value: &serde_json::Value) -> Result<(), Stop> {
        let mut text = serde_json::to_string_pretty(value).expect("a JSON value can be written as JSON");
        text.push('\n');
        self.out(&text)
    }

    /// Writes a message to stderr, in colour where it is a terminal that wants it.
    pub fn say(&self, text: &str) {
        // Where even stderr is gone there is nobody left to tell.
        let _ = anstream::stderr().lock().write_all(text.as_bytes());
    }

    /// The code of an answer: 1 unless all is right.
    pub fn verdict(&self, right: bool) -> ExitCode {
        if right { ExitCode::SUCCESS } else { ExitCode::from(NOT_RIGHT) }
    }

    /// Tells why a command stopped; the code to exit with.
    pub fn tell(&self, stop: &Stop) -> ExitCode {
        match stop {
            Stop::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Stop::Io(error) => self.say_fault(&format!("cannot write: {error}"), None),
            Stop::Bad { message, help } => self.say_fault(message, help.as_deref()),
            Stop::Faults(found) if self.json => {
                let text = serde_json::to_string_pretty(&faults::json(found)).unwrap_or_default();
                self.say(&format!("{text}\n"));
            }
            Stop::Faults(found) => self.say(&faults::drawn(found)),
        }
        ExitCode::from(BAD_INPUT)
    }

    fn say_fault(&self, message: &str, help: Option<&str>) {
        if self.json {
            let fault = serde_json::json!({ "faults": [{ "code": "bad-input", "message": message, "help": help }] });
            self.say(&format!("{}\n", serde_json::to_string_pretty(&fault).unwrap_or_default()));
        } else {
            self.say(&faults::plain(message, help));
        }
    }
}
