//! Makes copies of the project's files with one fence, swap or order taken out.
//!
//! A model that never fails proves nothing. Each mutation here is a text and what stands in its
//! place; the text must be found exactly once, so that a mutant cannot quietly become the original
//! when the file changes. For each one a module is written: the mutated file, and beside it the
//! very scenes that the original is put through. `tests/threads/main.rs` says which scene must
//! refute which mutant; it has to name them all. The original is a copy, too, because one file has
//! unit tests, which know nothing of loom: they stay behind.

use std::path::Path;
use std::{env, fs};

/// A file, the scenes it is put through, and what is done to it.
struct Subject {
    folder: &'static str,
    file: &'static str,
    scenes: &'static str,
    mutations: &'static [Mutation],
}

struct Mutation {
    name: &'static str,
    is: &'static str,
    becomes: &'static str,
}

const SUBJECTS: &[Subject] = &[
    Subject {
        folder: "runtime/src",
        file: "letterbox",
        scenes: "tests/threads/letterbox.rs",
        mutations: LETTERBOX,
    },
    Subject {
        folder: "runtime/src",
        file: "parker",
        scenes: "tests/threads/parker.rs",
        mutations: PARKER,
    },
    Subject {
        folder: "runtime/src",
        file: "readiness",
        scenes: "tests/threads/readiness.rs",
        mutations: READINESS,
    },
    Subject {
        folder: "src/sync/mutex",
        file: "turn",
        scenes: "tests/threads/turn.rs",
        mutations: TURN,
    },
];

const LETTERBOX: &[Mutation] = &[
    Mutation {
        name: "post_without_fence",
        is: "        fence(Ordering::SeqCst);\n        // The plain load first",
        becomes: "        // The plain load first",
    },
    Mutation {
        name: "post_that_looks_first",
        is: "        self.letters.send(letter).map_err(|refused| refused.0)?; // A
        self.ring_if_asleep();
        Ok(())",
        becomes: "        self.ring_if_asleep();
        self.letters.send(letter).map_err(|refused| refused.0)",
    },
    Mutation { name: "ring_without_exchange", is: " && self.is_first()", becomes: "" },
    Mutation {
        name: "park_without_fence",
        is: "        fence(Ordering::SeqCst);\n        let may_sleep",
        becomes: "        let may_sleep",
    },
    Mutation {
        name: "park_that_looks_first",
        is: "        outside.asleep.store(true, Ordering::Relaxed); // 1
        fence(Ordering::SeqCst);
        let may_sleep = self.letters.is_empty(); // 2",
        becomes: "        let may_sleep = self.letters.is_empty();
        fence(Ordering::SeqCst);
        outside.asleep.store(true, Ordering::Relaxed);",
    },
    Mutation {
        name: "claim_by_load_and_store",
        is: "!self.0.swap(true, Ordering::AcqRel)",
        becomes: "{
            let was = self.0.load(Ordering::Acquire);
            self.0.store(true, Ordering::Release);
            !was
        }",
    },
    Mutation {
        name: "claim_without_release",
        is: "self.0.swap(true, Ordering::AcqRel)",
        becomes: "self.0.swap(true, Ordering::Acquire)",
    },
    Mutation {
        name: "opened_by_store",
        is: "self.0.swap(false, Ordering::AcqRel)",
        becomes: "self.0.store(false, Ordering::Release)",
    },
    Mutation {
        name: "opened_without_acquire",
        is: "self.0.swap(false, Ordering::AcqRel)",
        becomes: "self.0.swap(false, Ordering::Release)",
    },
];

