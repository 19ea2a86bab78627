//! Can a learner build the ladder, and is told what is wrong with a step?
//!
//! The project's own steps pass; each fails as the next one, in words; and so do files with a
//! fault.

#[allow(dead_code)] // each file of tests uses a part of it
mod learner;

use std::fs;

use learner::{Learner, has, of_the_set};

const STEPS: [&str; 7] = [
    "step1_busy",
    "step2_park",
    "step3_queue",
    "step4_wakers",
    "step5_timers",
    "step6_reactor",
    "step7_join",
];

/// The project's own step.
fn reference(number: usize) -> String {
    of_the_set(&format!("../examples/steps/{}.rs", STEPS[number - 1]))
}

impl Learner {
    fn step(&self, number: usize) -> String {
        fs::read_to_string(self.folder.join(format!("steps/step{number}.rs"))).expect("a step")
    }

    /// What is said of this text as this step; it ends with `code` and has all of `parts`.
    fn judged(&self, number: usize, text: &str, code: i32, parts: &[&str]) -> String {
        fs::write(self.folder.join(format!("steps/step{number}.rs")), text).expect("a folder");
        self.told(&format!("step {number}"), code, parts)
    }
}

#[test]
fn each_step_passes_shows_its_flaw_and_fails_as_the_next_one() {
    let learner = Learner::new();
    learner.told("step", 0, &["1 Who polls a future, and when?", "Next: cargo exercise step 1"]);

    // What the step before is told as this one; and what shows this one's flaw.
    let (todo, names) = ("Still to be done", "Your file compiles. But something that step");
    let thousand = "polls of a task for 1000 wakes";
    let threads = "other threads that call the wakers of 100 sleeps";
    let expected: [(&[&str], &str); 7] = [
        (&[todo, "step1.rs:11:5"], "A sleep of 20 ms was polled"),
        (&["polls of a future that a thread wakes once", "expected: 2"], "tea ends, toast begins"),
        (&[names, "cannot find function `spawn`"], "polled 1000 times"),
        (&["the 18 properties", thousand, "came: 1000", "expected: 1"], "ended by 100 threads"),
        (&["the 22 properties", threads, "came: 100", "expected: 0"], "a visitor asked"),
        (&[names, "cannot find type `TcpListener`"], "`block_on` panics, and all tasks end"),
        (&[names, "cannot find macro `select`"], "a ready one had 0 polls"),
    ];
    for (number, (before, flaw)) in (1..).zip(expected) {
        let said = learner.told(
            &format!("step {number}"),
            0,
            &[&format!("Step {number} of 7"), "Told in chapter", "Judge it"],
        );
        if number > 1 {
            has(&said, &[&format!("your own step {}", number - 1)]);
            let own = learner.step(number);
            assert!(own.contains(reference(number - 1).split_once("\nuse ").expect("uses").1));
        }
        let said = learner.told(&format!("step {number}"), 1, before);
        assert!(!said.contains("/properties/"), "a file that is not the learner's:\n{said}");

        let said = learner.judged(number, &reference(number), 0, &["Passed.", "Its flaw", flaw]);
        // The map goes on with a chapter's exercises; the ladder, with the next step.
        let next = ["step 2", "01", "05b", "06", "04", "15", "10"][number - 1];
        has(&said, &[&format!("Next cargo exercise {next} ")]);
        let ladders =
            said.contains(&format!("Or the next step: cargo exercise step {}", number + 1));
        assert_eq!(ladders, (2..7).contains(&number), "{said}");
    }
    // To play works at any time, also when an exercise is at hand.
    learner.types("00");
    learner.told("step 2 --play", 0, &["Water boiled. Making tea."]);
    has(&learner.types("step").1, &["(passed)", "All seven have passed."]);
    has(&learner.types("").1, &["The ladder: 7 of 7 steps passed"]);
}

