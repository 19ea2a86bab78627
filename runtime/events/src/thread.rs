//! How does a thread record an event?
//!
//! The [`Recorder`] of the runtime that the thread drives is in a thread-local, because code that
//! emits has no reference to it. What other threads do to the runtime's timers or channels goes
//! through its [`RemoteEvents`]. Invariant: without a recorder, `emit` is one branch on a flag.
//!
//! Interface: [`emit`], [`emit_counted`], [`note`]; [`awaited`] for kettle's futures; for the
//! runtime [`swap_recorder`], [`calls_for`], [`flush`] and the functions that begin with `take`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::ptr;
use std::sync::Arc;

use scopeguard::guard;

use crate::place::is_the_programs;
use crate::record::By;
use crate::recorder::{BUFFER, Unseen};
use crate::running::{Around, Depth, RUNNING, is_recording};
use crate::{
    At, Direction, Event, Id, Outcome, Place, Recorder, RemoteEvents, Resource, Shows, Sink,
    assert_unlocked,
};

thread_local! {
    static RECORDER: ManuallyDrop<RefCell<Option<Box<Recorder>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// The recorder can always be borrowed, since `flush` takes the sink out to call it.
pub(crate) fn with_recorder<R>(f: impl FnOnce(&mut Recorder) -> R) -> Option<R> {
    RECORDER.with(|recorder| recorder.borrow_mut().as_deref_mut().map(f))
}

/// Records one event. Without a recorder it is one branch, and the event isn't even made.
#[inline]
#[track_caller]
pub fn emit(event: impl FnOnce() -> Event) {
    if is_recording() {
        record(event(), Location::caller());
    }
}

/// The same for an event that shows whether its poll got something: it is counted even if nothing
/// is recorded. Returns whether this thread is watched.
#[inline]
#[track_caller]
pub fn emit_counted(shows: Shows, event: impl FnOnce() -> Event) -> bool {
    let depth = RUNNING.with(|running| {
        let depth = running.depth.get();
        if let (Depth::State, Shows::Progress) = (depth, shows) {
            running.got_something.set(true);
        }
        depth
    });
    match depth {
        Depth::Nothing => return false,
        Depth::State if !matches!(shows, Shows::InVain) => {}
        _ => record_or_count(event(), Location::caller()),
    }
    true
}

// (Were there two calls of `event`, the engine's wake would not be inlined.)
#[cold]
fn record_or_count(event: Event, place: Place) {
    if is_recording() {
        return record(event, place);
    }
    RUNNING.with(|running| {
        if let Event::Defer { .. } = event {
            running.with_remote(|it| it.is_spent(running.key.get(), running.awaits(place).at));
        }
        let mut progress = running.progress.get();
        progress.note(event, running.at(place).at.place());
        running.progress.set(progress);
        running.had_vain_poll.set(true);
    });
}

#[cold]
pub(crate) fn record(event: Event, place: Place) {
    let by = RUNNING.with(|running| match event {
        Event::PollEnd { outcome: Outcome::Pending, .. } => {
            By { at: running.waits.get(), ..running.by() }
        }
        Event::Wait { .. } | Event::Defer { .. } => {
            let by = running.awaits(place);
            running.waits.set(by.at);
            by
        }
        _ => running.at(place),
    });
    with_recorder(|recorder| recorder.push(event, place, by));
}

impl RemoteEvents {
    /// Records an event of this runtime: on its recorder's thread at once, or else later there.
    #[inline]
    #[track_caller]
    pub fn emit(&self, event: impl FnOnce() -> Event) {
        if self.is_recorded() {
            self.record(event(), Location::caller());
        }
    }

    #[cold]
    pub(crate) fn record(&self, event: Event, place: Place) {
        let is_here = |recorder: &mut Recorder| ptr::eq(Arc::as_ptr(&recorder.remote), self);
        if with_recorder(is_here) == Some(true) {
            record(event, place);
        } else {
            self.push(event, None, RUNNING.with(|running| running.at(place).at));
        }
    }
}

/// A source was cleared in this direction, by the program's call that goes on.
#[track_caller]
pub fn emit_clear(source: Id, direction: Direction) {
    if emit_counted(Shows::Nothing, || Event::SourceClear { source, direction }) {
        let on = Resource::Source(source, direction);
        RUNNING.with(|running| running.cleared.set(running.line.get().place().map(|at| (on, at))));
    }
}

/// Writes a line of the program's own into the record, if there is one.
#[inline]
#[track_caller]
pub fn note(text: &'static str) {
    emit(|| Event::Note { text });
}

/// Until the guard is dropped, the waker that is called was stored for this wait, or for none by
/// code other than kettle's. (In a debug build, a closure would take more of the stack.)
#[inline]
pub fn calls_for(wait: Option<Id>) -> Option<impl Drop> {
    let is_needed = || match RUNNING.with(|running| running.depth.get()) {
        Depth::Nothing => wait.is_some(),
        Depth::State => false,
        Depth::Record => true,
    };
    if !cfg!(feature = "causes") || !is_needed() {
        return None;
    }
    let around = RUNNING.with(|running| running.called_for.replace(wait));
    Some(guard(around, |around| RUNNING.with(|running| running.called_for.set(around))))
}

/// The wait for which the waker now being called was stored.
pub fn called_for() -> Option<Id> {
    RUNNING.with(|running| running.called_for.get())
}

/// A future of kettle's, `made` there if that is known, is polled until the guard is dropped.
#[inline]
#[track_caller]
pub fn awaited(made: Option<Place>) -> Around {
    let here = Location::caller();
    if !cfg!(debug_assertions) {
        return Around::Same;
    }
    RUNNING.with(|running| {
        match running.depth.get() {
            Depth::Nothing => return Around::Same,
            Depth::State => {}
            Depth::Record => flush_if_filling(), // perhaps this poll never ends
        }
        running.begun.set(running.begun.get().wrapping_add(1));
        match made {
            _ if is_the_programs(here) => running.go_to(At::Call(here)),
            Some(made) if is_the_programs(made) => running.go_to(At::Made(made)),
            _ => Around::Same, // the line of the future around it holds
        }
    })
}

#[cold]
fn flush_if_filling() {
    if with_recorder(|it| it.live && it.unseen.records.len() >= BUFFER / 16) == Some(true) {
        flush();
    }
}

/// Brings a recorder and its runtime to this thread and returns the recorder that was there.
pub fn swap_recorder(recorder: Option<Box<Recorder>>) -> Option<Box<Recorder>> {
    let remote = recorder.as_ref().map(|it| it.remote.clone());
    RUNNING.with(|running| {
        running.depth.set(match &remote {
            None => Depth::Nothing,
            Some(remote) if remote.is_recorded() => Depth::Record,
            Some(_) => Depth::State,
        });
        running.poll_began.set(None);
        running.had_vain_poll.set(true); // perhaps in this runtime's table
        running.table.set(remote.as_ref().map_or(0, |remote| remote.table.lock().number));
        running.remote.replace(remote)
    });
    RECORDER.with(|it| it.replace(recorder))
}

/// Does the sink want to be called during polls?
#[inline]
pub fn is_live() -> bool {
    is_recording() && with_recorder(|recorder| recorder.live) == Some(true)
}

/// Hands the buffer to the sink.
#[cold]
pub fn flush() {
    assert_unlocked();
    let handed = with_recorder(Recorder::hand_over).flatten();
    let Some((sink, Unseen { records, stacks })) = handed else { return };
    let called = call(sink, |sink| {
        sink.stacks(&stacks);
        sink.record(&records);
        sink.veto()
    });
    let Some((sink, veto)) = called else { return };
    with_recorder(|recorder| {
        recorder.take_back(sink, records);
        recorder.veto = recorder.veto.take().or(veto);
    });
}

/// Calls the sink of this thread's runtime, and returns it. One that panics isn't called again.
pub(crate) fn call<R>(
    mut sink: Box<dyn Sink>,
    f: impl FnOnce(&mut dyn Sink) -> R,
) -> Option<(Box<dyn Sink>, R)> {
    match catch_unwind(AssertUnwindSafe(|| f(&mut *sink))) {
        Ok(result) => return Some((sink, result)),
        Err(panic) => mem::forget(panic), // its drop might panic again
    }
    mem::forget(sink); // it knows half of the truth, and its drop might panic, too
    drop(swap_recorder(None));
    let text = "kettle: what records this runtime has panicked; the rest is not recorded";
    let _ = writeln!(io::stderr(), "{text}");
    None
}

/// Records what other threads have done, where no later event would.
pub fn take_remote() {
    with_recorder(|recorder| recorder.take_remote(std::time::Duration::ZERO));
}

/// The tasks that may, since the last call, have begun to wait for something that isn't kettle's.
pub fn take_silent() -> BTreeSet<Id> {
    with_recorder(|recorder| mem::take(&mut recorder.silent)).unwrap_or_default()
}

/// Takes the sink's veto, if it has one.
pub fn take_veto() -> Option<String> {
    if is_recording() { with_recorder(|recorder| recorder.veto.take()).flatten() } else { None }
}
