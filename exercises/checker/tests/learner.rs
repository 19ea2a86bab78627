//! Does the command do for a learner what it promises?
//!
//! Each test is a learner who types commands and writes answers. What is checked is what the
//! learner sees, and how the command ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kettle_kit::process::Running;

/// A learner with a folder of its own. There is one at a time.
struct Learner {
    folder: PathBuf,
    _alone: MutexGuard<'static, ()>,
}

impl Learner {
    fn new() -> Learner {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("learn");
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the folder of the last one");
        }
        Learner { folder, _alone: alone }
    }

    /// `cargo exercise WORDS`
    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exercise"));
        command.args(words.split_whitespace()).env("KETTLE_LEARN", &self.folder);
        command.stdin(Stdio::null());
        command
    }

    /// Types a command, which ends with `code` and says all of `parts`, wherever a line ends.
    fn types(&self, words: &str, code: i32, parts: &[&str]) {
        let output = self.command(words).output().expect("it starts");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        assert_eq!(output.status.code(), Some(code), "{words}:\n{said}");
        let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(joined(&said).contains(&joined(part)), "{words}: no `{part}` in:\n{said}");
        }
    }

    /// The whole file that `cargo exercise show WORDS` prints.
    fn shown(&self, words: &str) -> String {
        let output = self.command(&format!("show {words}")).output().expect("it starts");
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Writes a file of an exercise's package.
    fn writes(&self, exercise: &str, file: &str, text: &str) {
        fs::write(self.folder.join(exercise).join("src").join(file), text).expect("a folder");
    }

    fn reads(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("a file")
    }
}

#[test]
fn the_first_hour() {
    let learner = Learner::new();
    learner.types("", 0, &["4.1* yield-now Yield", "Begin: cargo exercise rung 1"]);
    learner.types("check", 2, &["you have not started an exercise; `cargo exercise` lists them"]);
    learner.types("4.1", 0, &["# Yield", "yield-now/src/answer.rs", "cargo exercise check"]);
    let todo = ["Still to be done", "answer.rs:", "It has reached this `todo!()`:"];
    learner.types("check", 1, &todo);
    learner.types("hint", 0, &["4.1 Yield: hint 1 of 3"]);
    learner.types("hint", 0, &["hint 2 of 3"]);

    // Each kind of verdict has its own words.
    let solution = learner.shown("yield-now solution");
    let breaks = |line: &str| {
        let (head, body) = solution.split_once("if self.yielded").expect("a place to break it");
        learner.writes("yield-now", "answer.rs", &format!("{head}{line}\nif self.yielded{body}"));
    };
    learner.writes("yield-now", "answer.rs", &learner.shown("yield-now wrong/no_wake"));
    learner.types("check", 1, &["Not right yet.", "got:", "expected:", "cargo exercise replay"]);
    learner.writes("yield-now", "answer.rs", &learner.shown("yield-now wrong/never_ready"));
    learner.types("check", 1, &["busy loop", "a task that yields comes to its end"]);
    let second = "_ = std::thread::spawn(|| panic!(\"seen\")).join();";
    breaks(&format!("{second} std::thread::sleep(std::time::Duration::MAX);"));
    learner.types("check", 1, &["Your code did not return.", "`std::thread::sleep`", "seen"]);
    breaks("std::process::exit(0);"); // is no pass
    learner.types("check", 1, &["its process ended before the check did (exit status: 0)"]);
    breaks("loop { println!(\"line\"); }");
    learner.types("check", 1, &["it printed more than 1 MB", "(many lines are left out)"]);
    breaks("let x = boild;");
    let place = "/tmp/learn/yield-now/src/answer.rs:"; // not as seen from `learn`
    learner.types("check", 1, &["It doesn't compile.", "cannot find value `boild`", place]);
    let renamed = solution.replace("fn yield_now", "fn yield_later");
    learner.writes("yield-now", "answer.rs", &renamed);
    learner.types("check", 1, &["yield_now", "None of these errors is in your own file."]);

    learner.writes("yield-now", "answer.rs", &solution);
    learner.types("check", 0, &["Passed.", "What tokio does instead", "Next: cargo exercise"]);
    learner.types("", 0, &["1 of ", "(passed)"]);
    learner.types("replay", 0, &["Your answer passes all checks."]);
    learner.types("assemble make_tea", 0, &["yours", "It ran to its end, with one part of yours"]);
    // It passes alone, and does not fit where it belongs.
    learner.writes("yield-now", "answer.rs", "pub use kettle::task::yield_now;");
    learner.types("check", 0, &["Passed."]);
    learner.types("assemble make_tea", 1, &["It doesn't compile."]);
}