const PARKER: &[Mutation] = &[
    Mutation {
        name: "unpark_before_the_flag",
        is: "        this.notified.swap(true, Ordering::AcqRel);
        this.thread.unpark();",
        becomes: "        this.thread.unpark();
        this.notified.swap(true, Ordering::AcqRel);",
    },
    Mutation {
        name: "flag_by_store",
        is: "this.notified.swap(true, Ordering::AcqRel)",
        becomes: "this.notified.store(true, Ordering::Release)",
    },
    Mutation {
        name: "flag_without_release",
        is: "this.notified.swap(true, Ordering::AcqRel)",
        becomes: "this.notified.swap(true, Ordering::Acquire)",
    },
    Mutation {
        name: "flag_without_acquire",
        is: "self.notified.swap(false, Ordering::AcqRel)",
        becomes: "self.notified.swap(false, Ordering::Release)",
    },
];

const READINESS: &[Mutation] = &[
    Mutation {
        name: "wait_that_looks_first",
        is: "        let mut waiting = side.waiting.lock();
        if let Some(verdict) = side.look().verdict() {
            return Poll::Ready(verdict);
        }
        let (replaced, old) = Parked::store(&mut waiting.newest, cx);",
        becomes: "        if let Some(verdict) = side.look().verdict() {
            return Poll::Ready(verdict);
        }
        let mut waiting = side.waiting.lock();
        let (replaced, old) = Parked::store(&mut waiting.newest, cx);",
    },
    Mutation {
        name: "list_that_looks_first",
        is: "        let mut waiting = side.waiting.lock();
        if let Some(verdict) = side.look().verdict() {
            return Poll::Ready(verdict);
        }
        let list",
        becomes: "        if let Some(verdict) = side.look().verdict() {
            return Poll::Ready(verdict);
        }
        let mut waiting = side.waiting.lock();
        let list",
    },
    Mutation {
        name: "look_without_acquire",
        is: "self.word.load(Ordering::Acquire)",
        becomes: "self.word.load(Ordering::Relaxed)",
    },
    Mutation {
        name: "clear_without_tick",
        is: "(Seen(word).tick() == seen.tick()).then_some(word & !bits)",
        becomes: "(Seen(word).tick() >= seen.tick()).then_some(word & !bits)",
    },
    Mutation {
        name: "clear_of_every_bit",
        is: "self.clear(direction, seen, ANY);",
        becomes: "self.clear(direction, seen, ANY | GONE);",
    },
    Mutation {
        name: "drained_past_the_end",
        is: "        if !seen.has(CLOSED | ERROR) {
            self.clear(direction, seen, READY);
        }",
        becomes: "        self.clear(direction, seen, ANY);",
    },
    Mutation {
        name: "report_without_lock",
        is: "Seen(word).has(ANY).then(|| reported(word, bits))",
        becomes: "Some(reported(word, bits))",
    },
    Mutation {
        name: "report_that_takes_first",
        is: "        let step = |word| Some(reported(word, bits));
        let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);
        if let Some(newest) = waiting.newest.take() {
            due.push(newest);
        }
        if let Some(list) = &mut waiting.list {
            due.extend(list.entries.drain().flatten());
            list.round += 1;
        }",
        becomes: "        if let Some(newest) = waiting.newest.take() {
            due.push(newest);
        }
        if let Some(list) = &mut waiting.list {
            due.extend(list.entries.drain().flatten());
            list.round += 1;
        }
        drop(waiting);
        let step = |word| Some(reported(word, bits));
        let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);",
    },
    Mutation {
        name: "report_without_tick",
        is: "(word | bits).wrapping_add(TICK)",
        becomes: "word | bits",
    },
    Mutation {
        name: "quick_report_without_release",
        is: "fetch_update(Ordering::AcqRel, Ordering::Acquire, if_ready)",
        becomes: "fetch_update(Ordering::Acquire, Ordering::Acquire, if_ready)",
    },
    Mutation {
        name: "slow_report_without_release",
        is: "let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);",
        becomes: "let _ = self.word.fetch_update(Ordering::Acquire, Ordering::Acquire, step);",
    },
    Mutation {
        name: "leave_of_any_round",
        is: ".filter(|list| list.round == round) else",
        becomes: ".filter(|list| list.round >= round && list.entries.contains(key)) else",
    },
];

