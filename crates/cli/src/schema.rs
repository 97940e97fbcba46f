//! `noforn schema`: the JSON Schema of scenario files.
use super::screen::{Screen, Stop};
use super::show;
use noforn::scenario::schema::published;
use std::process::ExitCode;

/// Print the JSON Schema of scenario files, for editors that complete and check them
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn schema > noforn.schema.json",
    after_help = "A scenario whose first line is `#:schema noforn.schema.json` is completed and checked by editors that know TOML.\n\
                  Next: noforn new my-study    writes a scenario with such a line"
)]
pub struct Args {
    /// Print the Cedar schema of a scenario's rules instead
    #[arg(long, value_name = "SCENARIO")]
    cedar: Option<String>,
}

/// Prints the schema.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    match &args.cedar {
        Some(path) => screen.out(&show::cedar_schema(path)?)?,
        None => screen.out_json(&published())?,
    }
    Ok(ExitCode::SUCCESS)
}
