//! What the letterbox is put through, and each of its mutants.
//!
//! A scene is one run; loom repeats it in every order of threads and of memory. Nobody here waits
//! with a time limit: a lost wake-up is a deadlock, which loom reports.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::letterbox::{Inside, Outside, UnderWay, letterbox};
use crate::sync::Bell;

/// Letters are posted while the engine goes to sleep: all are opened.
pub(crate) fn parking(posters: usize, each: usize) {
    let (outside, inside) = make();
    let threads: Vec<_> = (0..posters).map(|_| post(&outside, each)).collect();
    let mut opened = 0;
    let mut preparations = 0;
    while opened < posters * each {
        while inside.open().is_some() {
            opened += 1;
        }
        if opened < posters * each {
            preparations += 1;
            park(&inside, &outside, Sleep::UntilRung);
        }
    }
    join(threads);
    let rings = outside.bell.rings();
    assert!(rings <= preparations, "{rings} rings for {preparations} sleeps");
}

/// The same, but the first sleep ends by itself, for a timer; the letters are opened in the next
/// turn, or the one after.
pub(crate) fn a_sleep_cut_short(posters: usize) {
    let (outside, inside) = make();
    let threads: Vec<_> = (0..posters).map(|_| post(&outside, 1)).collect();
    park(&inside, &outside, Sleep::CutShort);
    let mut opened = 0;
    while opened < posters {
        for _ in 0..inside.len() {
            opened += usize::from(inside.open().is_some());
        }
        if opened < posters {
            park(&inside, &outside, Sleep::UntilRung);
        }
    }
    join(threads);
}

/// Two threads write something and wake the same task, with one letter or two. The engine opens
/// them whenever it looks: some poll sees each thing.
pub(crate) fn one_letter_for_two() {
    let (outside, inside) = make();
    let task = Task::new();
    let threads: Vec<_> = (0..2).map(|which| wake(&outside, &task, which)).collect();
    task.turn(&inside);
    task.turn(&inside);
    // Now all is quiet: what is still in the box is there to see, and what is not was opened.
    join(threads);
    task.turn(&inside);
    assert!(task.saw_all(), "a wake without a poll that sees why");
}

/// How not to do it: a wake that comes in between has no letter, and no poll.
pub(crate) fn opened_after_the_poll() {
    let (outside, inside) = make();
    let task = Task::new();
    let threads: Vec<_> = (0..2).map(|which| wake(&outside, &task, which)).collect();
    if inside.open().is_some() {
        task.poll();
        task.0.under_way.opened();
    }
    join(threads);
    task.turn(&inside);
    assert!(task.saw_all(), "a wake without a poll that sees why");
}

/// Both together: the engine sleeps until the task has seen both things.
pub(crate) fn a_sleeping_task() {
    let (outside, inside) = make();
    let task = Task::new();
    let threads: Vec<_> = (0..2).map(|which| wake(&outside, &task, which)).collect();
    while !task.saw_all() {
        task.turn(&inside);
        if !task.saw_all() {
            park(&inside, &outside, Sleep::UntilRung);
        }
    }
    join(threads);
}

/// The box is closed while letters are posted: none stays in it.
pub(crate) fn closing() {
    let (outside, mut inside) = letterbox(Bell::new());
    let outside = Arc::new(outside);
    let letter = Arc::new(());
    let (sender, copies) = (outside.clone(), [letter.clone(), letter.clone()]);
    let thread = thread::spawn(move || copies.map(|copy| sender.post(copy).is_ok()));
    drop(inside.open());
    drop(inside.close());
    let posted = thread.join().unwrap();
    assert!(posted[0] || !posted[1], "refused, then taken");
    assert!(outside.post(letter.clone()).is_err(), "a closed box takes a letter");
    assert_eq!(Arc::strong_count(&letter), 1, "a letter is left in a closed box");
}

fn make() -> (Arc<Outside<()>>, Inside<()>) {
    let (outside, inside) = letterbox(Bell::new());
    (Arc::new(outside), inside)
}

fn post(outside: &Arc<Outside<()>>, times: usize) -> thread::JoinHandle<()> {
    let outside = outside.clone();
    thread::spawn(move || (0..times).for_each(|_| outside.post(()).unwrap()))
}

fn join(threads: Vec<thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().unwrap();
    }
}

#[derive(Clone, Copy)]
enum Sleep {
    UntilRung,
    CutShort,
}

/// What `park.rs` does.
fn park(inside: &Inside<()>, outside: &Outside<()>, sleep: Sleep) {
    if inside.prepare_to_sleep(outside) {
        match sleep {
            Sleep::UntilRung => outside.bell.wait(),
            Sleep::CutShort => outside.bell.hear(),
        }
        outside.awake();
    }
}

/// A task that waits for two things.
#[derive(Clone)]
struct Task(Arc<TaskParts>);

struct TaskParts {
    under_way: UnderWay,
    /// What it waits for. Relaxed: the wake must bring the order.
    things: [AtomicUsize; 2],
    /// What its polls have seen.
    seen: [std::sync::atomic::AtomicUsize; 2],
}

impl Task {
    fn new() -> Task {
        let things = [AtomicUsize::new(0), AtomicUsize::new(0)];
        Task(Arc::new(TaskParts { under_way: UnderWay::new(), things, seen: Default::default() }))
    }

    /// A turn of the engine, as in `letters.rs` and `executor.rs`.
    fn turn(&self, inside: &Inside<()>) {
        let mut woken = false;
        for _ in 0..inside.len() {
            if inside.open().is_some() {
                self.0.under_way.opened();
                woken = true;
            }
        }
        if woken {
            self.poll();
        }
    }

    fn poll(&self) {
        for (thing, seen) in self.0.things.iter().zip(&self.0.seen) {
            seen.fetch_max(thing.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    fn saw_all(&self) -> bool {
        self.0.seen.iter().all(|seen| seen.load(Ordering::Relaxed) == 1)
    }
}

/// A waker's call from abroad, as in `waker.rs`, after the thing that it is for.
fn wake(outside: &Arc<Outside<()>>, task: &Task, which: usize) -> thread::JoinHandle<()> {
    let (outside, task) = (outside.clone(), task.clone());
    thread::spawn(move || {
        task.0.things[which].store(1, Ordering::Relaxed);
        if task.0.under_way.claim() {
            outside.post(()).unwrap();
        }
    })
}
