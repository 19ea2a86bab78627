//! How is one check run, so that whatever an answer does, there is a verdict?
//!
//! In a process of its own, watched. A check that is right takes milliseconds. One that takes
//! longer either does nothing, because a wake was lost, or turns in a circle; which of the two, its
//! processor time tells (on Linux; elsewhere both are called hanging). A loaded machine makes
//! neither: time that a process doesn't get is not counted.
//!
//! Interface: [`trial`], [`list`], [`Verdict`]; [`record`], [`record_program`].

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kettle_judge::status;

use crate::places::learn;

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    /// A `todo!()`, and where it stands.
    Todo(String),
    /// It waits for what never comes; what the process had said by then.
    Hangs(String),
    /// It turns in a circle.
    Spins(String),
    /// The claim is false: why.
    Wrong(String),
}

/// So much processor time is a circle.
const BUSY: Duration = Duration::from_secs(8);
/// So long without any is a hang.
const STILL: Duration = Duration::from_secs(2);
/// The same where processor time can't be read.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(5);

/// Names and claims of all checks that `program` has, with `before` before its own arguments.
pub(crate) fn list(program: &Path, before: &[&str]) -> Result<Vec<(String, String)>, String> {
    let output = Command::new(program).args(before).arg("list").output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(pairs.map(|(name, claim)| (name.to_owned(), claim.to_owned())).collect())
}

/// Records the check `name` as a page. `false`: no runtime of kettle ran in it.
pub(crate) fn record(program: &Path, name: &str, page: &Path) -> Result<bool, String> {
    let mut command = Command::new(program);
    command.args(["run", name]);
    place(&mut command, program);
    record_program(&mut command, page)?;
    Ok(page.exists())
}

/// Records a program as a page; says how it ended.
pub(crate) fn record_program(command: &mut Command, page: &Path) -> Result<String, String> {
    let failed = |error: io::Error| format!("{}: {error}", page.display());
    if page.exists() {
        fs::remove_file(page).map_err(failed)?;
    }
    command.env("KETTLE_TRACE", page).env("KETTLE_DOCTOR", "off");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(failed)?;
    Ok(match wait(&mut child).map_err(failed)? {
        Ended::Itself(Some(0)) => "ran to its end".to_owned(),
        Ended::Itself(Some(code)) => format!("ended with code {code}"),
        Ended::Itself(None) => "was killed".to_owned(),
        Ended::Still => "hung, and was ended".to_owned(),
        Ended::Busy => "turned in a circle, and was ended".to_owned(),
    })
}

/// Runs the check `name`.
pub(crate) fn trial(program: &Path, before: &[&str], name: &str) -> Result<Verdict, String> {
    let mut command = Command::new(program);
    command.args(before).args(["run", name]).env_remove("KETTLE_DOCTOR");
    place(&mut command, program);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: io::Error| format!("{}: {error}", program.display());
    let mut child = command.spawn().map_err(failed)?;
    let stdout = child.stdout.take().map(collect);
    let stderr = child.stderr.take().map(collect);
    let ended = wait(&mut child).map_err(failed)?;
    let text = |reader: Option<thread::JoinHandle<String>>| {
        reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
    };
    let (said, aside) = (text(stdout).trim().to_owned(), text(stderr).trim().to_owned());
    Ok(match ended {
        Ended::Still => Verdict::Hangs(aside),
        Ended::Busy => Verdict::Spins("it used the processor without end".to_owned()),
        Ended::Itself(code) => match u8::try_from(code.unwrap_or(-1)) {
            Ok(status::PASSED) => Verdict::Passed,
            Ok(status::TODO) => Verdict::Todo(said),
            Ok(status::SPINS) => Verdict::Spins(said),
            Ok(status::WRONG) => Verdict::Wrong(said),
            _ => Verdict::Wrong(format!("the process died\n{aside}")),
        },
    })
}

/// Says where the answer's package is, as `cargo run` would: so the doctor and the replay find the
/// lines that they quote.
fn place(command: &mut Command, program: &Path) {
    let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    command.env("CARGO_MANIFEST_DIR", learn().join(name.trim_start_matches("exercise-")));
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before a broken pipe is shown.
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

enum Ended {
    /// With this code; `None`: by a signal.
    Itself(Option<i32>),
    Still,
    Busy,
}

fn wait(child: &mut Child) -> io::Result<Ended> {
    let begun = Instant::now();
    let mut moved = (Duration::ZERO, begun); // so much processor time it had, and since when
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ended::Itself(status.code()));
        }
        let used = processor_time(child.id());
        if let Some(used) = used.filter(|used| *used > moved.0) {
            moved = (used, Instant::now());
        }
        let patience = if used.is_some() { STILL } else { PATIENCE };
        let still = moved.1.elapsed() >= patience && !is_running(child.id());
        if still || moved.0 >= BUSY {
            child.kill()?;
            child.wait()?;
            return Ok(if still { Ended::Still } else { Ended::Busy });
        }
        thread::sleep(LOOK);
    }
}

/// The processor time of a process so far. `None`: this system doesn't tell in this way.
fn processor_time(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = after_name(&stat).split(' ').collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Is one of its threads at work, or waiting for a processor?
fn is_running(process: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return false };
    let stats =
        threads.flatten().filter_map(|one| fs::read_to_string(one.path().join("stat")).ok());
    stats.into_iter().any(|stat| after_name(&stat).starts_with('R'))
}

/// What follows the name, which may have blanks in it: state first.
fn after_name(stat: &str) -> &str {
    stat.rsplit_once(") ").map_or("", |(_, rest)| rest)
}
