//! What is the runtime free to decide, and what decides it?
//!
//! Often several answers are right: any ready task may be polled next. Each such question is a
//! [`Point`], which [`choose`] answers. Without a [`Schedule`] the answer is 0, which means first
//! come, first served; only `select!` chooses at random. With one, each answer other than 0 is an
//! event, so the program and these events determine the run.
//!
//! Interface: [`choose`], [`choose_task`]; [`choices`]; [`Schedule`]; [`Decider`], [`swap`];
//! [`wake_some`]. `docs/ARCHITECTURE.md` has a table of points. Invariants: nothing else is left to
//! chance (replays show it), and without a schedule `choose` costs one branch (bench).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::mem::ManuallyDrop;

use kettle_events::{Event, Id, Point, emit};

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
    /// If there is one: how many questions it was asked.
    choices: Cell<Option<u64>>,
    /// The state of `select!`'s generator, once it has a seed.
    random: Cell<Option<u64>>,
}

thread_local! {
    static HERE: ManuallyDrop<Decider> = const { ManuallyDrop::new(Decider::new(None, None)) };
}

impl Decider {
    pub(crate) const fn new(schedule: Option<Box<dyn Schedule>>, seed: Option<u64>) -> Decider {
        let choices = Cell::new(if schedule.is_some() { Some(0) } else { None });
        Decider { schedule: RefCell::new(schedule), choices, random: Cell::new(seed) }
    }
}

pub(crate) fn swap(other: &Decider) {
    HERE.with(|here| {
        here.schedule.swap(&other.schedule);
        here.choices.swap(&other.choices);
        here.random.swap(&other.random);
    });
}

/// Does a schedule decide on this thread?
#[inline]
pub fn has_schedule() -> bool {
    choices().is_some()
}

/// How many questions was the schedule asked that decides here? The last choice has this number.
#[inline]
pub fn choices() -> Option<u64> {
    HERE.with(|here| here.choices.get())
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

#[cold]
#[track_caller]
fn ask(point: Point, among: usize, choose: impl FnOnce(&mut Box<dyn Schedule>) -> usize) -> usize {
    if among < 2 {
        return 0;
    }
    let chosen = HERE.with(|here| {
        here.choices.update(|choices| choices.map(|it| it + 1));
        here.schedule.borrow_mut().as_mut().map_or(0, choose)
    });
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
#[inline]
fn draw(limit: usize) -> usize {
    let seed = || RandomState::new().hash_one(0); // std's keys differ from run to run
    let last = HERE.with(|here| here.random.get()).unwrap_or_else(seed);
    let state = last.wrapping_mul(6_364_136_223_846_793_005);
    HERE.with(|here| here.random.set(Some(state.wrapping_add(1_442_695_040_888_963_407))));
    (((state >> 32) * limit as u64) >> 32) as usize
}
