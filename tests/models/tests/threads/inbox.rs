//! What the inbox is put through, and each of its mutants.
//!
//! A scene is one run; loom repeats it in every order of threads and of memory. Nobody here waits
//! with a time limit: a lost wake-up is a deadlock, which loom reports.
//!
//! Refuted: a look at the messages before the loop says that it sleeps; a swap without an order,
//! and a store in the place of a swap; a count of jobs that is read without an order; and of
//! `InFlight`, an order left out of the claim and of its end.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::inbox::{InFlight, Inbox};
use crate::queue::Receiver;
use crate::unpark::Unpark;

/// Messages are sent while the loop goes to sleep: all are received.
pub(crate) fn receiving(senders: usize, each: usize) {
    let mut the_loop = Loop::new();
    let threads: Vec<_> = (0..senders).map(|_| send(&the_loop, each)).collect();
    let mut received = 0;
    while received < senders * each {
        while the_loop.messages.try_recv().is_some() {
            received += 1;
        }
        if received < senders * each {
            the_loop.park(Sleep::UntilUnparked);
        }
    }
    join(threads);
    the_loop.check_unparks();
}

/// The same, but the first sleep ends by itself, for a timer; the messages are received in the next
/// turn, or the one after.
pub(crate) fn a_sleep_cut_short(senders: usize) {
    let mut the_loop = Loop::new();
    let threads: Vec<_> = (0..senders).map(|_| send(&the_loop, 1)).collect();
    the_loop.park(Sleep::CutShort);
    let mut received = 0;
    while received < senders {
        for _ in 0..the_loop.messages.len() {
            received += usize::from(the_loop.messages.try_recv().is_some());
        }
        if received < senders {
            the_loop.park(Sleep::UntilUnparked);
        }
    }
    join(threads);
    the_loop.check_unparks();
}

/// A sleep that has ended by itself is over: what is sent from then on unparks nobody.
pub(crate) fn awake_again() {
    let mut the_loop = Loop::new();
    the_loop.park(Sleep::CutShort);
    the_loop.sleeps = 0;
    join(vec![send(&the_loop, 2)]);
    the_loop.check_unparks();
}

/// A loop that finds a message does not sleep: what is sent from then on unparks nobody.
pub(crate) fn a_sleep_that_was_not_begun() {
    let mut the_loop = Loop::new();
    join(vec![send(&the_loop, 1)]);
    the_loop.park(Sleep::UntilUnparked);
    the_loop.sleeps = 0;
    join(vec![send(&the_loop, 2)]);
    the_loop.check_unparks();
}

/// The loop sleeps until another thread has changed something that it must look at anew: a blocking
/// job whose handle is gone has ended, there is an earlier timer, the clock was moved. It may have
/// looked before the change; it looks again when it has said that it sleeps.
pub(crate) fn a_look_anew() {
    looking_anew(true);
}

/// How not to do it.
pub(crate) fn one_look_only() {
    looking_anew(false);
}

fn looking_anew(again: bool) {
    let mut the_loop = Loop::new();
    let job = the_loop.job(0);
    while the_loop.has_jobs()() {
        let has_jobs = the_loop.has_jobs();
        the_loop.park(Sleep::Unless(Box::new(move || again && !has_jobs())));
    }
    join(vec![job]);
    the_loop.check_unparks();
}

/// A job sends a message and ends. Either it is not over, or the message is there to be received:
/// the clock must not jump.
pub(crate) fn the_last_message_of_a_job() {
    let the_loop = Loop::new();
    let job = the_loop.job(1);
    assert!(!the_loop.inbox.is_quiet(), "quiet before the last message");
    join(vec![job]);
    assert!(the_loop.messages.try_recv().is_some() && the_loop.inbox.is_quiet());
}

/// Two threads write something and wake the same task, with one message or two. The loop receives
/// them whenever it looks: some poll sees each thing.
pub(crate) fn one_message_for_two() {
    let the_loop = Loop::new();
    let task = Task::new();
    let threads: Vec<_> = (0..2).map(|which| wake(&the_loop, &task, which)).collect();
    task.turn(&the_loop);
    task.turn(&the_loop);
    // Now all is quiet: what is still in the inbox is there to see, and the rest was received.
    join(threads);
    task.turn(&the_loop);
    assert!(task.saw_all(), "a wake without a poll that sees why");
}

