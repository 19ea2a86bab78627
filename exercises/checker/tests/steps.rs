//! Can a learner build the ladder, and is told what is wrong with a step?
//!
//! The project's own steps pass; each fails as the next one, in words; and so do files with a
//! fault. (`cargo exercise prove step3` proves that each fault fails its check.)

#[allow(dead_code)] // each file of tests uses a part of it
mod learner;

use std::fs;
use std::path::PathBuf;

use learner::{Learner, has};

/// The project's own step.
fn reference(learner: &Learner, number: usize) -> String {
    learner.shown(&format!("step{number} solution"))
}

impl Learner {
    fn path(&self, number: usize) -> PathBuf {
        self.folder.join(format!("step{number}/src/answer.rs"))
    }

    fn step(&self, number: usize) -> String {
        fs::read_to_string(self.path(number)).expect("a step")
    }

    /// What is said of this text as this step; it ends with `code` and has all of `parts`.
    fn judged(&self, number: usize, text: &str, code: i32, parts: &[&str]) -> String {
        fs::write(self.path(number), text).expect("a folder");
        self.told(&format!("check step{number}"), code, parts)
    }
}

#[test]
fn each_step_passes_shows_its_flaw_and_fails_as_the_next_one() {
    let learner = Learner::new();
    learner.told("step", 0, &["1 Who polls a future, and when?", "Next: cargo exercise step 1"]);

    // What the step before is told as this one; and what shows this one's flaw.
    let (todo, names) = ("Still to be done", "Your file compiles. But something that this step");
    let thousand = "polls of a task for 1000 wakes";
    let threads = "other threads that call the wakers of 100 sleeps";
    let expected: [(&[&str], &str); 7] = [
        (&[todo, "answer.rs:11:5"], "A sleep of 20 ms was polled"),
        (&["polls of a future that a thread wakes once", "expected: 2"], "tea ends, toast begins"),
        (&[names, "cannot find function `spawn`"], "polled 1000 times"),
        (&[thousand, "came: 1000", "expected: 1"], "ended by 100 threads"),
        (&[threads, "came: 100", "expected: 0"], "a visitor asked"),
        (&[names, "cannot find type `TcpListener`"], "`block_on` panics, and all tasks end"),
        (&[names, "cannot find macro `select`"], "a ready one had 0 polls"),
    ];
    for (number, (before, flaw)) in (1..).zip(expected) {
        let title = format!("Step {number} of 7");
        let begun = format!("step {number}");
        let said = learner.told(&begun, 0, &[&title, "Told in chapter", "Judge it"]);
        if number > 1 {
            has(&said, &[&format!("your own step {}", number - 1)]);
            let before = reference(&learner, number - 1);
            assert!(learner.step(number).contains(before.split_once("\nuse ").expect("uses").1));
        }
        // From now on `check` means this step; and so does the command that has begun it.
        let said = learner.told("check", 1, before);
        assert!(!said.contains("/properties/"), "a file that is not the learner's:\n{said}");
        if number == 1 {
            has(&learner.types(&begun).1, &["You have begun this step, so", "is judged", todo]);
        }
        has(&learner.types("hint").1, &[&format!("step {number} "), "hint 1 of 3"]);

        let own = reference(&learner, number);
        let said = learner.judged(number, &own, 0, &["Passed.", "Its flaw", flaw]);
        // The map goes on with a chapter's exercises; the ladder, with the next step.
        let next = ["step 2", "step 3", "yield-now", "sleep", "step 6", "step 7", "run-queue"]
            [number - 1];
        has(&said, &[&format!("Next: cargo exercise {next} ")]);
        let ladders =
            said.contains(&format!("Or the next step: cargo exercise step {}", number + 1));
        assert_eq!(ladders, (3..5).contains(&number), "{said}");
    }
    // To play works at any time, also when an exercise is at hand.
    learner.types("yield-now");
    learner.told("step 2 --play", 0, &["Water boiled. Making tea."]);
    has(&learner.types("step").1, &["(passed)", "All seven have passed."]);
    has(&learner.types("").1, &["The ladder: 7 of 7 steps passed"]);
}

#[test]
fn a_fault_is_told() {
    let faults: [(usize, &str, &[&str]); 10] = [
        (1, "always_ready", &["a sleep of 100µs took"]),
        (1, "counts_from_the_first_poll", &["expected: the first is over at once"]),
        (1, "polls_after_the_end", &["wrong", "resumed after completion"]),
        (2, "no_flag", &["It hangs.", "the thread of `block_on` sleeps"]),
        (2, "first_waker", &["Not yet right.", "the newest waker was not kept"]),
        (2, "never_parks", &["its future waits, and the thread is at work"]),
        (3, "drops_the_pending", &["what two tasks and `block_on`'s future did"]),
        (4, "any_runtime", &["the waker of another thread's runtime is called"]),
        (5, "never_taken_out", &["wakers that a dropped sleep leaves", "came: 1", "expected: 0"]),
        (7, "never_aborted", &["It hangs.", "an aborted task is dropped"]),
    ];
    let learner = Learner::new();
    for (number, fault, expected) in faults {
        learner.types(&format!("step{number}"));
        let text = learner.shown(&format!("step{number} wrong/{fault}"));
        learner.judged(number, &text, 1, expected);
    }
}

#[test]
fn rustc_is_heard_of_the_learners_file_alone() {
    let learner = Learner::new();
    learner.types("step 2");
    let text = reference(&learner, 2).replace("let mut cx", "let mut cy");
    let parts = ["It doesn't compile.", "cannot find value `cx`", "--> step2/src/answer.rs:"];
    let said = learner.judged(2, &text, 1, &parts);
    assert!(!said.contains("main.rs") && !said.contains("/properties/"), "{said}");
}

#[test]
fn a_step_begins_as_the_projects_if_the_one_before_is_not_yours() {
    let learner = Learner::new();
    for (words, expected) in [
        ("step 0", "no step is called `0`; the ladder has the steps 1 to 7"),
        ("step 8", "no step is called `8`"),
        ("step park", "no step is called `park`"),
        ("step 2 --play", "answer.rs does not exist; `cargo exercise step 2` starts the exercise"),
        ("step --play", "<NUMBER>"),
    ] {
        learner.told(words, 2, &[expected]);
    }

    // Step 1 was not built, so it is the project's.
    has(&learner.types("step 2").1, &["the project's step 1"]);
    let beginning = learner.step(2);
    has(&beginning, &["//! Step 2 of 7: How does the thread sleep", "Waker::noop()"]);
    assert!(!beginning.contains("Flaw:"), "the head of step 1:\n{beginning}");

    // An answer is never lost.
    fs::write(learner.path(2), "// mine").expect("a file");
    learner.told("reset --yes", 0, &["before-reset.rs"]);
    assert_eq!(learner.step(2), beginning);
}
