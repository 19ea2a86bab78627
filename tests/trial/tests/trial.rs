//! Does the doctor say of each program what the head of its file expects?
//!
//! Each program in `src/bin` is run with `KETTLE_DOCTOR=watch`. The head of its file has a line `doctor:`
//! with what is right to say: one of some verdicts; or `silence`, if the program is right; or `can't be
//! told`. A wrong program is ended as soon as it has its verdict, a right one runs to its end, and then
//! once more with `KETTLE_DOCTOR=panic`, which must not end it.
//!
//! Where the doctor does not do so yet, [`GAPS`] says what it does, and why that is a gap. One that is no
//! longer there fails the test, too: then its line goes.
//!
//! Not here: what each of them was found to say, in words (`RESULTS.md`).

#![cfg(target_os = "linux")] // elsewhere the doctor can't look at threads

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use kettle_kit::process::{Running, start, until};

/// Long enough for each program to end or to get its verdict, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);
/// How many programs run at a time.
const SIDE_BY_SIDE: usize = 2;

/// One that hangs, and of which nothing is told, is looked at for so long.
const A_WHILE: Duration = Duration::from_secs(10);

/// Verdicts that depend on how fast a number grows, and how often a program with one is run.
const HINTS: &[&str] = &["leaked_tasks", "growing_channel"];
const TRIES: usize = 3;

/// A program of which the doctor does not say yet what is right.
struct Gap {
    program: &'static str,
    /// A part of what it says instead; empty: nothing.
    says: &'static str,
    /// Not in each run, nor on each machine.
    sometimes: bool,
    why: &'static str,
}

const GAPS: &[Gap] = &[
    sometimes(
        "right_14_subscribers",
        "[kettle::leaked_tasks]",
        "hint: they wait for the next value of one channel",
    ),
    gap("right_15_collect_then_sort", "[kettle::growing_channel]", "hint: a burst"),
    gap("right_22_runtime_later", "[kettle::idle_runtime]", "hint: `block_on` comes later"),
    gap(
        "right_41_batches",
        "[kettle::lost_value]",
        "says \"if\": the values are in a list outside the branch",
    ),
    gap("wrong_68_report", "", "a `flush` doesn't notice that it was never polled"),
    gap("wrong_109_pace", "", "a `tick` doesn't notice that it was never polled"),
    gap("wrong_333_calls_out", "", "of that line's tasks too many have ended, one in ten"),
    gap(
        "wrong_423_metrics_flush",
        "",
        "main's own end wakes the task at a channel that it has left",
    ),
    gap(
        "wrong_449_pass_the_handle",
        "",
        "a circle of handles alone is told where nothing else can happen",
    ),
    gap("wrong_320_time_limit", "", "the limit's timer was never set, and no task had to wait"),
];

const fn gap(program: &'static str, says: &'static str, why: &'static str) -> Gap {
    Gap { program, says, sometimes: false, why }
}

const fn sometimes(program: &'static str, says: &'static str, why: &'static str) -> Gap {
    Gap { program, says, sometimes: true, why }
}

/// A program, and what the head of its file says.
struct Program {
    name: String,
    /// The codes of the verdicts of which one is right; none for silence.
    verdicts: Vec<String>,
    /// It can be told from nothing that the doctor sees.
    untold: bool,
    /// It doesn't end by itself.
    hangs: bool,
}

impl Program {
    fn gap(&self) -> Option<&'static Gap> {
        GAPS.iter().find(|gap| gap.program == self.name)
    }

    /// Is there one of its verdicts as a whole? (It ends with an empty line.)
    fn has_its_verdict(&self, said: &str) -> bool {
        self.verdicts.iter().any(|code| {
            let code = format!("[kettle::{code}]");
            said.lines().skip_while(|line| !line.contains(&code)).any(str::is_empty)
        })
    }
}

#[test]
fn the_doctor_says_what_each_program_expects() {
    let programs = programs();
    assert!(programs.len() >= 70, "only {} programs found", programs.len());
    for gap in GAPS {
        assert!(programs.iter().any(|program| program.name == gap.program), "no {}", gap.program);
    }
    let (next, faults) = (Mutex::new(programs.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let program = next.lock().unwrap().next();
                    let Some(program) = program else { return };
                    if let Err(fault) = judge(program) {
                        faults.lock().unwrap().push(format!("{}: {fault}", program.name));
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), programs.len(), faults.join("\n"));
}

fn programs() -> Vec<Program> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
    let mut sources: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    sources.sort();
    sources.iter().map(|source| read(source)).collect()
}

