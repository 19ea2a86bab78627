//! What is tried with a tool of its own that only `full` needs?
//!
//! Bytes that a fuzzer makes up; an interpreter that sees each step of memory; a system that fails
//! on purpose, and a load; the oldest compiler. What came of them is in `docs/contract.md`.
//!
//! Interface: a function per part, for the second list in `parts.rs`; what `setup --full` fetches
//! for them.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use kettle_kit::cargo::{check, command, finish, metadata, succeed, tally};
use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{files, process, tree};

use crate::cargo;

/// The targets of `tests/fuzz`.
const FUZZED: &[&str] = &["streams", "sync", "time", "tasks", "trace"];
/// How long a fuzzer looks, in seconds: `KETTLE_FUZZ_SECONDS=3600 cargo xtask test fuzz` looks
/// longer.
const FUZZED_FOR: &str = "60";

/// Connections of the long load.
const LOAD: &str = "10000";
/// Calls of the system that fail on purpose while the short load runs: a name, the call, and with
/// what it fails and when.
const INJECTED: &[(&str, &str, &str)] = &[
    ("every seventh wait is interrupted", "epoll_wait", "error=EINTR:when=3+7"),
    ("every tenth accept finds the system's table full", "accept4", "error=ENFILE:when=5+10"),
    ("every tenth accept finds its connection gone", "accept4", "error=ECONNABORTED:when=5+10"),
];

/// What is tried under Miri: a name, and the words for `cargo test`.
const INTERPRETED: &[(&str, &str)] = &[
    ("the unsafe code under Miri", "-p kettle-read-buf --test kettle"),
    ("the engine under Miri", "-p kettle-runtime --lib"),
    (
        "`sync` under Miri",
        "-p kettle --features=full,test-util --test api -- sync:: --skip runtime::",
    ),
    (
        "`time` under Miri",
        "-p kettle --features=full,test-util --test api -- time:: --skip runtime::",
    ),
];
/// Exercises whose checks are the tests of a file of the engine's, and run under Miri, too.
const JUDGED: [&str; 3] = ["timer-wheel", "run-queue", "io-source"];
/// For Miri and the fuzzers. Of a younger one Miri refuses the types with which `parking_lot_core`
/// 0.9.12 calls `futex`.
pub(crate) const NIGHTLY: &str = "nightly-2026-09-01";

/// Each target looks for bytes that break it, beginning with the corpus; what it finds beside that
/// goes to `target/fuzz`.
pub(crate) fn fuzz(report: &mut Report) {
    for name in FUZZED {
        let about = format!("KETTLE_FUZZ_TARGET={name} cargo fuzz run fuzz");
        let mut tried = String::new();
        report.long_check(&format!("{name}, fuzzed"), &about, || {
            tried = fuzzed(name)?;
            Ok(Tally::success())
        });
        report.show(&tried);
    }
}

/// What libFuzzer says at its end: how many inputs it has tried.
fn fuzzed(name: &str) -> Result<String, Trouble> {
    let target = target();
    let found = target.join("fuzz/found").join(name);
    std::fs::create_dir_all(&found)?;
    let seconds = env::var("KETTLE_FUZZ_SECONDS").unwrap_or_else(|_| FUZZED_FOR.to_owned());
    let mut command = nightly(cargo::built("cargo-fuzz")?);
    command.args(["run", "--fuzz-dir", "tests/fuzz", "--features", "libfuzzer"]);
    command.args(["--sanitizer", "none", "fuzz"]).arg(found);
    command.arg(format!("tests/fuzz/corpus/{name}"));
    command.args(["--", "-max_len=600", &format!("-max_total_time={seconds}")]);
    command.arg(format!("-artifact_prefix={}/", target.join("fuzz").display()));
    command.env("CARGO_TARGET_DIR", target.join("fuzz")).env("KETTLE_FUZZ_TARGET", name);
    // It ends by itself, also an input that hangs, and says little in the later hours.
    let finished = process::run_while(&mut command, || true)?.expect_success()?;
    let end = finished.transcript.lines().find(|line| line.starts_with("Done "));
    Ok(end.ok_or("the fuzzer doesn't say how much it did")?.to_owned())
}

