//! Does the command do for a learner what it promises?
//!
//! Each test is a learner who types commands and writes answers. What is checked is what the learner
//! sees, and how the command ends.

#[allow(dead_code)] // each file of tests uses a part of it
mod learner;

use std::fs;

use learner::{Learner, has, of_the_set};

#[test]
fn a_poll_without_end_is_told_so() {
    let learner = Learner::new();
    learner.types("yield-now");
    learner.answers("yield-now", &learner.shown("yield-now wrong/never_ready"));
    learner.told("check", 1, &["busy loop  a task that yields comes to its end"]);
}

#[test]
fn code_that_does_not_return_is_told_so() {
    let learner = Learner::new();
    learner.types("yield-now");
    let solution = of_the_set("yield-now/solution.rs");
    let (head, body) = solution.split_once("if self.yielded").expect("a place to stop");
    let with = |line: &str| format!("{head}{line}\nif self.yielded{body}");
    learner.answers("yield-now", &with("std::thread::sleep(std::time::Duration::MAX);"));
    learner.told("check", 1, &["Your code did not return.", "sleeps: in `std::thread::sleep`"]);
    learner.answers("yield-now", &with("while self.yielded {}"));
    let (_, said) = learner.types("check");
    has(&said, &["no return  the first poll gives `Pending`", "Your code did not return."]);
    has(&said, &["It works on and on"]);

    // Of many cases, the one that ran.
    learner.types("run-queue");
    let removes = "pub(crate) fn remove(&mut self, slot: u32) {";
    let solution = learner.shown("run-queue solution");
    let file = learner.folder.join("run-queue/src/tasks/run_queue.rs");
    fs::write(&file, solution.replace(removes, &format!("{removes} while slot > 0 {{}}")))
        .expect("a file");
    has(&learner.types("check").1, &["no return  each task is popped once", "ran: [", "Remove"]);
}

#[test]
fn what_is_changed_besides_the_answer_is_kept_and_said() {
    let learner = Learner::new();
    learner.types("run-queue");
    let folder = learner.folder.join("run-queue");
    let change = |name: &str, change: &dyn Fn(String) -> String| {
        let text = fs::read_to_string(folder.join(name)).expect("a file");
        fs::write(folder.join(name), change(text)).expect("a file");
    };
    let note = |text: String| text + "// mine\n";
    change("Cargo.toml", &|text| text + "fastrand = \"2\"\n");
    change("src/executor/executor.rs", &note);
    let wrong = learner.shown("run-queue wrong/one_queue");
    fs::write(folder.join("src/tasks/run_queue.rs"), wrong).expect("a file");
    learner.told("check", 1, &[]);
    let text = |name: &str| fs::read_to_string(folder.join(name)).expect("a file");
    assert!(text("src/executor/executor.rs").ends_with("// mine\n"), "kept while one looks");
    has(&text("Cargo.toml"), &["fastrand = \"2\""]);
    // The replay is of a check that fails, and in which a runtime runs.
    has(&learner.types("replay").1, &["it fails: a due timer does not wait", "replay.html"]);

    let solution = learner.shown("run-queue solution");
    fs::write(folder.join("src/tasks/run_queue.rs"), solution).expect("a file");
    let besides = "Besides your answer you have changed executor/executor.rs.";
    learner.told("check", 0, &["Passed.", besides]);
    assert!(text("src/executor/executor.rs").ends_with("// mine\n"), "kept after a pass");
}

#[test]
fn what_is_not_the_answers_is_said() {
    let learner = Learner::new();
    learner.types("mutex");
    learner.answers("mutex", &learner.shown("mutex wrong/turn_lost"));
    let (_, said) = learner.types("check");
    has(&said, &["Not yet right."]);
    assert!(!said.contains("warning"), "of a file that is not the learner's:\n{said}");

    // It passes alone, and does not fit where it belongs.
    learner.types("yield-now");
    learner.answers("yield-now", "pub use kettle::task::yield_now;");
    learner.told("check", 0, &[]);
    learner.told("assemble", 1, &["(Yield) passes its checks, but kettle doesn't compile with it"]);
    learner.answers("yield-now", &of_the_set("yield-now/solution.rs"));
    learner.types("check");
    learner.told("assemble make_tea", 0, &["It ran to its end, with one part of yours"]);
}