/// Reads the head of a program's file.
fn read(source: &Path) -> Program {
    let text = fs::read_to_string(source).unwrap();
    let name = source.file_stem().unwrap().to_str().unwrap().to_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("//! doctor: "));
    let expected = line.unwrap_or_else(|| panic!("{name} has no line `doctor:`")).replace('`', "");
    let untold = expected == "can't be told";
    let silent = untold || expected == "silence";
    let verdicts = if silent { "" } else { &expected }.split(" | ").filter(|code| !code.is_empty());
    let verdicts: Vec<String> = verdicts.map(str::to_owned).collect();
    assert_eq!(name.starts_with("right_"), silent && !untold, "{name} expects {expected}");
    let hangs = text.lines().any(|line| line == "//! ends: killed");
    Program { name, verdicts, untold, hangs }
}

/// Runs a program, and says what is wrong with what the doctor said.
fn judge(program: &Program) -> Result<(), String> {
    let gap = program.gap();
    let (said, status) = run(program, "watch");
    if let Some(gap) = gap.filter(|gap| gap.says.is_empty()) {
        let silent = verdict(&said).is_none();
        return expect(silent, &format!("not silent any more ({})", gap.why), &said);
    }
    if let Some(gap) = gap {
        let fits = said.contains(gap.says) || gap.sometimes && verdict(&said).is_none();
        expect(fits, &format!("no longer so ({})", gap.why), &said)?;
    } else if program.verdicts.is_empty() {
        expect(verdict(&said).is_none(), "not silent", &said)?;
    }
    if program.verdicts.is_empty() {
        expect(program.hangs || succeeded(status), "did not end well", &said)?;
        if !program.untold {
            let (said, status) = run(program, "panic");
            expect(succeeded(status) && !said.contains("error[kettle::"), "was ended", &said)?;
        }
        return Ok(());
    }
    // A hint may be missed, for example where a busy machine makes the program slow.
    let again = program.verdicts.iter().all(|code| HINTS.contains(&code.as_str()));
    let right = program.has_its_verdict(&said)
        || again && (1..TRIES).any(|_| program.has_its_verdict(&run(program, "watch").0));
    expect(right, &format!("expected {}", program.verdicts.join(" or ")), &said)
}

fn expect(holds: bool, fault: &str, said: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{fault}; standard error:\n{said}")) }
}

fn succeeded(status: Option<ExitStatus>) -> bool {
    status.is_some_and(|status| status.success())
}

/// The first line of the first verdict.
fn verdict(said: &str) -> Option<&str> {
    said.lines().find(|line| line.contains("[kettle::"))
}

/// Runs a program until it ends, until it has got its verdict if it is a wrong one, or for as long as
/// [`PATIENCE`]. What is on its standard error, and how it ended by itself.
fn run(program: &Program, doctor: &str) -> (String, Option<ExitStatus>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("{}.{doctor}.txt", program.name));
    let mut command = Command::new(binary(program));
    command.env("KETTLE_DOCTOR", doctor).stdin(Stdio::null()).stdout(Stdio::null());
    // The doctor looks for the source in the package that cargo names.
    command.env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1");
    // With it, the limit of `blocking_poll` is another one.
    command.env_remove("RUST_BACKTRACE");
    command.stderr(File::create(&file).unwrap());
    let mut child = Running(start(&mut command).unwrap());
    let untold = program.untold || program.gap().is_some_and(|gap| gap.says.is_empty());
    let patience = if untold && program.hangs { A_WHILE } else { PATIENCE };
    let status = until(patience, || {
        let ended = child.0.try_wait().unwrap();
        let enough = program.has_its_verdict(&fs::read_to_string(&file).unwrap());
        (ended.is_some() || enough).then_some(ended)
    });
    drop(child);
    (fs::read_to_string(&file).unwrap(), status.flatten())
}

/// Cargo builds all of them for this test, side by side.
fn binary(program: &Program) -> PathBuf {
    let one = Path::new(env!("CARGO_BIN_EXE_wrong_10_retry"));
    let name = format!("{}{}", program.name, std::env::consts::EXE_SUFFIX);
    one.with_file_name(name)
}
