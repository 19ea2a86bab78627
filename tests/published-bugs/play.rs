//! How is a published bug played, and what has to be said of it?
//!
//! Each case is a test as its crate's users would write it for tokio, with a limit of ten virtual
//! minutes. It is run by the test `told` of its program, in a process of its own and as `cargo
//! test` would: with what it prints kept back. The buggy version must end with its verdict without
//! the limit, and at the limit with a table of what waited; the fixed one must pass, also under a
//! thousand seeds, and the doctor must say nothing.
//!
//! Three variables vary a case: `LIMIT=none` (nothing ends it but the doctor), `CONTROL` (it does
//! it the right way: for bugs without a fixed version), and `HIDDEN` (first come, first served
//! passes, and another order doesn't: the search must find it, and shrink it to one decision).

use std::env;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// What is told of any case that the limit ends.
const AT_THE_LIMIT: &str =
    "note[kettle::end]: a limit of time ended main's wait, and main panicked";

/// Far more than any case takes until it says something, under a thousand seeds, too.
const LIMIT: Duration = Duration::from_mins(10);

pub struct Case {
    pub name: &'static str,
    /// How the buggy version ends.
    pub ends: Ends,
    /// Is there an order in which it hides?
    pub hides: bool,
    /// There is no fixed version.
    pub control: bool,
}

/// How a case ends.
#[allow(dead_code, reason = "not every program has a case of each kind")]
pub enum Ends {
    /// It hangs, and this is the verdict.
    Hangs(&'static str),
    /// It spins, and the clock stands still: nothing ends it. This is the verdict.
    Spins(&'static str),
    /// It gives a wrong result, as the test itself notices, with these words.
    Fails(&'static str),
}

/// A limit as most tests have one.
pub async fn limited<T>(case: impl Future<Output = T>) -> T {
    if env::var_os("LIMIT").is_some() {
        return case.await;
    }
    tokio::time::timeout(Duration::from_mins(10), case).await.expect("done within ten minutes")
}

#[allow(dead_code, reason = "not every program has such a case")]
pub fn control() -> bool {
    env::var_os("CONTROL").is_some()
}

#[allow(dead_code, reason = "not every program has such a case")]
pub fn hidden() -> bool {
    env::var_os("HIDDEN").is_some()
}

/// The versions of this program have the bugs, or not.
pub fn check(cases: &[Case], buggy: bool) {
    let runs_on = std::any::type_name::<tokio::task::JoinHandle<()>>();
    assert!(runs_on.starts_with("kettle"), "the patch was not used: this runs on {runs_on}");
    let mut faults = Vec::new();
    for case in cases {
        let right = if case.control { "CONTROL" } else { "X" };
        if buggy {
            faults.extend(shows(case, "X"));
            faults.extend(shows(case, "LIMIT"));
            if case.hides {
                faults.extend(is_quiet(case, "HIDDEN", "0"));
                faults.extend(is_found(case));
            }
        }
        if !buggy || case.control {
            faults.extend(is_quiet(case, right, if buggy { "0" } else { "1000" }));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn shows(case: &Case, variable: &str) -> Option<String> {
    let (wanted, until) = match case.ends {
        Ends::Hangs(_) if variable != "LIMIT" => (AT_THE_LIMIT.to_owned(), None),
        Ends::Hangs(verdict) => (format!("[kettle::{verdict}"), None),
        Ends::Spins(verdict) => (format!("[kettle::{verdict}"), Some(verdict)),
        Ends::Fails(words) => (words.to_owned(), None),
    };
    let (passed, told) = run(case.name, variable, "0", until);
    let right = !passed && told.contains(&wanted);
    (!right).then(|| format!("{} with {variable}: not {wanted:?}, but\n{told}", case.name))
}

fn is_quiet(case: &Case, variable: &str, seeds: &str) -> Option<String> {
    let (passed, told) = run(case.name, variable, seeds, None);
    // Otherwise nothing was searched.
    let searched = seeds == "0"
        || told.contains(&format!("\"first branch, first task\" and {seeds} seeds pass"));
    // One holds a lock while it sleeps, as it is meant to, and on a busy machine that takes long.
    let told = told.replace("note[kettle::guard_across_await]", "");
    let quiet = passed && searched && !told.contains("[kettle::");
    (!quiet).then(|| format!("{} with {variable}, {seeds} seeds is not quiet:\n{told}", case.name))
}

/// The bug hides, and the search finds it.
fn is_found(case: &Case) -> Option<String> {
    let (passed, told) = run(case.name, "HIDDEN", "1000", None);
    let found = !passed && (told.contains("\n1 of ") && told.contains("decisions matters:"));
    (!found).then(|| format!("{} is not found, or is no single decision:\n{told}", case.name))
}

/// Did it pass, and what was said, also in its report? It is ended as soon as this is said, or if
/// it says nothing for [`LIMIT`].
fn run(name: &str, variable: &str, seeds: &str, until: Option<&str>) -> (bool, String) {
    let mut command = Command::new(env::current_exe().unwrap());
    let test = format!("{name}::{name}");
    command.args(["--exact", &test, "--ignored", "--test-threads", "1"]);
    for other in ["KETTLE_TRACE", "KETTLE_STACKS", "RUST_BACKTRACE", "RUST_TEST_NOCAPTURE"] {
        command.env_remove(other);
    }
    command.env("KETTLE_DOCTOR", "panic").env(variable, "none");
    let report = format!("kettle-report-{}-{name}-{variable}", std::process::id());
    let report = env::temp_dir().join(report);
    if seeds != "0" {
        command.env("KETTLE_SEEDS", seeds).env("KETTLE_REPORT", &report);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (tell, told) = mpsc::channel();
    let pipes: [Box<dyn Read + Send>; 2] =
        [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
    for mut pipe in pipes {
        let tell = tell.clone();
        thread::spawn(move || {
            let mut some = [0; 4096];
            while let Ok(read @ 1..) = pipe.read(&mut some) {
                let _ = tell.send(some[..read].to_vec());
            }
        });
    }
    drop(tell);
    let mut said = Vec::new();
    let is_said =
        |so_far: &[u8]| until.is_some_and(|until| String::from_utf8_lossy(so_far).contains(until));
    let has_ended = loop {
        if is_said(&said) {
            break false;
        }
        match told.recv_timeout(LIMIT) {
            Ok(more) => said.extend(more),
            Err(error) => break error == RecvTimeoutError::Disconnected,
        }
    };
    if !has_ended {
        let _ = child.kill(); // it may have ended since
    }
    let passed = child.wait().unwrap().success();
    // Without a search there is none.
    said.extend(fs::read(&report).unwrap_or_default());
    let _ = fs::remove_file(report);
    (passed, String::from_utf8_lossy(&said).into_owned())
}
