//! What does a thread record, and for which task?
//!
//! While a thread drives a runtime that is recorded, the runtime's [`Recorder`] is in a
//! thread-local here, because user code that emits holds no reference to it. Beside it are the
//! running task and the program's line of the call or the poll of ours that is under way.
//!
//! Interface: [`emit`], [`on`], [`note`], [`RemoteEvents::emit`]; for what the program calls
//! [`awaited`], [`done_here`], [`in_a_drop`], [`elsewhere`], [`polls_so_far`]; for
//! the runtime [`swap_recorder`], [`run_as`], [`flush`] and those with `take`.
//! Invariants: with no recorder, `emit` is one branch on a flag. A thread without one records
//! nothing: what it does to a runtime's timers, channels and so on goes through [`RemoteEvents`].

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::ptr;
use std::sync::Arc;

use scopeguard::guard;

use crate::place::is_the_programs;
use crate::recorder::BUFFER;
use crate::state::By;
use crate::{At, Event, Id, Outcome, Place, Recorder, RemoteEvents};

/// What this floor keeps per thread. Never destroyed: a runtime may be in another thread-local, and
/// end after this would have.
struct Locals {
    depth: Cell<Depth>,
    running: Cell<By>,
    /// Where the running task's last wait of this poll is.
    waits: Cell<At>,
    /// Awaits and polls that have begun; polls that have ended, but for those inside another one.
    polls: Cell<(u32, u32)>,
    /// The wait for which a waker is being called.
    called_for: Cell<Option<Id>>,
    recorder: RefCell<Option<Box<Recorder>>>,
}

/// What becomes of what happens on a thread?
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    Nothing,
    /// What is there is kept.
    State,
    /// Everything is recorded.
    Record,
}

thread_local! {
    static LOCALS: ManuallyDrop<Locals> = const {
        ManuallyDrop::new(Locals {
            depth: Cell::new(Depth::Nothing),
            running: Cell::new(By::NOBODY),
            waits: Cell::new(At::Unknown),
            polls: Cell::new((0, 0)),
            called_for: Cell::new(None),
            recorder: RefCell::new(None),
        })
    };
}

impl Locals {
    fn count(&self, began: u32, ended: u32) {
        let before = self.polls.get();
        self.polls.set((before.0.wrapping_add(began), before.1.wrapping_add(ended)));
    }
}

/// Until it is dropped, what happens is in another branch or at another line than around it; or
/// nothing records that, and there is nothing to restore.
#[derive(Debug)]
#[must_use = "dropped, it restores what was around it"]
#[cfg_attr(
    not(any(debug_assertions, feature = "causes")),
    expect(dead_code, reason = "see `drop`")
)]
pub struct Around(Option<By>);

/// Elsewhere neither is recorded, and a poll of ours is left without a drop.
#[cfg(any(debug_assertions, feature = "causes"))]
impl Drop for Around {
    #[inline]
    fn drop(&mut self) {
        if let Some(around) = self.0 {
            swap_running(around);
        }
    }
}

impl Around {
    /// Lines are known in builds with debug assertions only.
    #[inline]
    fn at(line: impl FnOnce() -> Option<At>) -> Around {
        let line = if cfg!(debug_assertions) { line() } else { None };
        Around(line.map(|at| swap_running(By { at, ..running() })))
    }

    /// In this branch, if it has a number.
    #[inline]
    pub(crate) fn within(branch: Option<Id>) -> Around {
        Around(branch.map(|branch| swap_running(By { scope: Some(branch), ..running() })))
    }
}

fn swap_running(by: By) -> By {
    LOCALS.with(|locals| locals.running.replace(by))
}

/// A sink that is being called has been taken out of the recorder: this borrow is free.
pub(crate) fn with_recorder<R>(f: impl FnOnce(&mut Recorder) -> R) -> Option<R> {
    LOCALS.with(|locals| locals.recorder.borrow_mut().as_deref_mut().map(f))
}

/// Records one event. Without a recorder: one branch, and the event is not even made.
#[inline]
#[track_caller]
pub fn emit(event: impl FnOnce() -> Event) {
    if on() {
        record(event(), Location::caller());
    }
}

/// The same of what lasts: a sink that wants no records now gets it when it looks.
#[inline]
#[track_caller]
pub fn emit_lasting(event: impl FnOnce() -> Event) {
    if keeps() {
        record(event(), Location::caller());
    }
}

