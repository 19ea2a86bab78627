//! What does `cargo xtask replay NAME` do?
//!
//! It builds the example and runs it with `KETTLE_TRACE` set. The example's standard output goes to
//! a file from which the recorder copies, so that the replay shows each line beside the poll that
//! printed it; the command prints the lines, too. Then the page is opened, if there is a desktop.
//!
//! An example that never ends is stopped after the given number of seconds, or when it has printed
//! nothing for ten seconds. Ctrl-C stops it, too, but then the replay lacks the last lines.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use kettle_kit::record::{RecordedRun, report_page};
use kettle_kit::report::Trouble;
use kettle_kit::{cargo, tree};

/// An example that prints nothing for this long is probably waiting for ever.
const MAX_SILENCE: Duration = Duration::from_secs(10);

/// The arguments of `cargo xtask replay`.
#[derive(clap::Args)]
#[command(
    after_help = "`cargo xtask replay make_tea` is a good one to begin with. If there is no \
    example of this name, the command lists all names."
)]
pub(crate) struct Options {
    /// The example's name
    name: String,
    /// Stops it after this many seconds; by default, when it has printed nothing for ten
    #[arg(long)]
    seconds: Option<u64>,
    /// Doesn't open the page
    #[arg(long)]
    no_open: bool,
    /// The example's own arguments
    #[arg(last = true)]
    args: Vec<String>,
}

pub(crate) fn replay(options: &Options) -> ExitCode {
    report_page(make(options), !options.no_open)
}

/// Builds the example and runs it. Returns the replay's path.
fn make(options: &Options) -> Result<PathBuf, Trouble> {
    check_name(&options.name)?;
    cargo::succeed(&["build", "--example", &options.name])?;
    let mut recording =
        RecordedRun::new(&options.name, &fs::canonicalize(tree::target()?)?.join("replay"))?;
    recording.command.args(&options.args);
    let limit = options.seconds.map(Duration::from_secs);
    let go_on = |runs: Duration, silent| limit.map_or(silent < MAX_SILENCE, |limit| runs < limit);
    let (page, status) = recording.run(io::stdout(), go_on)?;
    match status {
        None => eprintln!("{} was stopped; `--seconds N` sets another time", options.name),
        Some(status) if !status.success() => {
            eprintln!("{} ended with {status}; the replay shows what came before", options.name);
        }
        Some(_) => {}
    }
    Ok(page)
}

/// Checks that there is an example of this name. The error lists those that exist.
fn check_name(name: &str) -> Result<(), String> {
    let examples = cargo::examples()?;
    if examples.contains_key(name) {
        return Ok(());
    }
    let names: Vec<String> = examples.into_keys().collect();
    Err(format!("no example is called {name:?}. The examples: {}", names.join(", ")))
}