#[test]
fn a_part_of_the_engine() {
    let learner = Learner::new();
    learner.types("run-queue", 0, &["run-queue/src/tasks/run_queue.rs"]);
    let file = "run-queue/src/tasks/run_queue.rs";
    assert_eq!(learner.reads(file), learner.shown("run-queue starter"));
    learner.types("check", 1, &["Still to be done"]);
    let answers = |text: &str| learner.writes("run-queue", "tasks/run_queue.rs", text);
    answers(&learner.shown("run-queue wrong/one_queue"));
    learner.types("check", 1, &["Not right yet."]);
    learner.types("replay", 0, &["The replay of the check", "run-queue/replay.html"]);
    assert!(learner.reads("run-queue/replay.html").contains("<html"));
    // What the learner adds elsewhere stays.
    let note = learner.reads("run-queue/src/executor/executor.rs") + "// mine\n";
    learner.writes("run-queue", "executor/executor.rs", &note);
    let manifest = learner.reads("run-queue/Cargo.toml") + "fastrand = \"2\"\n";
    fs::write(learner.folder.join("run-queue/Cargo.toml"), &manifest).expect("a file");
    fs::remove_file(learner.folder.join(file)).expect("a file");
    learner.types("run-queue", 0, &["Your file was gone.", "run-queue/before-restart-1", "(new)"]);
    assert_eq!(learner.reads("run-queue/before-restart-1/executor/executor.rs"), note);
    learner.writes("run-queue", "executor/executor.rs", &note);
    answers(&learner.shown("run-queue solution"));
    learner.types("check", 0, &["Passed.", "cargo exercise assemble"]);
    assert_eq!(learner.reads("run-queue/src/executor/executor.rs"), note);
    assert_eq!(learner.reads("run-queue/Cargo.toml"), manifest);
}

#[test]
fn a_hunt() {
    let learner = Learner::new();
    learner.types("twice", 0, &["Breakfast for one", "twice/src", "cargo exercise replay"]);
    learner.types("check", 1, &["Not right yet."]);
    learner.types("replay", 0, &["the reporter's program on your engine", "twice/replay.html"]);
    learner.writes("twice", "tasks/scheduler.rs", &learner.shown("twice solution"));
    learner.types("check", 0, &["Passed.", "What was broken"]);
}