/// Is this thread recording, or keeping what is there?
#[inline]
pub fn keeps() -> bool {
    LOCALS.with(|locals| locals.depth.get() != Depth::Nothing)
}

/// Is this thread recording?
#[inline]
pub fn on() -> bool {
    LOCALS.with(|locals| locals.depth.get() == Depth::Record)
}

#[cold]
pub(crate) fn record(event: Event, place: Place) {
    let at = LOCALS.with(|locals| match event {
        Event::PollEnd { outcome: Outcome::Pending, .. } => locals.waits.get(),
        Event::Wait { .. } | Event::Defer { .. } => waits_at(place).at,
        _ => line_at(place),
    });
    with_recorder(|recorder| recorder.push(event, place, By { at, ..running() }));
}

/// The running task has to wait, by this line's doing.
pub(crate) fn waits_at(place: Place) -> By {
    let by = running();
    let by = if by.at == At::Unknown { By { at: line_at(place), ..by } } else { by };
    LOCALS.with(|locals| locals.waits.set(by.at));
    by
}

/// Is only what is there kept?
pub(crate) fn rests() -> bool {
    LOCALS.with(|locals| locals.depth.get() == Depth::State)
}

/// Records from now on.
pub(crate) fn record_all() {
    LOCALS.with(|locals| locals.depth.set(Depth::Record));
}

/// What `emits` tells of is done by the program's call at this line; of a call of kettle's own, by
/// the one around it.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub fn done_here<R>(emits: impl FnOnce() -> R) -> R {
    let here = Location::caller();
    let _line = Around::at(|| is_the_programs(here).then_some(At::Call(here)));
    emits()
}

/// Until the guard is dropped, what happens is done because a value of the program's is dropped.
#[inline]
pub fn in_a_drop() -> Around {
    Around::at(|| Some(At::Drop))
}

/// The program's line of what this thread does now.
pub fn line() -> At {
    running().at
}

impl RemoteEvents {
    /// Records an event of this runtime: at once on its recorder's thread, else at its next event.
    #[inline]
    #[track_caller]
    pub fn emit(&self, event: impl FnOnce() -> Event) {
        if self.on() {
            self.record(event());
        }
    }

    /// The same of what lasts.
    #[inline]
    #[track_caller]
    pub fn emit_lasting(&self, event: impl FnOnce() -> Event) {
        if self.on() {
            self.record(event());
        } else if self.keeps() {
            self.keep(event(), Location::caller(), running());
        }
    }

    #[cold]
    #[track_caller]
    fn record(&self, event: Event) {
        let is_here = |recorder: &mut Recorder| ptr::eq(Arc::as_ptr(&recorder.remote), self);
        if with_recorder(is_here) == Some(true) {
            record(event, Location::caller());
        } else {
            self.push(event, None, line_at(Location::caller()));
        }
    }
}

/// The same of an event from this place, which is the program's where it has passed on its line.
fn line_at(place: Place) -> At {
    let passed = cfg!(debug_assertions) && is_the_programs(place);
    if passed { At::Call(place) } else { line() }
}

/// Calls a waker that was stored for this wait; or for none, that of other code than ours.
#[inline]
pub fn calls_for(wait: Option<Id>, waker: impl FnOnce()) {
    let tells = |depth| depth == Depth::Record || depth == Depth::Nothing && wait.is_some();
    if !cfg!(feature = "causes") || !LOCALS.with(|locals| tells(locals.depth.get())) {
        return waker();
    }
    let around = LOCALS.with(|locals| locals.called_for.replace(wait));
    let _restore = guard(around, |around| LOCALS.with(|locals| locals.called_for.set(around)));
    waker();
}

/// The wait for which the waker was stored that is being called.
pub fn called_for() -> Option<Id> {
    LOCALS.with(|locals| locals.called_for.get())
}

/// Where other threads record what they do to something that is made on this one.
pub fn elsewhere() -> Option<Arc<RemoteEvents>> {
    if keeps() { with_recorder(|recorder| recorder.remote.clone()) } else { None }
}

/// Writes a line of the program's own into the record; without a recorder, nowhere.
#[inline]
#[track_caller]
pub fn note(text: &'static str) {
    emit(|| Event::Note { text });
}

/// A future of ours is polled, until the guard is dropped. It was `made` there, if it remembers
/// that.
#[inline]
#[track_caller]
pub fn awaited(made: Option<Place>) -> Around {
    let polled = Location::caller();
    Around::at(|| if keeps() { polled_at(polled, made) } else { None })
}

