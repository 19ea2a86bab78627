//! What is the runtime free to decide, and what decides it?
//!
//! Often several answers are right: any ready task may be polled next. Each such question is a
//! [`Point`], and is asked of [`choose`]. Without a [`Schedule`] the answer is 0: first come, first
//! served. Only `select!` draws from a generator then. With a schedule, each answer but 0 is an
//! event: a run is its program and these answers. `docs/ARCHITECTURE.md` has a table of the points.
//!
//! Interface: [`choose`], [`Schedule`]; [`Chance`] and [`swap`] for the guard that brings a runtime
//! to a thread. Invariants: chance is nowhere else. Without a schedule a point costs one branch.
//!
//! tokio: `FastRand`, seeded by `Builder::rng_seed`, for `select!` only.

use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, RandomState};
use std::mem::{self, ManuallyDrop};

use kettle_events::{Event, Point, emit};

/// Decides what the runtime is free to decide. It only answers: it calls nothing of the runtime,
/// which is in the middle of something.
pub trait Schedule: Send {
    /// Chooses among so many answers, two at least: a number below that.
    fn choose(&mut self, point: Point, among: usize) -> usize;
}

/// A runtime's own: its schedule, and its generator's state (`None`: it has no seed yet).
pub(crate) type Chance = (Option<Box<dyn Schedule>>, Option<u64>);

thread_local! {
    pub(crate) static HAS_SCHEDULE: Cell<bool> = const { Cell::new(false) };
    static SCHEDULE: ManuallyDrop<RefCell<Option<Box<dyn Schedule>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
    static RANDOM: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Exchanges it with what decides on this thread.
pub(crate) fn swap((schedule, random): &mut Chance) {
    HAS_SCHEDULE.set(schedule.is_some());
    SCHEDULE.with(|current| mem::swap(&mut *current.borrow_mut(), schedule));
    *random = RANDOM.replace(*random);
}

/// Chooses among so many answers: a number below that. Of fewer than two there is only 0.
#[inline]
#[track_caller]
pub fn choose(point: Point, among: usize) -> usize {
    match point {
        _ if HAS_SCHEDULE.get() && among > 1 => ask(point, among),
        Point::Select => draw(among),
        _ => 0,
    }
}

#[cold]
#[track_caller]
fn ask(point: Point, among: usize) -> usize {
    let choose = |schedule: &mut Box<dyn Schedule>| schedule.choose(point, among);
    let chosen = SCHEDULE.with(|schedule| schedule.borrow_mut().as_mut().map_or(0, choose));
    assert!(chosen < among, "a schedule chose {chosen} among {among}: {point:?}");
    if chosen > 0 {
        emit(|| Event::Choice { point, among, chosen });
    }
    chosen
}

/// A number below `limit`: Knuth's generator. Its upper bits are fair, and no secret.
fn draw(limit: usize) -> usize {
    let seed = || RandomState::new().hash_one(0); // std's keys differ from run to run
    let state = RANDOM.get().unwrap_or_else(seed).wrapping_mul(6_364_136_223_846_793_005);
    RANDOM.set(Some(state.wrapping_add(1_442_695_040_888_963_407)));
    (((state >> 32) * limit as u64) >> 32) as usize
}