/// How not to do it: a wake that comes in between has no message, and no poll.
pub(crate) fn ended_after_the_poll() {
    let the_loop = Loop::new();
    let task = Task::new();
    let threads: Vec<_> = (0..2).map(|which| wake(&the_loop, &task, which)).collect();
    if the_loop.messages.try_recv().is_some() {
        task.poll();
        task.0.in_flight.end();
    }
    join(threads);
    task.turn(&the_loop);
    assert!(task.saw_all(), "a wake without a poll that sees why");
}

/// Both together: the loop sleeps until the task has seen both things.
pub(crate) fn a_sleeping_task() {
    let mut the_loop = Loop::new();
    let task = Task::new();
    let threads: Vec<_> = (0..2).map(|which| wake(&the_loop, &task, which)).collect();
    while !task.saw_all() {
        task.turn(&the_loop);
        if !task.saw_all() {
            the_loop.park(Sleep::UntilUnparked);
        }
    }
    join(threads);
}

fn send(the_loop: &Loop, times: usize) -> thread::JoinHandle<()> {
    let inbox = the_loop.inbox.clone();
    thread::spawn(move || (0..times).for_each(|_| inbox.send(())))
}

fn join(threads: Vec<thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().unwrap();
    }
}

enum Sleep {
    UntilUnparked,
    CutShort,
    /// Not at all, if this look says so.
    Unless(Box<dyn Fn() -> bool>),
}

struct Loop {
    inbox: Arc<Inbox<()>>,
    messages: Receiver<()>,
    unpark: Arc<Unpark>,
    /// How often it said that it sleeps, whether it did or not.
    sleeps: usize,
}

impl Loop {
    fn new() -> Loop {
        let unpark = Arc::new(Unpark::new());
        let (inbox, messages) = Inbox::new(unpark.clone());
        Loop { inbox, messages, unpark, sleeps: 0 }
    }

    /// What `park.rs` does.
    fn park(&mut self, sleep: Sleep) {
        self.sleeps += 1;
        if !self.inbox.prepare_to_sleep() {
            return;
        }
        match sleep {
            Sleep::CutShort => self.unpark.look(),
            Sleep::Unless(awake) if awake() => self.unpark.look(),
            Sleep::UntilUnparked | Sleep::Unless(_) => self.unpark.sleep(),
        }
        self.inbox.awake();
    }

    /// What `spawn.rs` does: a blocking job that sends so many messages, and ends.
    fn job(&self, messages: usize) -> thread::JoinHandle<()> {
        let inbox = self.inbox.clone();
        inbox.jobs.fetch_add(1, Ordering::Relaxed);
        thread::spawn(move || {
            (0..messages).for_each(|_| inbox.send(()));
            inbox.jobs.fetch_sub(1, Ordering::Release);
            inbox.unpark_if_asleep();
        })
    }

    fn has_jobs(&self) -> impl Fn() -> bool + use<> {
        let inbox = self.inbox.clone();
        move || inbox.jobs.load(Ordering::Acquire) > 0
    }

    fn check_unparks(&self) {
        let (unparks, sleeps) = (self.unpark.calls(), self.sleeps);
        assert!(unparks <= sleeps, "{unparks} unparks for {sleeps} sleeps");
    }
}

/// A task that waits for two things.
#[derive(Clone)]
struct Task(Arc<TaskParts>);

struct TaskParts {
    in_flight: InFlight,
    /// What it waits for. Relaxed: the wake must bring the order.
    things: [AtomicUsize; 2],
    /// What its polls have seen.
    seen: [std::sync::atomic::AtomicUsize; 2],
}

impl Task {
    fn new() -> Task {
        let things = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let in_flight = InFlight::default();
        Task(Arc::new(TaskParts { in_flight, things, seen: Default::default() }))
    }

    /// A turn of the loop, as in `executor.rs` and `current.rs`.
    fn turn(&self, the_loop: &Loop) {
        let mut woken = false;
        for _ in 0..the_loop.messages.len() {
            if the_loop.messages.try_recv().is_some() {
                self.0.in_flight.end();
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

/// A waker's call on another thread, as in `header.rs`, after the thing that it is for.
fn wake(the_loop: &Loop, task: &Task, which: usize) -> thread::JoinHandle<()> {
    let (inbox, task) = (the_loop.inbox.clone(), task.clone());
    thread::spawn(move || {
        task.0.things[which].store(1, Ordering::Relaxed);
        if task.0.in_flight.begin() {
            inbox.send(());
        }
    })
}
