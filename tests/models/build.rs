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

/// A file (its scenes are in `tests/threads`, under the same name), and what is done to it.
struct Subject {
    folder: &'static str,
    file: &'static str,
    mutations: &'static [Mutation],
}

struct Mutation {
    name: &'static str,
    is: &'static str,
    becomes: &'static str,
}

const SUBJECTS: &[Subject] = &[
    Subject { folder: "runtime/src/inbox", file: "inbox", mutations: INBOX },
    Subject { folder: "runtime/src/tasks", file: "hand_over", mutations: HAND_OVER },
    Subject { folder: "runtime/src/runtime", file: "thread_parker", mutations: THREAD_PARKER },
    Subject { folder: "runtime/src/runtime", file: "core_slot", mutations: CORE_SLOT },
    Subject { folder: "runtime/src/io", file: "readiness", mutations: READINESS },
    Subject { folder: "src/task/join_set", file: "ready", mutations: READY },
];

const INBOX: &[Mutation] = &[
    Mutation {
        name: "look_before_swap",
        is: "        self.asleep.swap(true, Ordering::AcqRel);
        let nothing_came = self.sender.is_empty();",
        becomes: "        let nothing_came = self.sender.is_empty();
        self.asleep.swap(true, Ordering::AcqRel);",
    },
    Mutation {
        name: "sleep_without_a_look",
        is: "let nothing_came = self.sender.is_empty();",
        becomes: "let nothing_came = true;",
    },
    Mutation {
        name: "no_swap_back",
        is: "        if !nothing_came {
            self.awake();
        }
",
        becomes: "",
    },
    Mutation {
        name: "swap_before_the_message",
        is: "        if self.sender.send(message).is_ok() {
            self.unpark_if_asleep();
        }",
        becomes: "        let asleep = self.asleep.swap(false, Ordering::AcqRel);
        if self.sender.send(message).is_ok() && asleep {
            self.unpark.unpark();
        }",
    },
    Mutation {
        name: "unpark_before_the_message",
        is: "        if self.sender.send(message).is_ok() {
            self.unpark_if_asleep();
        }",
        becomes: "        self.unpark_if_asleep();
        let _ = self.sender.send(message);",
    },
    Mutation {
        name: "asleep_not_cleared",
        is: "if self.asleep.swap(false, Ordering::AcqRel) {",
        becomes: "if self.asleep.fetch_or(false, Ordering::AcqRel) {",
    },
    Mutation {
        name: "send_that_only_looks_first",
        is: "if self.asleep.swap(false, Ordering::AcqRel) {",
        becomes: "if self.asleep.load(Ordering::Acquire) && self.asleep.swap(false, Ordering::AcqRel) {",
    },
    Mutation {
        name: "clears_without_an_unpark",
        is: "            self.unpark.unpark();
",
        becomes: "",
    },
    Mutation {
        name: "awake_that_stays_asleep",
        is: "        self.asleep.swap(false, Ordering::AcqRel);
    }",
        becomes: "    }",
    },
    Mutation {
        name: "awake_by_store",
        is: "        self.asleep.swap(false, Ordering::AcqRel);
    }",
        becomes: "        self.asleep.store(false, Ordering::Release);
    }",
    },
    Mutation {
        name: "asleep_by_store",
        is: "self.asleep.swap(true, Ordering::AcqRel);",
        becomes: "self.asleep.store(true, Ordering::Release);",
    },
    Mutation {
        name: "asleep_without_acquire",
        is: "self.asleep.swap(true, Ordering::AcqRel);",
        becomes: "self.asleep.swap(true, Ordering::Release);",
    },
    Mutation {
        name: "send_without_release",
        is: "if self.asleep.swap(false, Ordering::AcqRel) {",
        becomes: "if self.asleep.swap(false, Ordering::Acquire) {",
    },
    Mutation {
        name: "relaxed_swaps",
        is: "use crate::base::sync::{Arc, AtomicBool, AtomicUsize, Ordering, Receiver, Sender, unbounded};",
        becomes:
            "use crate::base::sync::{Arc, AtomicBool, AtomicUsize, Receiver, Sender, unbounded};
struct Ordering;
#[allow(non_upper_case_globals)]
impl Ordering {
    const AcqRel: crate::base::sync::Ordering = crate::base::sync::Ordering::Relaxed;
    const Relaxed: crate::base::sync::Ordering = crate::base::sync::Ordering::Relaxed;
}",
    },
    Mutation {
        name: "begin_by_load_and_store",
        is: "!self.0.swap(true, Ordering::AcqRel)",
        becomes: "{
            let was = self.0.load(Ordering::Acquire);
            self.0.store(true, Ordering::Release);
            !was
        }",
    },
    Mutation {
        name: "begin_without_release",
        is: "self.0.swap(true, Ordering::AcqRel)",
        becomes: "self.0.swap(true, Ordering::Acquire)",
    },
    Mutation {
        name: "end_by_store",
        is: "self.0.swap(false, Ordering::AcqRel)",
        becomes: "self.0.store(false, Ordering::Release)",
    },
    Mutation {
        name: "end_without_acquire",
        is: "self.0.swap(false, Ordering::AcqRel)",
        becomes: "self.0.swap(false, Ordering::Release)",
    },
];