/// Miri interprets tests, and stops where memory is read that holds no value, or through a pointer
/// that may not. It has epoll, sockets and threads. (A test that asks for what it lacks, or takes
/// minutes there, says so.)
pub(crate) fn miri(report: &mut Report) {
    for (name, words) in INTERPRETED {
        let mut command = interpreted("test");
        command.args(words.split(' '));
        report.long_check(name, &format!("cargo miri test {words}"), || {
            tally(&mut command, "miri").map(|tally| Tally { ignored: 0, ..tally })
        });
    }
    let about = format!("cargo exercise solutions {}; cargo miri run", JUDGED.join(" "));
    report.long_check("checks of the engine's own files, under Miri", &about, || {
        let written = succeed(&[&["exercise", "solutions"], &JUDGED[..]].concat())?;
        let manifest = written.stdout.trim();
        let mut command = interpreted("run");
        tally(command.args(["--manifest-path", manifest, "--", "all", "all"]), "miri")
    });
}

/// `cargo miri`.
fn interpreted(word: &str) -> Command {
    let mut command = nightly("cargo".into());
    command.args(["miri", word]).env("CARGO_TARGET_DIR", target().join("miri"));
    // A test leaks a few bytes, because only a buffer that lives forever can be smuggled in.
    command.env("MIRIFLAGS", "-Zmiri-ignore-leaks -Zmiri-disable-isolation");
    command.env("RUSTFLAGS", "--cap-lints=warn"); // of a compiler that is not ours
    command.env("KETTLE_DOCTOR", "off").env("RUST_BACKTRACE", "0"); // a backtrace takes minutes
    command
}

/// Ten thousand connections, and the short load while the system fails.
pub(crate) fn load(report: &mut Report) {
    let mut long = cargo::test(&[LOADED, cargo::WHOLE, &["load"]].concat());
    long.env("KETTLE_LOAD", LOAD);
    check(report, &format!("a load of {LOAD} connections"), long);
    for (name, call, how) in INJECTED {
        let mut failed = 0;
        report.check(name, || {
            if !process::installed("strace") {
                return Err(Trouble::Skipped("no strace; `cargo xtask setup` fetches it".into()));
            }
            let log = target().join("injected.txt");
            let (trace, inject) = (format!("trace={call}"), format!("inject={call}:{how}"));
            let log_name = log.display().to_string();
            let runner = ["strace", "-f", "-qq", "-o", &log_name, "-e", &trace, "-e", &inject];
            let runner = format!("target.'cfg(all())'.runner = {runner:?}");
            let args = [&["test", "--config", &runner], LOADED, cargo::WHOLE, &["load"]].concat();
            let tally = tally(command(&args).env("KETTLE_DOCTOR", "off"), "injected")?;
            failed = files::read(&log)?.matches("(INJECTED)").count();
            if failed > 0 { Ok(tally) } else { Err("no call has failed".into()) }
        });
        report.show(&format!("{failed} calls failed"));
    }
    let args = [KEPT, &["--", "ends", "panics"]].concat();
    check(report, "ends and panics of runtimes with a keeper", cargo::test(&args));
}

const LOADED: &[&str] = &["-p", "kettle", "--test", "system"];
const KEPT: &[&str] =
    &["-p", "kettle", "--features", "full,test-util,rt-multi-thread", "--test", "system"];

/// The oldest compiler that is promised. (`cargo deny --workspace check` asks what packages bring
/// along, as `ci.yml` does.)
pub(crate) fn oldest_builds(report: &mut Report) {
    report.check("the oldest compiler that is promised", || {
        let mut command = of_toolchain(&oldest()?, "cargo".into());
        command.args(["check", "--workspace", "--exclude", "kettle-on-tokio", "--all-targets"]);
        finish(command.args(cargo::WHOLE), "oldest").map(|_| Tally::success())
    });
}

/// The oldest compiler that is promised: what the packages say.
pub(crate) fn oldest() -> Result<String, String> {
    let metadata = metadata()?;
    let oldest = metadata.packages.iter().find_map(|package| package.rust_version.clone());
    oldest.map(|version| version.to_string()).ok_or("no package says `rust-version`".to_owned())
}

/// Can this toolchain's Cargo do this?
pub(crate) fn has(toolchain: &str, words: &[&str]) -> bool {
    let mut command = of_toolchain(toolchain, "cargo".into());
    finish(command.args(words).arg("--version"), "version").is_ok()
}

fn target() -> PathBuf {
    tree::target().unwrap_or_default()
}

/// A program below the nightly toolchain.
fn nightly(program: PathBuf) -> Command {
    of_toolchain(NIGHTLY, program)
}

/// A program below a toolchain, without what the Cargo that runs us has put into the environment.
fn of_toolchain(toolchain: &str, program: PathBuf) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", toolchain]).arg(program).current_dir(tree::root());
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(name);
    }
    command.env("CARGO_TERM_COLOR", "never");
    command
}
