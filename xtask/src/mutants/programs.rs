//! Which programs of tests are there, and which of them notices a fault?
//!
//! Each is built once and run by itself. Without a fault, when it is first needed, it tells how long it takes, and
//! which switches it comes to: a fault that is a switch is tried with those programs only.
//!
//! Interface: [`build`], [`Program`], [`place`]. Invariants: a program hangs if it takes four times as long as without a fault;
//! what fails is repeated, without the fault and with it, before it counts.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use cargo_metadata::Message;
use kettle_kit::cargo;
use kettle_kit::process;
use kettle_kit::report::Trouble;
use kettle_kit::tree;

use super::switches::{REACHED, VARIABLE};

/// Arguments of `cargo test`: what looks at most comes before what takes longer to build.
pub(super) const GROUPS: [&[&str]; 5] = [
    &["-p", "kettle-runtime", "--lib"],
    // What two threads do between two steps is found every time only by a model.
    &["-p", "kettle-models", WHOLE, "--test", "threads", "--test", "wheel"],
    &["-p", "kettle", WHOLE, "--lib", "--test", "wakes", "--test", "late_wakes"],
    // The plays ask tokio what becomes of random operations on a primitive.
    &["-p", "kettle", "-p", "kettle-fuzz", WHOLE, "--test", "api", "--test", "corpus"],
    &["-p", "kettle", WHOLE, "--lib", "--tests"],
];
/// They run other programs under many orders, for a minute; what they come to the others come to.
const LONG: [&str; 2] = ["oops", "schedules"];
/// The API's tests ask for every part.
const WHOLE: &str = "--features=kettle/full,kettle/test-util";
/// No group takes longer to build, and no program to run.
const LIMIT: Duration = Duration::from_mins(30);
/// What takes no longer does not hang.
const SHORT: Duration = Duration::from_secs(10);

/// `target/mutants`.
pub(super) fn place(within: &str) -> PathBuf {
    tree::root().join("target/mutants").join(within)
}

/// A program of tests.
pub(super) struct Program {
    name: String,
    pub(super) path: PathBuf,
    folder: PathBuf,
    /// The first of [`GROUPS`] that has it.
    pub(super) group: usize,
    /// It hangs if it takes longer.
    limit: Duration,
    /// The switches that it comes to.
    pub(super) reaches: BTreeSet<usize>,
}

/// How a program failed.
pub(super) struct Failed {
    tests: Vec<String>,
    pub(super) how: String,
}

/// Builds a group's programs in the copy of the tree. `Err`: what the compiler says.
pub(super) fn build(group: usize) -> Result<Result<Vec<Program>, String>, Trouble> {
    let args = ["test", "--no-run", "--message-format=json,json-diagnostic-short"];
    let mut command = cargo::command(&[&args, GROUPS[group]].concat());
    command.current_dir(place("tree")).env("CARGO_TARGET_DIR", place("target"));
    command.env("CARGO_INCREMENTAL", "1"); // a fault is a line in one file of many
    command.env("KETTLE_UNCHANGED", tree::root()); // for the models
    // Cargo tells a package's own variables to its programs; ours are not theirs.
    command.env_remove("CARGO_MANIFEST_DIR");
    let finished = process::run(&mut command, LIMIT)?;
    let (mut programs, mut words) = (Vec::new(), String::new());
    for message in Message::parse_stream(finished.stdout.as_bytes()) {
        match message? {
            Message::CompilerArtifact(built)
                if built.profile.test && !LONG.contains(&&*built.target.name) =>
            {
                let folder = built.manifest_path.parent().map(|it| it.to_path_buf().into());
                if let (Some(path), Some(folder)) = (built.executable, folder) {
                    let (name, path) = (built.target.name, path.into());
                    let reaches = BTreeSet::new();
                    programs.push(Program { name, path, folder, group, limit: LIMIT, reaches });
                }
            }
            Message::CompilerMessage(said) => words.extend(said.message.rendered),
            _ => {}
        }
    }
    if finished.success() {
        return Ok(Ok(programs));
    }
    Ok(Err(if words.contains(": error") { words } else { finished.failure() }))
}

impl Program {
    /// Runs it without a fault: how long does it take, and to which switches does it come?
    pub(super) fn get_to_know(&mut self) -> Result<(), Trouble> {
        if self.limit < LIMIT {
            return Ok(()); // it is known
        }
        let reached = place("reached");
        let _ = fs::remove_dir_all(&reached); // the last program's
        fs::create_dir_all(&reached)?;
        let begun = Instant::now();
        let finished = process::run(self.command(None).env(REACHED, &reached), LIMIT)?;
        let took = begun.elapsed();
        // A test may count the files that it opens: without those of the switches it has to pass.
        if !finished.success()
            && let Some(failed) = self.fails(None, &[])?
        {
            return Err(format!("{}, without a fault", failed.how).into());
        }
        self.limit = SHORT.max(4 * took);
        let switches = fs::read_dir(&reached)?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        self.reaches = switches.collect();
        Ok(())
    }

    /// What fails by the fault; first with those tests only that have one of these words in their names.
    pub(super) fn notices(
        &self,
        switch: Option<usize>,
        words: &[&str],
    ) -> io::Result<Option<String>> {
        let narrow = (self.limit > SHORT).then_some(words);
        for args in narrow.into_iter().chain([&[][..]]) {
            let Some(failed) = self.fails(switch, args)? else { continue };
            let exact = ["--exact"].into_iter().chain(failed.tests.iter().map(String::as_str));
            let exact: Vec<&str> = exact.collect();
            let again = if failed.tests.is_empty() { args } else { &exact };
            let by_chance = switch.is_some() && self.fails(None, again)?.is_some();
            if by_chance {
                continue;
            }
            // A test may fail only beside the others.
            if self.fails(switch, again)?.is_some() || self.fails(switch, args)?.is_some() {
                return Ok(Some(failed.how));
            }
        }
        Ok(None)
    }

    fn fails(&self, switch: Option<usize>, args: &[&str]) -> io::Result<Option<Failed>> {
        let finished = process::run(self.command(switch).args(args), self.limit)?;
        if finished.success() {
            return Ok(None);
        }
        let lines = || finished.transcript.lines().map(str::trim);
        let test = |line: &str| {
            let test = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
            Some(test.split(" - ").next()?.to_owned())
        };
        let tests: Vec<String> = lines().filter_map(test).collect();
        // A program without libtest says only that it panicked.
        let panicked = || lines().find(|line| line.contains("panicked at ")).map(str::to_owned);
        let how = tests.first().cloned().or_else(panicked).unwrap_or_else(|| finished.ending());
        Ok(Some(Failed { tests, how: format!("{}: {how}", self.name) }))
    }

    fn command(&self, switch: Option<usize>) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command.env("CARGO_TARGET_DIR", place("target")).env_remove("KETTLE_TRACE");
        command.env("KETTLE_DOCTOR", "off"); // as for all tests of ours
        command.env(VARIABLE, switch.map_or_else(String::new, |at| at.to_string()));
        command
    }
}