const TURN: &[Mutation] = &[
    Mutation {
        name: "wait_without_fence",
        is: "            fence(Ordering::SeqCst);\n        }\n        if line.is_first",
        becomes: "        }\n        if line.is_first",
    },
    Mutation {
        name: "wait_that_tries_first",
        is: "        if joins {
            self.crowded.store(true, Ordering::Relaxed);
            fence(Ordering::SeqCst);
        }
        if line.is_first(key)
            && let Some(guard) = lock.try_lock()
        {",
        becomes: "        let tried = if line.is_first(key) { lock.try_lock() } else { None };
        if joins {
            self.crowded.store(true, Ordering::Relaxed);
            fence(Ordering::SeqCst);
        }
        if let Some(guard) = tried {",
    },
    Mutation {
        name: "release_without_fence",
        is: "        fence(Ordering::SeqCst);\n        if self.crowded",
        becomes: "        if self.crowded",
    },
    Mutation {
        name: "leave_that_calls_when_held",
        is: "let next = if lock.is_free() { line.call() } else { None };",
        becomes: "let next = if lock.is_free() { None } else { line.call() };",
    },
    Mutation {
        name: "hasty_one_that_calls_nobody",
        is: "            if let Some(first) = self.after_release(lock) {
                first.wake();
            }
            return None;",
        becomes: "            return None;",
    },
    Mutation {
        name: "crowded_cleared_by_each",
        is: "            let left = place.take().map(|key| line.leave(key));
            self.crowded.store(!line.is_empty(), Ordering::Relaxed);",
        becomes: "            let left = place.take().map(|key| line.leave(key));
            self.crowded.store(false, Ordering::Relaxed);",
    },
];

fn main() {
    let here = env::var("CARGO_MANIFEST_DIR").expect("Cargo says where the package is");
    let out = env::var("OUT_DIR").expect("Cargo says where to write");
    let tests = Path::new(&here).join("tests/threads/main.rs");
    let tests = fs::read_to_string(tests).expect("the tests can be read");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=tests/threads/main.rs");
    for subject in SUBJECTS {
        let source = Path::new(&here).join(format!("../../{}/{}.rs", subject.folder, subject.file));
        println!("cargo::rerun-if-changed={}", source.display());
        let text = fs::read_to_string(&source).expect("the file can be read");
        let scenes = Path::new(&here).join(subject.scenes);
        let text = without_tests(&text);
        let original = Path::new(&out).join(format!("{}_original.rs", subject.file));
        fs::write(&original, text).expect("the original can be written");
        let mut modules = module("original", subject.file, &original, &scenes);
        for mutation in subject.mutations {
            let named = format!("{}_{}::scenes", subject.file, mutation.name);
            assert!(tests.contains(&named), "no test for `{named}`");
            let copy = Path::new(&out).join(format!("{}.rs", mutation.name));
            fs::write(&copy, mutation.of(text)).expect("a mutant can be written");
            modules += &module(mutation.name, subject.file, &copy, &scenes);
        }
        let list = Path::new(&out).join(format!("{}_and_mutants.rs", subject.file));
        fs::write(list, modules).expect("the list of mutants can be written");
    }
}

impl Mutation {
    fn of(&self, text: &str) -> String {
        let found = text.matches(self.is).count();
        assert_eq!(
            found, 1,
            "`{}` finds its text {found} times, not once:\n{}",
            self.name, self.is
        );
        text.replace(self.is, self.becomes)
    }
}

fn without_tests(text: &str) -> &str {
    text.split_once("\n#[cfg(test)]\n#[path").map_or(text, |(code, _)| code)
}

/// A module of two: the file and its scenes.
fn module(name: &str, file: &str, source: &Path, scenes: &Path) -> String {
    let load = |name: &str, path: &Path| {
        let path = path.to_str().expect("the package's path is UTF-8");
        format!("    #[allow(dead_code)]\n    #[path = {path:?}]\n    pub(crate) mod {name};\n")
    };
    format!("mod {file}_{name} {{\n{}{}}}\n", load(file, source), load("scenes", scenes))
}