const HAND_OVER: &[Mutation] = &[
    Mutation {
        name: "poll_without_a_second_look",
        is: "None => clone = Some(cx.waker().clone()),",
        becomes: "None => {
                    let newest = WakerSlot::new(cx.waker().clone());
                    let before = mem::replace(&mut *self.state.lock(), State::Waiting(newest));
                    drop(before);
                    return Err(Replaced::None);
                }",
    },
    Mutation {
        name: "poll_that_keeps_the_first",
        is: "            let stored = waker.store(cx, &mut clone);",
        becomes: "            if !waker.is_empty() {
                return Err(Replaced::Same);
            }
            let stored = waker.store(cx, &mut clone);",
    },
    Mutation {
        name: "finish_that_wakes_nobody",
        is: "return (waker, None);",
        becomes: "drop(waker);
                return (None, None);",
    },
    Mutation {
        name: "finish_in_two_steps",
        is: "                let waker = waker.take();
                *state = State::Finished(value);",
        becomes: "                let waker = waker.take();
                drop(state);
                *self.state.lock() = State::Finished(value);",
    },
    Mutation {
        name: "finish_that_keeps_for_nobody",
        is: "            State::Detached => *state = State::Taken,",
        becomes: "            State::Detached => {
                *state = State::Finished(value);
                return (None, None);
            }",
    },
    Mutation {
        name: "finish_that_drops_in_place",
        is: "            State::Detached => *state = State::Taken,",
        becomes: "            State::Detached => {
                drop(value);
                return (None, None);
            }",
    },
    Mutation {
        name: "finish_that_gives_the_first_back",
        is: "            State::Finished(_) | State::Taken => {}",
        becomes:
            "            State::Finished(first) => return (None, Some(mem::replace(first, value))),
            State::Taken => {}",
    },
    Mutation {
        name: "detach_in_two_steps",
        is: "        let mut state = self.state.lock();
        let ended = matches!(*state, State::Finished(_) | State::Taken);
        mem::replace",
        becomes: "        let ended = self.is_finished();
        let mut state = self.state.lock();
        if !ended {
            *state = State::Detached;
            return State::Detached;
        }
        mem::replace",
    },
    Mutation {
        name: "detach_that_drops_in_place",
        is: "mem::replace(&mut *state, if ended { State::Taken } else { State::Detached })",
        becomes: "*state = if ended { State::Taken } else { State::Detached };
        State::Detached",
    },
    Mutation {
        name: "detach_that_leaves_the_value",
        is: "        mem::replace(&mut *state, if ended",
        becomes: "        if matches!(*state, State::Finished(_)) {
            return State::Detached;
        }
        mem::replace(&mut *state, if ended",
    },
    Mutation {
        name: "taken_is_not_finished",
        is: "matches!(*self.state.lock(), State::Finished(_) | State::Taken)",
        becomes: "matches!(*self.state.lock(), State::Finished(_))",
    },
    Mutation {
        name: "abort_in_two_steps",
        is: "!ended && !self.aborted.swap(true, Ordering::AcqRel)",
        becomes: "{
            let aborted = self.aborted.load(Ordering::Acquire);
            drop(state);
            self.aborted.store(true, Ordering::Release);
            !ended && !aborted
        }",
    },
    Mutation {
        name: "abort_without_its_flag",
        is: "!ended && !self.aborted.swap(true, Ordering::AcqRel)",
        becomes: "!ended && !self.aborted.load(Ordering::Acquire)",
    },
    Mutation {
        name: "abort_of_the_ended",
        is: "!ended && !self.aborted.swap(true, Ordering::AcqRel)",
        becomes: "ended || !self.aborted.swap(true, Ordering::AcqRel)",
    },
];

const THREAD_PARKER: &[Mutation] = &[
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
        name: "park_that_looks_then_clears",
        is: "        while !self.notified.swap(false, Ordering::AcqRel) {
            thread::park();
        }",
        becomes: "        while !self.notified.load(Ordering::Acquire) {
            thread::park();
        }
        self.notified.store(false, Ordering::Release);",
    },
    Mutation {
        name: "flag_without_acquire",
        is: "self.notified.swap(false, Ordering::AcqRel)",
        becomes: "self.notified.swap(false, Ordering::Release)",
    },
];

const CORE_SLOT: &[Mutation] = &[
    Mutation {
        name: "wait_after_the_look",
        is: "        let core = state.core.take();
",
        becomes: "        let core = state.core.take();
        drop(state);
        let mut state = self.0.lock();
",
    },
    Mutation {
        name: "wake_before_the_core_is_back",
        is: "        let mut state = self.0.lock();
        state.core = Some(core);
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        waiting.iter().for_each(ArcWake::wake_by_ref);",
        becomes: "        let waiting = mem::take(&mut self.0.lock().waiting);
        waiting.iter().for_each(ArcWake::wake_by_ref);
        self.0.lock().core = Some(core);",
    },
    Mutation {
        name: "put_back_that_wakes_one",
        is: "mem::take(&mut state.waiting);",
        becomes: "state.waiting.pop();",
    },
];

