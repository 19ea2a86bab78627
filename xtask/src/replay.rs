//! How does one get a replay with what the program printed?
//!
//! `cargo xtask replay NAME` runs an example with `KETTLE_TRACE` set, and with its standard output
//! going to a file that the trace reads along, so that each line is beside the poll that printed
//! it. We show the lines as they come. Then the page is opened, if there is somewhere to open it.
//!
//! An example that never ends is ended: after the seconds that were asked for, or when it has printed
//! nothing for ten. (After Ctrl-C the replay is there as well, without the last lines printed.)
//!
//! Not here: the recording (`kettle_kit::record`), the replay itself (`trace/`).

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode};
use std::time::{Duration, Instant};

use kettle_kit::record::{finish, recorder, tell};
use kettle_kit::report::Trouble;
use kettle_kit::{cargo, process, tree};

use crate::cargo::examples;

/// An example that says nothing for so long may well be waiting for ever.
const QUIET: Duration = Duration::from_secs(10);

/// What was asked for.
#[derive(clap::Args)]
#[command(
    after_help = "`cargo xtask replay make_tea` is a good one to begin with. A name that is no \
    example's is answered with the names of all."
)]
pub(crate) struct Wish {
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

pub(crate) fn replay(wish: &Wish) -> ExitCode {
    tell(make(wish), !wish.no_open)
}

/// Builds the example and runs it; where its replay is.
fn make(wish: &Wish) -> Result<PathBuf, Trouble> {
    is_known(&wish.name)?;
    cargo::succeed(&["build", "--example", &wish.name])?;
    let directory = fs::canonicalize(tree::target()?)?.join("replay");
    fs::create_dir_all(&directory)?;
    let page = directory.join(format!("{}.html", wish.name));
    let printed = directory.join(format!("{}.out", wish.name));
    let mut command = recorder(&wish.name, &page, &printed)?;
    command.args(&wish.args);
    watch(&mut process::start(&mut command)?, wish, &printed)?;
    finish(&page, &printed)?;
    Ok(page)
}

/// Is it an example? If not, which are there?
fn is_known(name: &str) -> Result<(), String> {
    let names: Vec<String> = examples()?.into_iter().map(|(name, _)| name).collect();
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(format!("no example is called {name:?}; there are: {}", names.join(", ")))
}

/// Shows what the example prints until it ends, or is ended by us.
fn watch(child: &mut Child, wish: &Wish, printed: &Path) -> io::Result<()> {
    let mut lines = fs::File::open(printed)?;
    let begun = Instant::now();
    let mut last_word = begun;
    let (limit, advice) = match wish.seconds {
        Some(seconds) => (Duration::from_secs(seconds), ""),
        None => (QUIET, "; `--seconds N` gives it another time"),
    };
    let status = process::wait_while(child, || {
        let mut new = Vec::new();
        if lines.read_to_end(&mut new)? > 0 {
            last_word = Instant::now();
            io::stdout().write_all(&new)?;
            io::stdout().flush()?;
        }
        let since = if wish.seconds.is_some() { begun } else { last_word };
        Ok(since.elapsed() < limit)
    })?;
    match status {
        None => eprintln!("{} is ended here{advice}", wish.name),
        Some(status) if !status.success() => {
            eprintln!("{} ended with {status}; the replay shows what came before", wish.name);
        }
        Some(_) => {}
    }
    Ok(())
}
