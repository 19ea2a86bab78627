//! What does a rung do, and when?
//!
//! It calls six functions, each where the event happens: [`polled`], [`pending`], [`woken`],
//! [`queued`], [`parked`], [`back`], with the task's number; `block_on`'s own future is 0. They
//! print only if `STORY` is in the environment, where `cargo exercise rung 3 --play three_cooks`
//! puts it. A rung without the calls prints only the lines of its programs.
//!
//! What is done to tasks is collected into one line, which is printed when a poll begins or the
//! thread parks or comes back. The queue is known from the calls: the tasks that were queued and
//! not polled since.

#![allow(dead_code)] // a rung calls what it has a place for

use std::env;
use std::sync::{Mutex, OnceLock};

struct Story {
    queue: Vec<usize>,
    /// What was done to which task since the last line.
    done: Vec<(usize, &'static str)>,
}

static STORY: Mutex<Story> = Mutex::new(Story { queue: Vec::new(), done: Vec::new() });

/// A task is about to be polled.
pub(crate) fn polled(task: usize) {
    tell(|story| {
        let place = story.queue.iter().position(|queued| *queued == task);
        place.map(|place| story.queue.remove(place));
        story.says(&format!("poll task {task}; behind it: {:?}", story.queue));
    });
}

/// That poll has returned `Pending`.
pub(crate) fn pending(task: usize) {
    tell(|story| story.done.push((task, "pending")));
}

/// A waker of this task is called.
pub(crate) fn woken(task: usize) {
    tell(|story| story.done.push((task, "woken")));
}

/// The task goes into the queue, as it is spawned or woken.
pub(crate) fn queued(task: usize) {
    tell(|story| {
        story.queue.push(task);
        story.done.push((task, "queued"));
    });
}

/// The thread is about to sleep.
pub(crate) fn parked() {
    tell(|story| story.says("the thread parks"));
}

/// The thread has slept.
pub(crate) fn back() {
    tell(|story| story.says("the thread is back"));
}

/// The program has ended.
pub(crate) fn end() {
    tell(Story::says_what_was_done);
}

fn tell(what: impl FnOnce(&mut Story)) {
    static ASKED: OnceLock<bool> = OnceLock::new();
    if *ASKED.get_or_init(|| env::var_os("STORY").is_some()) {
        what(&mut STORY.lock().unwrap());
    }
}

impl Story {
    /// First what was done to tasks, then this.
    fn says(&mut self, line: &str) {
        self.says_what_was_done();
        println!("    {line}");
    }

    fn says_what_was_done(&mut self) {
        let of_one_task = self.done.chunk_by(|(one, _), (other, _)| one == other);
        let words = of_one_task.map(|done| {
            let done_to_it: Vec<&str> = done.iter().map(|(_, what)| *what).collect();
            format!("task {} is {}", done[0].0, done_to_it.join(", "))
        });
        let words: Vec<String> = words.collect();
        if !words.is_empty() {
            println!("    {}", words.join("; "));
        }
        self.done.clear();
    }
}
