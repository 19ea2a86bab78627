//! What is left of a program when the system refuses it something, interrupts it, stops it, or
//! fills up?
//!
//! Nothing is lost, and it goes on as soon as the system lets it. Most of this is true of a whole
//! process: its descriptors, its files' sizes, its signals. So a test starts this binary once more
//! as the program that it happens to (`PROGRAM`), and a shell sets the limit before.
//!
//! `load.rs` is the other way round: there the program is hard on the system. How hard, says
//! `KETTLE_LOAD`: so many connections. `cargo xtask test` has a few hundred, `cargo xtask full` ten
//! thousand.

#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;

mod descriptors;
mod disk;
mod ends;
mod leaves;
mod load;
mod panics;
mod peers;
mod signals;
mod threads;

use std::fs;
use std::process::{Command, Output, Stdio};

use common::engine::within_a_minute;
use kettle::runtime::Builder;

/// Not a test by itself: the others start it as a process of its own.
#[test]
#[ignore = "run by the other tests"]
fn program() {
    let what = std::env::var("PROGRAM").expect("what to do");
    if what == "load" {
        return load::program(); // as long as it takes
    }
    within_a_minute(move || match what.as_str() {
        "descriptors" => descriptors::program(),
        "accept" => descriptors::accepts(),
        "yields" => disk::yields(),
        "signals" => signals::program(),
        "children" => signals::children(),
        "ends" => ends::program(),
        "job" => threads::job(),
        other => unreachable!("{other}"),
    });
}

/// This binary as a program that does so, after a line of the shell.
fn program_that(does: &str, shell: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{shell}; exec \"$0\" \"$@\"")]);
    command.arg(std::env::current_exe().expect("this test's own path"));
    command.args(["--exact", "program", "--ignored", "--nocapture"]).stdin(Stdio::null());
    command.env("PROGRAM", does).env("KETTLE_DOCTOR", "off").env_remove("KETTLE_TRACE");
    command
}

/// Runs it to its end, which must be a good one.
#[track_caller]
fn run(does: &str, shell: &str) -> Output {
    let output = program_that(does, shell).output().expect("it runs");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{does}: {}\n{}{}",
        output.status,
        said(&output.stdout),
        said(&output.stderr)
    );
    output
}

/// Each kind of runtime. A keeper is a feature of its own, which `cargo xtask full` enables.
const KINDS: &[fn() -> Builder] = &[
    Builder::new_current_thread,
    #[cfg(feature = "rt-multi-thread")]
    Builder::new_multi_thread,
];

/// What is counted here is what the page of proofs says.
#[track_caller]
fn on_the_page(words: &str) {
    let page = include_str!("../../docs/contract.md").replace('\n', " ");
    assert!(page.contains(words), "docs/contract.md does not say: {words}");
}

/// How many descriptors this process has open. (One is that of the folder that is read.)
fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux has it").count()
}

/// How many threads it has.
fn threads() -> usize {
    fs::read_dir("/proc/self/task").expect("Linux has it").count()
}