#[test]
fn a_fault_is_told() {
    // Of a step, in place of one line another one: what is said of it.
    let faults: [(usize, &str, &str, &[&str]); 15] = [
        (1, "Instant::now() >= self.deadline", "true", &["two sleeps of 20 ms each took"]),
        (
            1,
            "    loop {\n",
            "    while future.as_mut().poll(&mut cx).is_pending() {}\n    loop {\n",
            &["wrong", "resumed after completion"],
        ),
        (
            2,
            "self.woken.swap(true, Ordering::AcqRel);",
            "",
            &["It hangs.", "the thread of `block_on` sleeps, and nothing ends that"],
        ),
        (
            2,
            "while !unpark.woken.swap(false, Ordering::AcqRel) {",
            "{",
            &["a future that is woken once and unparks its own thread", "expected: 2"],
        ),
        (
            2,
            "alarm.waker.clone_from(cx.waker());",
            "",
            &["Not yet right.", "the newest waker was not kept"],
        ),
        (2, "            thread::park();\n", "", &["its future waits, and the thread is at work"]),
        (3, "        self.thread.unpark();", "", &["It hangs.", "a sleep ends"]),
        (
            3,
            "runtime.tasks[number] = Some(task)",
            "drop(task)",
            &["what two tasks did, in its order"],
        ),
        (
            3,
            "            drop(left);",
            "            std::mem::forget(left);",
            &["the task that waited is still there"],
        ),
        (
            3,
            "runtime(|runtime| mem::take(&mut runtime.tasks));",
            "Vec::<Option<Task>>::new();",
            &["calls `spawn` in its drop", "no runtime here"],
        ),
        (
            4,
            "        self.queued.swap(false, Ordering::AcqRel);\n        future.poll(&mut \
             Context::from_waker(&Waker::from(Arc::clone(self))))",
            "        let poll = future.poll(&mut \
             Context::from_waker(&Waker::from(Arc::clone(self))));\n        \
             self.queued.swap(false, Ordering::AcqRel);\n        poll",
            &["It hangs.", "The step before can do this."],
        ),
        (
            5,
            "        try_runtime(|runtime| runtime.timers.remove(&(self.deadline, self.number)));",
            "",
            &["wakers that a dropped sleep leaves behind", "came: 1", "expected: 0"],
        ),
        (
            5,
            "thread::park_timeout(deadline.saturating_duration_since(Instant::now()));",
            "let _ = deadline; thread::park();",
            &["It hangs.", "a sleep ends"],
        ),
        (
            6,
            "if self.queue.is_empty() { until_first } else { Some(Duration::ZERO) }",
            "Some(Duration::ZERO).or(until_first)",
            &["its future waits, and the thread is at work"],
        ),
        (
            7,
            "let aborted = task.waker.aborted.load(Ordering::Acquire);",
            "let aborted = false;",
            &["It hangs.", "an aborted task is dropped"],
        ),
    ];
    let learner = Learner::new();
    for (number, line, fault, expected) in faults {
        learner.types(&format!("step {number}"));
        let text = reference(number);
        assert!(text.contains(line), "step {number} has no `{line}`");
        learner.judged(number, &text.replacen(line, fault, 1), 1, expected);
    }
}

#[test]
fn rustc_is_heard_of_the_learners_file_alone() {
    let learner = Learner::new();
    learner.types("step 2");
    let text = reference(2).replace("let mut cx", "let mut cy");
    let said = learner.judged(
        2,
        &text,
        1,
        &["It doesn't compile.", "cannot find value `cx`", "--> steps/step2.rs:"],
    );
    assert!(!said.contains("judge.rs") && !said.contains("/properties/"), "{said}");
}

#[test]
fn a_step_begins_as_the_projects_if_the_one_before_is_not_yours() {
    let learner = Learner::new();
    for (words, expected) in [
        ("step 0", "no step is called `0`; the ladder has the steps 1 to 7"),
        ("step 8", "no step is called `8`"),
        ("step park", "no step is called `park`"),
        ("step 2 --play", "step2.rs does not exist; `cargo exercise step 2` makes it"),
        ("step --play", "<NUMBER>"),
    ] {
        learner.told(words, 2, &[expected]);
    }

    // Step 1 was not built, so it is the project's.
    has(&learner.types("step 2").1, &["the project's step 1"]);
    let beginning = learner.step(2);
    has(&beginning, &["//! Step 2 of 7: How does the thread sleep", "Waker::noop()"]);
    assert!(!beginning.contains("Flaw:"), "the head of step 1:\n{beginning}");
}