const READINESS: &[Mutation] = &[
    Mutation {
        name: "wait_that_looks_first",
        is: "            let mut waiting = self.waiting.lock();
            let seen = self.look(direction);
",
        becomes: "            let seen = self.look(direction);
            let mut waiting = self.waiting.lock();
",
    },
    Mutation {
        name: "look_without_acquire",
        is: "self.word.load(Ordering::Acquire)",
        becomes: "self.word.load(Ordering::Relaxed)",
    },
    Mutation {
        name: "clear_without_count",
        is: "(word / REPORT == seen.word / REPORT).then_some(word & !bits)",
        becomes: "(word / REPORT >= seen.word / REPORT).then_some(word & !bits)",
    },
    Mutation {
        name: "clear_of_every_bit",
        is: "self.clear(seen, ANY);",
        becomes: "self.clear(seen, ANY | GONE);",
    },
    Mutation {
        name: "drained_past_the_end",
        is: "        if !seen.has(CLOSED | ERROR) {
            self.clear(seen, READY);
        }",
        becomes: "        self.clear(seen, ANY);",
    },
    Mutation {
        name: "report_that_takes_first",
        is: "        let step = |word| Some(step(word));
        let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);
        for direction in Direction::ALL {
            if bits & bits_of(direction, ANY) != 0 {
                waiting[direction as usize].take(due);
            }
        }",
        becomes: "        for direction in Direction::ALL {
            if bits & bits_of(direction, ANY) != 0 {
                waiting[direction as usize].take(due);
            }
        }
        drop(waiting);
        let step = |word| Some(step(word));
        let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);",
    },
    Mutation {
        name: "report_without_count",
        is: "(word | bits).wrapping_add(REPORT)",
        becomes: "word | bits",
    },
    Mutation {
        name: "report_to_one_direction",
        is: "                waiting[direction as usize].take(due);",
        becomes: "                waiting[direction as usize].take(due);
                break;",
    },
    Mutation {
        name: "report_without_release",
        is: "let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);",
        becomes: "let _ = self.word.fetch_update(Ordering::Acquire, Ordering::Acquire, step);",
    },
    Mutation {
        name: "report_that_is_not_remembered",
        is: "let reported = waited && list[key].is_empty();",
        becomes: "let reported = waited && self.source.look(self.direction).has(ANY);",
    },
    Mutation {
        name: "report_that_empties_the_list",
        is: "due.extend(list.iter_mut().filter_map(|(_, slot)| slot.take()));",
        becomes: "due.extend(list.drain().filter_map(|mut slot| slot.take()));",
    },
];

const READY: &[Mutation] = &[
    Mutation {
        name: "looks_then_waits",
        is: "            let mut state = self.0.lock();
            match state.pop() {
                Some(key) => Some((Some(key), None)),
                None => state.waiting",
        becomes: "            let key = self.0.lock().pop();
            match key {
                Some(key) => Some((Some(key), None)),
                None => self.0.lock().waiting",
    },
    Mutation {
        name: "wakes_before_the_key",
        is: "        state.keys.push_back(key);
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waiting) = waiting {
            waiting.wake();
        }",
        becomes: "        let waiting = state.waiting.take();
        drop(state);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
        self.0.lock().keys.push_back(key);",
    },
    Mutation {
        name: "wakes_under_the_lock",
        is: "        drop(state);
        if let Some(waiting)",
        becomes: "        if let Some(waiting)",
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
        let scenes = Path::new(&here).join(format!("tests/threads/{}.rs", subject.file));
        // loom's locks can't be made by a `const fn`.
        let text = without_tests(&text).replace("pub(super) const fn", "pub(super) fn");
        let text = text.as_str();
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

/// A module of two, the file and its scenes; and what the file finds beside it.
fn module(name: &str, file: &str, source: &Path, scenes: &Path) -> String {
    let mutant = "warnings, clippy::all, clippy::pedantic";
    let lints = if name == "original" { "dead_code, unreachable_pub" } else { mutant };
    let load = |name: &str, path: &Path| {
        let path = path.to_str().expect("the package's path is UTF-8");
        format!("    #[allow({lints})]\n    #[path = {path:?}]\n    pub(crate) mod {name};\n")
    };
    let file_and_scenes = load(file, source) + &load("scenes", scenes);
    let beside = match file {
        "core_slot" => "use crate::thread_parker_original::thread_parker;",
        _ => "use crate::unpark;",
    };
    format!(
        "mod {file}_{name} {{\n    #[allow(unused_imports)]\n    {beside}\n{file_and_scenes}}}\n"
    )
}