#[test]
fn of_two_faults_both_are_listed_and_what_was_not_judged_is_counted() {
    let learner = Learner::new();
    learner.types("block-on");
    let solution = learner.shown("block-on solution");
    let answers = |text: &str| {
        let file = "block-on/src/runtime/thread_parker.rs";
        fs::write(learner.folder.join(file), text).expect("a file");
        learner.types("check")
    };
    // A plain store in the waker, and in `park` a look and then a store.
    let swaps = solution.matches(".swap(").count();
    assert_eq!(swaps, 2, "{solution}");
    let stores = solution.replace("swap(true,", "store(true,");
    let (code, said) = answers(&stores.replace("AcqRel", "SeqCst"));
    assert_eq!(code, Some(1), "{said}");
    has(&said, &["The check `what_must_be_seen` wants", "whatever its ordering", "A `swap` reads"]);
    let both =
        learner.shown("block-on wrong/looks_then_clears").replace("swap(true,", "store(true,");
    let (code, said) = answers(&both.replace("AcqRel", "Release"));
    assert_eq!(code, Some(1), "{said}");
    // (By its orderings alone a wake could seem lost: so these are told first.)
    let lost = "hangs      a wake between any two steps of `park` is not lost";
    has(&said, &["The check `what_must_be_seen` wants", lost]);

    let of_std = solution.replace("crate::base::sync::{", "std::sync::atomic::{");
    assert_ne!(of_std, solution);
    let (code, said) = answers(&of_std);
    assert_eq!(code, Some(0), "{said}");
    has(&said, &["But 3 of its 11 checks were not judged"]);
}

#[test]
fn of_a_hunt_each_file_is_kept() {
    let learner = Learner::new();
    learner.types("twice");
    let folder = learner.folder.join("twice");
    fs::write(folder.join("src/tasks/run_queue.rs"), "// mine").expect("a file");
    has(&learner.types("reset twice --yes").1, &["twice/before-reset"]);
    fs::rename(folder.join("src/tasks/mod.rs"), folder.join("gone")).expect("a file");
    learner.told("check", 2, &["tasks/mod.rs", "`cargo exercise reset twice` starts again"]);
    fs::rename(folder.join("gone"), folder.join("src/tasks/mod.rs")).expect("a file");
    let text = |name: &str| fs::read_to_string(folder.join(name)).expect("a file");
    assert_eq!(text("before-reset/tasks/run_queue.rs"), "// mine");
    assert_ne!(text("src/tasks/run_queue.rs"), "// mine");
    assert!(text("src/lib.rs").contains("pub use tasks::check;"));
    assert!(text("src/tasks/mod.rs").contains("pub mod check;"));
    let note = text("src/executor/park.rs") + "// mine\n";
    fs::write(folder.join("src/executor/park.rs"), note).expect("a file");
    fs::write(folder.join("src/tasks/scheduler.rs"), learner.shown("twice solution"))
        .expect("a file");
    learner.told("check", 0, &["Passed.", "you have changed executor/park.rs."]);
}

#[test]
fn what_was_begun_with_an_earlier_engine_is_kept_and_begun_anew() {
    let learner = Learner::new();
    let folder = learner.folder.join("run-queue");
    fs::create_dir_all(folder.join("src")).expect("a folder");
    fs::write(folder.join("src/lib.rs"), "mod queue;").expect("a file");
    fs::write(folder.join("src/queue.rs"), "// mine").expect("a file");
    for words in ["check run-queue", "run-queue", "hint run-queue"] {
        let said = learner.told(words, 2, &["begun with an earlier engine", "tasks/run_queue.rs"]);
        has(&said, &["cargo exercise reset run-queue"]);
    }
    learner.told("reset run-queue --yes", 0, &[]);
    let text = |name: &str| fs::read_to_string(folder.join(name)).expect("a file");
    assert_eq!(text("before-reset/queue.rs"), "// mine");
    assert_eq!(text("src/tasks/run_queue.rs"), of_the_set("run-queue/starter.rs"));
    learner.told("run-queue", 0, &[]);
    assert!(text("src/lib.rs").contains("pub use tasks::check;"));

    // What only the earlier engine had is not left beside today's, where rustc would find both.
    let earlier = "\"tasks.rs\" = \"// theirs\"\n\"time.rs\" = \"// theirs\"\n";
    fs::write(folder.join(".engine.toml"), text(".engine.toml") + earlier).expect("a file");
    fs::write(folder.join("src/tasks.rs"), "// theirs").expect("a file");
    fs::write(folder.join("src/time.rs"), "// mine").expect("a file");
    learner.told("run-queue", 0, &["kettle itself has changed in time.rs", "run-queue/set-aside"]);
    assert_eq!(text("set-aside/time.rs"), "// mine");
    assert!(!folder.join("src/time.rs").exists() && !folder.join("src/tasks.rs").exists());
}

