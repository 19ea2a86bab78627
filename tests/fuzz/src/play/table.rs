//! Four tasks at a table, and orders of one byte each: what every play is made of.
//!
//! A task waits with a future of its own, polled by hand under a waker that notices; what it got,
//! it keeps. After each order a line says what came of it, which tasks wait and were woken, and
//! what the primitive shows.

use std::fmt::{Debug, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// So many tasks there are.
pub(crate) const TASKS: usize = 4;

/// What came of an order: a number, `WAITS`, or a word.
pub(crate) type Outcome = i64;
/// It is not ready.
pub(crate) const WAITS: Outcome = -1;
/// There was nothing to do it with.
pub(crate) const NOTHING: Outcome = -2;
/// An error.
pub(crate) const FAILED: Outcome = -3;

/// One byte: what is done, by which task, and how many.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    /// 0 to 15.
    pub(crate) what: u8,
    pub(crate) task: usize,
    /// 0 to 3.
    pub(crate) many: u8,
}

pub(crate) fn orders(bytes: &[u8]) -> impl Iterator<Item = Order> {
    bytes.iter().map(|byte| Order {
        what: byte & 15,
        task: usize::from(byte >> 4 & 3),
        many: byte >> 6,
    })
}

/// Was the task woken since it last polled?
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A future that says what came of it, and may give something to keep.
type Waiting<K> = Pin<Box<dyn Future<Output = (Outcome, Option<K>)>>>;

/// The tasks, what they wait with, and what they have.
pub(crate) struct Table<K> {
    waiting: [Option<Waiting<K>>; TASKS],
    pub(crate) kept: [Vec<K>; TASKS],
    woken: [Arc<Woken>; TASKS],
    /// Has its last poll told it to wait? What does not wait may be woken or not: tokio does so now
    /// and then.
    told_to_wait: [bool; TASKS],
    lines: Vec<String>,
}

impl<K: 'static> Table<K> {
    pub(crate) fn new() -> Table<K> {
        let (waiting, kept, woken) = Default::default();
        let (told_to_wait, lines) = ([false; TASKS], Vec::new());
        Table { waiting, kept, woken, told_to_wait, lines }
    }

    /// The task polls what it waits with: this, if it does not wait yet.
    pub(crate) fn poll<F>(&mut self, task: usize, new: impl FnOnce() -> F) -> Outcome
    where
        F: Future<Output = (Outcome, Option<K>)> + 'static,
    {
        let waker = self.waker(task);
        let waiting = self.waiting[task].get_or_insert_with(|| Box::pin(new()));
        let polled = waiting.as_mut().poll(&mut Context::from_waker(&waker));
        self.told_to_wait[task] = polled.is_pending();
        match polled {
            Poll::Pending => WAITS,
            Poll::Ready((outcome, kept)) => {
                self.waiting[task] = None;
                self.kept[task].extend(kept);
                outcome
            }
        }
    }

    /// The same with something that it keeps, which is the future's until that is ready.
    pub(crate) fn poll_kept<F>(&mut self, task: usize, new: impl FnOnce(K) -> F) -> Outcome
    where
        F: Future<Output = (Outcome, Option<K>)> + 'static,
    {
        let kept = if self.waits(task) { None } else { self.kept[task].pop() };
        if kept.is_none() && !self.waits(task) {
            return NOTHING;
        }
        self.poll(task, || new(kept.expect("it has one")))
    }

    /// What comes of what it keeps, if there is any.
    pub(crate) fn with_kept(
        &mut self,
        task: usize,
        act: impl FnOnce(&mut K) -> Outcome,
    ) -> Outcome {
        self.kept[task].last_mut().map_or(NOTHING, act)
    }

    /// The next task keeps one like its own.
    pub(crate) fn pass_on(&mut self, task: usize, like: impl FnOnce(&K) -> K) -> Outcome {
        let other = self.kept[task].last().map(like);
        let outcome = Outcome::from(other.is_some());
        self.kept[(task + 1) % TASKS].extend(other);
        outcome
    }

    /// Something that is polled by reference, with the task's waker.
    pub(crate) fn poll_with(
        &mut self,
        task: usize,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<Outcome>,
    ) -> Outcome {
        let polled = poll(&mut Context::from_waker(&self.waker(task)));
        self.told_to_wait[task] = polled.is_pending();
        match polled {
            Poll::Pending => WAITS,
            Poll::Ready(outcome) => outcome,
        }
    }

    /// All that wait poll once more: how many of them are through. For the end of a channel or
    /// semaphore: at a close tokio's waiters keep what they were given until they are polled,
    /// kettle's give it back at once.
    pub(crate) fn poll_again(&mut self) -> Outcome {
        let unreachable = || std::future::pending();
        let waiting: Vec<usize> = (0..TASKS).filter(|task| self.waits(*task)).collect();
        let through = waiting.into_iter().filter(|task| self.poll(*task, unreachable) != WAITS);
        count(through.count())
    }

    /// For its next poll.
    fn waker(&self, task: usize) -> Waker {
        self.woken[task].0.store(false, Ordering::SeqCst);
        Waker::from(self.woken[task].clone())
    }

    pub(crate) fn waits(&self, task: usize) -> bool {
        self.waiting[task].is_some()
    }

    /// It no longer waits.
    pub(crate) fn give_up(&mut self, task: usize) -> Outcome {
        self.told_to_wait[task] &= self.waiting[task].is_none();
        self.waiting[task].take().map_or(NOTHING, |_| 0)
    }

    /// It lets go of what it has had longest.
    pub(crate) fn let_go(&mut self, task: usize) -> Outcome {
        if self.kept[task].is_empty() {
            return NOTHING;
        }
        drop(self.kept[task].remove(0));
        0
    }

    /// A line after an order.
    pub(crate) fn tell(&mut self, order: Order, outcome: Outcome, shows: impl Debug) {
        let mut line = format!("{} by {} of {}: ", order.what, order.task, order.many);
        let _ = match outcome {
            WAITS => write!(line, "waits"),
            NOTHING => write!(line, "nothing to do"),
            FAILED => write!(line, "fails"),
            outcome => write!(line, "{outcome}"),
        };
        let woken =
            |task: &usize| self.told_to_wait[*task] && self.woken[*task].0.load(Ordering::SeqCst);
        let woken: Vec<usize> = (0..TASKS).filter(woken).collect();
        let _ = write!(line, "; woken {woken:?}; shows {shows:?}");
        self.lines.push(line);
    }

    /// All lines, when everything is gone.
    pub(crate) fn lines(self) -> Vec<String> {
        self.lines
    }
}

pub(crate) fn count(some: usize) -> Outcome {
    Outcome::try_from(some).expect("not that many")
}

pub(crate) fn number<T, E>(result: Result<T, E>, of: impl FnOnce(T) -> Outcome) -> Outcome {
    result.map_or(FAILED, of)
}
