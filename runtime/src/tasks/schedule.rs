//! What is the runtime free to decide, and what decides it?
//!
//! Often several answers are right: any ready task may be polled next. Each such question is a
//! [`Point`], which [`choose`] answers. Without a [`Schedule`] the answer is 0, which means first
//! come, first served; only `select!` chooses at random. With one, each answer other than 0 is an
//! event, so the program and these events determine the run.
//!
//! Interface: [`choose`], [`choose_task`], [`choose_next`]; [`Schedule`]; [`Decider`], [`swap`];
//! [`wake_some`]. `docs/ARCHITECTURE.md` has a table of points. Invariants: nothing else is left to
//! chance (replays show it), and without a schedule `choose` costs one branch (the bench).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::mem::ManuallyDrop;

use kettle_events::{Event, Id, Point, emit};

use super::current::with_scheduler;
use super::scheduler::Scheduler;
use crate::base::user_code::catch_panic;

/// Decides what the runtime is free to decide. It must not call the runtime, which is busy asking.
pub trait Schedule: Send {
    /// Chooses one of `among` answers, at least two, by its number, counted from 0.
    fn choose(&mut self, point: Point, among: usize) -> usize;

    /// Chooses which of `among` ready tasks is polled next. They come in queue order.
    fn choose_task(&mut self, among: usize, _ready: &mut dyn Iterator<Item = Id>) -> usize {
        self.choose(Point::Task, among)
    }
}

/// What decides on this thread or, for a runtime that no thread is driving, will decide later.
pub(crate) struct Decider {
    schedule: RefCell<Option<Box<dyn Schedule>>>,
    has_schedule: Cell<bool>,
    /// The state of `select!`'s generator, once it has a seed.
    random: Cell<Option<u64>>,
}

thread_local! {
    static HERE: ManuallyDrop<Decider> = const { ManuallyDrop::new(Decider::new(None, None)) };
}

impl Decider {
    pub(crate) const fn new(schedule: Option<Box<dyn Schedule>>, seed: Option<u64>) -> Decider {
        Decider {
            schedule: RefCell::new(schedule),
            has_schedule: Cell::new(false), // `swap` sets it
            random: Cell::new(seed),
        }
    }
}

pub(crate) fn swap(other: &Decider) {
    HERE.with(|here| {
        here.schedule.swap(&other.schedule);
        here.has_schedule.set(here.schedule.borrow().is_some());
        here.random.swap(&other.random);
    });
}

/// Does a schedule decide on this thread?
#[inline]
pub fn has_schedule() -> bool {
    HERE.with(|here| here.has_schedule.get())
}

/// Chooses one of `among` answers, by its number. With fewer than two answers it is 0.
#[inline]
#[track_caller]
pub fn choose(point: Point, among: usize) -> usize {
    match point {
        // `move`, because what is captured by reference is stored on the stack even if unused.
        _ if has_schedule() => ask(point, among, move |schedule| schedule.choose(point, among)),
        Point::Select => draw(among),
        _ => 0,
    }
}

/// Chooses which of `among` ready tasks is polled next, by its number in this order.
#[inline]
#[track_caller]
pub fn choose_task(among: usize, mut ready: impl Iterator<Item = Id>) -> usize {
    let choose = |schedule: &mut Box<dyn Schedule>| schedule.choose_task(among, &mut ready);
    if has_schedule() { ask(Point::Task, among, choose) } else { 0 }
}

/// Chooses which task of the current scheduler is polled next, by its number in the queue.
#[inline]
pub(crate) fn choose_next() -> usize {
    let choose = |it: &mut Scheduler| choose_task(it.queue.len(), it.ready());
    if has_schedule() { with_scheduler(choose).unwrap_or_default() } else { 0 }
}

#[cold]
#[track_caller]
fn ask(point: Point, among: usize, choose: impl FnOnce(&mut Box<dyn Schedule>) -> usize) -> usize {
    let asked = || HERE.with(|here| here.schedule.borrow_mut().as_mut().map_or(0, choose));
    let chosen = if among > 1 { asked() } else { 0 };
    if chosen > 0 {
        assert!(chosen < among, "a schedule chose {chosen} among {among}: {point:?}");
        emit(|| Event::Choice { point, among, chosen });
    }
    chosen
}

/// One phase of a turn calls at most this many wakers, and leaves the rest for the next turn.
pub(crate) const PER_PHASE: usize = 1024;

/// Calls at most [`PER_PHASE`] wakers, oldest first unless a schedule chooses, even if one panics.
pub(crate) fn wake_some<W>(point: Point, wakers: &mut VecDeque<W>, wake: impl Fn(W)) {
    for left in (0..wakers.len().min(PER_PHASE)).rev() {
        if let nth @ 1.. = choose(point, left + 1) {
            wakers.remove(nth).into_iter().for_each(|chosen| wakers.push_front(chosen));
        }
        catch_panic(|| wakers.pop_front().into_iter().for_each(&wake));
    }
}

/// A number below `limit`, by Knuth's generator, whose upper bits are fair but not secret.
fn draw(limit: usize) -> usize {
    let seed = || RandomState::new().hash_one(0); // std's keys differ from run to run
    let last = HERE.with(|here| here.random.get()).unwrap_or_else(seed);
    let state = last.wrapping_mul(6_364_136_223_846_793_005);
    HERE.with(|here| here.random.set(Some(state.wrapping_add(1_442_695_040_888_963_407))));
    (((state >> 32) * limit as u64) >> 32) as usize
}