#[test]
fn the_ladder() {
    let learner = Learner::new();
    learner.types("rung", 0, &["1 Who polls a future, and when?", "Next: cargo exercise rung 1"]);
    let begun = ["# Rung 1: who polls a future", "rung1/src/answer.rs", "cargo exercise rung 1"];
    learner.types("rung 1", 0, &begun);
    learner.types("rung 1", 1, &["Still to be done"]);
    learner.writes("rung1", "answer.rs", &learner.shown("rung1 wrong/always_ready"));
    learner.types("rung 1", 1, &["Not right yet."]);
    learner.writes("rung1", "answer.rs", &learner.shown("rung1 wrong/r1_block"));
    let waits = ["`a_poll_never_waits` wants: a poll that has to wait returns `Pending`."];
    learner.types("rung 1", 1, &waits);
    let first = learner.shown("rung1 solution");
    // Of one that naps nothing is said that it doesn't do.
    let nap = "loop {\n        std::thread::sleep(std::time::Duration::from_millis(1));";
    learner.writes("rung1", "answer.rs", &first.replace("loop {", nap));
    learner.types("check", 0, &["Passed.", "the less often, the later it learns"]);
    learner.writes("rung1", "answer.rs", &first);
    let flaw = "A sleep of 20 ms was polled";
    learner.types("check", 0, &["Passed.", "Its flaw", flaw, "To play", "exercise rung 2"]);

    // The next one begins as this one, with another head.
    learner.types("rung 2", 0, &["your own rung before this one"]);
    let body = |text: &str| text.split_once("\nuse ").expect("uses").1.to_owned();
    assert_eq!(body(&learner.reads("rung2/src/answer.rs")), body(&first));
    // (A thread that wakes at once may find a busy loop in its second poll: then the sleep tells.)
    learner.types("check", 1, &["The check `a_wait_is_two_polls`", "expected: 2"]);
    for (wrong, words) in [
        ("r2_flag_after", "A wake during the poll was thrown away"),
        ("r2_nap", "`unpark` ends a `park` at once"),
    ] {
        learner.writes("rung2", "answer.rs", &learner.shown(&format!("rung2 wrong/{wrong}")));
        learner.types("rung 2", 1, &["Not right yet.", words]);
    }
    learner.types("rung 3", 0, &["the project's rung before this one"]);
    let missing = ["None of these errors is in your own file", "cannot find function `spawn`"];
    learner.types("rung 3", 1, &missing);
    // Half of it is judged, too: what is missing is a `todo!()`.
    let spawn = "pub fn spawn(_: impl Future<Output = ()> + 'static) { todo!() }\n";
    let half = learner.reads("rung3/src/answer.rs") + spawn;
    learner.writes("rung3", "answer.rs", &half);
    let halves = ["passed wakes from eight threads aren't lost", "to be done two tasks take turns"];
    learner.types("rung 3", 1, &halves);
    learner.writes("rung3", "answer.rs", &learner.shown("rung3 wrong/no_unpark"));
    let hangs = ["It hangs.", "does the call unpark the thread", "20 checks not run"];
    learner.types("rung 3", 1, &hangs);
    // Without the guard it ends untidily, which rung 7 doesn't accept.
    learner.writes("rung3", "answer.rs", &learner.shown("rung3 wrong/no_guard"));
    learner.types("check", 0, &["Passed.", "Not tidy yet; rung 7 will ask for that.", "untidy"]);
    learner.types("rung 3 --play", 0, &["cargo exercise rung 3 --play three_cooks"]);
    let story = ["task 1 is queued; task 2 is queued; task 0 is woken, queued, pending
        poll task 1; behind it: [2, 0] rice: step 1 of 1"];
    learner.types("rung 3 --play three_cooks", 0, &story);
    learner.types("rung 3 --play doorbell", 1, &["the first that can is rung4_wakers"]);
    learner.types("rung 8", 2, &["no rung is called `8`; the ladder has the rungs 1 to 7"]);
}

#[test]
fn an_answer_is_never_lost() {
    let learner = Learner::new();
    learner.types("join", 0, &[]);
    let starter = learner.reads("join/src/answer.rs");
    learner.writes("join", "answer.rs", "// mine");
    learner.types("join", 0, &["as you left it"]);
    learner.types("reset", 0, &["kept in", "before-reset-1"]);
    assert_eq!(learner.reads("join/src/answer.rs"), starter);
    learner.types("reset", 0, &["before-reset-2"]);
    assert_eq!(learner.reads("join/before-reset-1/answer.rs"), "// mine");

    // Moved back, it is older than what was built since, and judged all the same.
    learner.writes("join", "kept.rs", &learner.shown("join solution"));
    learner.types("check", 1, &["Still to be done"]);
    let source = learner.folder.join("join/src");
    fs::rename(source.join("kept.rs"), source.join("answer.rs")).expect("a move");
    learner.types("check", 0, &["Passed."]);
}

#[test]
fn watch_judges_each_save_until_the_answer_passes() {
    let learner = Learner::new();
    learner.types("yield-now", 0, &[]);
    let mut watch = learner.command("watch");
    let watching = watch.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut watching = Running(watching);
    let mut lines = BufReader::new(watching.0.stdout.take().expect("a pipe")).lines();
    let mut until = |end: &str| {
        let mut said = String::new();
        while !said.contains(end) {
            said += &(lines.next().expect("more to come").expect("text") + "\n");
        }
        said
    };
    assert!(until("waiting for the next save").contains("Still to be done"));
    learner.writes("yield-now", "answer.rs", "not Rust");
    assert!(until("waiting for the next save").contains("It doesn't compile."));
    learner.writes("yield-now", "answer.rs", &learner.shown("yield-now solution"));
    until("Next");
    assert!(watching.0.wait().expect("an end").success());
}

#[test]
fn what_cannot_be_done_is_said_and_what_to_do_instead() {
    let learner = Learner::new();
    for (words, expected) in [
        ("99", "no exercise is called `99`; `cargo exercise` lists them"),
        ("check yield-now", "`cargo exercise yield-now` starts it"),
        ("hint yield-now", "`cargo exercise yield-now` starts it"),
        ("reset yield-now", "`cargo exercise yield-now` starts it"),
        ("assemble make_coffee", "no example is called `make_coffee`"),
        ("1 2", "expected one name, but got `1 2`"),
        ("show run-queue wrong/two_queues", "there is: solution, "),
    ] {
        learner.types(words, 2, &[expected]);
    }
    for words in ["--help", "help", "join --help", "show --help"] {
        learner.types(words, 0, &["Usage: cargo exercise"]);
    }
    learner.types("show run-queue", 0, &["solution\n", "starter\n", "wrong/one_queue\n"]);
    fs::create_dir_all(&learner.folder).expect("a folder");
    fs::write(learner.folder.join("progress.toml"), "current = 7").expect("a file");
    learner.types("", 2, &["progress.toml", "Correct it, or delete it."]);
}