#[test]
fn each_version_of_a_file_can_be_read_as_a_whole() {
    let learner = Learner::new();
    let solution = of_the_set("../runtime/src/tasks/run_queue.rs");
    assert_eq!(learner.shown("run-queue solution"), solution);
    assert_eq!(learner.shown("run-queue starter"), of_the_set("run-queue/starter.rs"));
    let urgent = "        self.urgent.retain(|&other| other != slot);\n";
    let wrong = learner.shown("run-queue wrong/removes_from_one_queue");
    assert_eq!(wrong, solution.replace(urgent, ""));
    // What it believes is said beside the file.
    has(
        &learner.types("show run-queue wrong/removes_from_one_queue").1,
        &["# Believes that a task to be removed", &wrong],
    );
    // Of a hunt it is the engine's file, the fault in it, and what misses.
    let fault = learner.shown("twice fault");
    assert_ne!(fault, learner.shown("twice solution"));
    let assertion = fault.lines().find(|line| line.contains("debug_assert_eq!(*state,"));
    let miss = learner.shown("twice miss/assertion_removed");
    assert!(!miss.contains(assertion.expect("what panics")), "{miss}");
    let said = learner.told("show run-queue wrong/two_queues", 2, &[]);
    has(&said, &["run-queue has no `wrong/two_queues`; there is: solution, starter, wrong/"]);
    learner.told("show run-queue", 0, &["solution\n", "starter\n", "wrong/one_queue\n"]);
    learner.told(
        "patch run-queue wrong/../x mine.rs",
        2,
        &["patches of run-queue are `starter`, `wrong/NAME`, `right/NAME`"],
    );
}

#[test]
fn what_cannot_be_done_is_said_and_what_to_do_instead() {
    let learner = Learner::new();
    for (words, expected) in [
        ("99", "no exercise is called `99`; `cargo exercise` lists them"),
        ("check yield-now", "`cargo exercise yield-now` starts the exercise"),
        ("reset yield-now --yes", "`cargo exercise yield-now` starts the exercise"),
        ("1 2", "one name is enough, but got `1 2`"),
        ("1 check", "the command comes first: `cargo exercise check 1`"),
        ("assemble make_coffee", "kettle has no example `make_coffee`; there is: "),
    ] {
        learner.told(words, 2, &[expected]);
    }
    for words in ["--help", "help", "join --help", "show --help"] {
        learner.told(words, 0, &["Usage: cargo exercise"]);
    }
    let nameless = learner.command("").arg("").output().expect("it starts");
    has(&String::from_utf8_lossy(&nameless.stderr), &["no exercise is called ``"]);
    learner.told("step 1", 0, &["Step 1 of 7"]);
    learner.told("replay", 2, &["a step is a runtime of its own", "there is no replay of it"]);
    learner.told("sleep", 0, &["cargo exercise check"]);
    let manifest = learner.folder.join("sleep/Cargo.toml");
    fs::write(manifest, "[package").expect("a file");
    learner.told("check", 2, &["sleep/Cargo.toml", "Correct it, or delete it"]);

    let progress = learner.folder.join("progress.toml");
    fs::write(&progress, "current = \"42-gone\"").expect("a file");
    learner.told("check", 2, &["no exercise is started"]);
    fs::write(&progress, "current = 7").expect("a file");
    // A file that can't be read is no beginning.
    let said = learner.told("", 2, &["progress.toml", "expected a string"]);
    has(&said, &["Correct it, or delete it.", "passed has what has passed"]);
}