#[cold]
fn polled_at(polled: Place, made: Option<Place>) -> Option<At> {
    let on = LOCALS.with(|locals| {
        locals.count(1, 0);
        locals.depth.get() == Depth::Record
    });
    if on && with_recorder(|it| it.live && it.buffer.len() >= BUFFER / 16) == Some(true) {
        flush(); // perhaps this poll never ends
    }
    // If kettle made it, too, the line is that of our future around it.
    let made = || made.filter(|at| is_the_programs(at)).map(At::Made);
    if is_the_programs(polled) { Some(At::Call(polled)) } else { made() }
}

/// How many awaits and polls have begun on this thread, and how many polls have ended, but for
/// those inside another one. Only to be compared: both numbers wrap around.
pub fn polls_so_far() -> (u32, u32) {
    LOCALS.with(|locals| locals.polls.get())
}

/// Tells one poll of this thread from another; nested ones are the same. Never 0 where it is told.
#[inline]
pub fn this_poll() -> u32 {
    if cfg!(feature = "causes") { polls_so_far().1.wrapping_add(1) } else { 0 }
}

/// Makes `task` the running one until the guard is dropped. `None`: for a phase of a turn, even
/// inside a task's poll. Polls may be nested, too (a local set inside its host).
#[inline]
pub fn run_as(task: Option<Id>) -> impl Drop {
    let around = LOCALS.with(|locals| locals.running.replace(By { task, ..By::NOBODY }));
    guard(around, |around| LOCALS.with(|locals| locals.running.set(around)))
}

/// What is running on this thread?
pub(crate) fn running() -> By {
    LOCALS.with(|locals| locals.running.get())
}

/// A poll of `task` begins: gives back what was running around it, and where that waits.
pub(crate) fn enter(task: Id) -> (By, At) {
    LOCALS.with(|locals| {
        locals.count(1, 0);
        (locals.running.replace(By { task: Some(task), ..By::NOBODY }), locals.waits.take())
    })
}

/// A poll has ended: what was running around it goes on.
pub(crate) fn leave((running, waits): (By, At)) {
    LOCALS.with(|locals| {
        locals.running.set(running);
        locals.waits.set(waits);
        locals.count(0, u32::from(running.task.is_none()));
    });
}

fn depth_of(recorder: Option<&Recorder>) -> Depth {
    recorder.map_or(Depth::Nothing, |it| if it.rests { Depth::State } else { Depth::Record })
}

/// Takes a recorder to this thread, with the runtime that it belongs to; gives back the one before.
pub fn swap_recorder(recorder: Option<Box<Recorder>>) -> Option<Box<Recorder>> {
    LOCALS.with(|locals| {
        locals.depth.set(depth_of(recorder.as_deref()));
        locals.recorder.replace(recorder)
    })
}

/// Does the sink want to be called at the beginning and end of each poll?
#[inline]
pub fn is_live() -> bool {
    on() && with_recorder(|recorder| recorder.live) == Some(true)
}

/// Hands the buffer to the sink. A sink that panics is not called again.
#[cold]
pub fn flush() {
    let handed = with_recorder(Recorder::hand_over).flatten();
    let Some((mut sink, records, stacks)) = handed else { return };
    let call = AssertUnwindSafe(|| {
        sink.stacks(&stacks);
        sink.record(&records);
        sink.veto()
    });
    // Dropping a panic's value might panic again.
    if let Ok(veto) = catch_unwind(call).map_err(mem::forget) {
        with_recorder(|recorder| {
            recorder.take_back(sink, records);
            recorder.veto = recorder.veto.take().or(veto);
            LOCALS.with(|locals| locals.depth.set(depth_of(Some(recorder))));
        });
        return;
    }
    mem::forget(sink); // what it knows is half of the truth; its drop might panic, too
    drop(swap_recorder(None));
    let text = "kettle: what records this runtime has panicked; the rest is not recorded";
    let _ = writeln!(io::stderr(), "{text}");
}

/// Records what other threads have done, where no turn follows that would.
pub fn take_remote() {
    with_recorder(|recorder| recorder.take_remote(std::time::Duration::ZERO));
}

/// The tasks that may have come to wait for nothing of ours since this was asked last.
pub fn take_silent() -> BTreeSet<Id> {
    with_recorder(|recorder| mem::take(&mut recorder.silent)).unwrap_or_default()
}

/// What the sink objects to, once.
pub fn take_veto() -> Option<String> {
    if on() { with_recorder(|recorder| recorder.veto.take()).flatten() } else { None }
}
