//! How does one get a replay with what the program printed?
//!
//! `cargo xtask replay NAME` runs an example with `KETTLE_TRACE` set, and with its standard output
//! going to a file that the trace reads along, so that each line is beside the poll that printed
//! it. We show the lines as they come. Then the page is opened, if there is somewhere to open it.
//!
//! An example that never ends is ended: after the seconds that were asked for, or when it has
//! printed nothing for ten. (After Ctrl-C the replay is there as well, without the last lines
//! printed.)
//!
//! Not here: the recording (`kettle_kit::record`), the replay itself (`trace/`).

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use kettle_kit::record::{Recording, tell};
use kettle_kit::report::Trouble;
use kettle_kit::{cargo, tree};

/// An example that says nothing for so long may well be waiting for ever.
const QUIET: Duration = Duration::from_secs(10);

/// The arguments of `cargo xtask replay`.
#[derive(clap::Args)]
#[command(
    after_help = "`cargo xtask replay make_tea` is a good one to begin with. A name that is no \
    example's is answered with the names of all."
)]
pub(crate) struct Options {
    /// The example's name
    name: String,
    /// Ends it after so many seconds; if not said, when it has printed nothing for ten
    #[arg(long)]
    seconds: Option<u64>,
    /// Only makes the page
    #[arg(long)]
    no_open: bool,
    /// The example's own arguments
    #[arg(last = true)]
    args: Vec<String>,
}

pub(crate) fn replay(options: &Options) -> ExitCode {
    tell(make(options), !options.no_open)
}

/// Builds the example and runs it; where its replay is.
fn make(options: &Options) -> Result<PathBuf, Trouble> {
    is_known(&options.name)?;
    cargo::succeed(&["build", "--example", &options.name])?;
    let mut recording =
        Recording::of(&options.name, &fs::canonicalize(tree::target()?)?.join("replay"))?;
    recording.command.args(&options.args);
    let limit = options.seconds.map(Duration::from_secs);
    let go_on = |runs: Duration, silent| limit.map_or(silent < QUIET, |limit| runs < limit);
    let (page, status) = recording.run(io::stdout(), go_on)?;
    match status {
        None if limit.is_none() => {
            eprintln!("{} is ended here; `--seconds N` gives it another time", options.name);
        }
        None => eprintln!("{} is ended here", options.name),
        Some(status) if !status.success() => {
            eprintln!("{} ended with {status}; the replay shows what came before", options.name);
        }
        Some(_) => {}
    }
    Ok(page)
}

/// Is it an example? If not, which are there?
fn is_known(name: &str) -> Result<(), String> {
    let names: Vec<String> = cargo::examples()?.into_iter().map(|(name, _)| name).collect();
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(format!("no example is called {name:?}; there are: {}", names.join(", ")))
}
