//! What are the phases of a turn, and how many polls fit into one?
//!
//! [`Executor::run`] runs turns until `block_on`'s own future is ready. A turn has five phases:
//!
//! 1. *Tasks*: at most `event_interval` (61) tasks from the run queue are polled.
//! 2. *Deferred wakers*: tasks that yielded, or have spent their budget, are woken.
//! 3. *Messages*: requests from other threads are carried out.
//! 4. *Timers*: tasks whose deadline has passed are woken.
//! 5. *Reactor*: if no task is ready, **park** until the next deadline, a socket or a message
//!    (`park.rs`). Otherwise, check the sockets without waiting, but of turns in a row that have
//!    polled no task, only in every `event_interval`th.
//!
//! Invariant: each phase is bounded, so timers, sockets and messages wait for at most two event
//! intervals of polls, or one of turns that poll nothing, unless more than 1,024 timers are due, or
//! as many sockets ready, at once, or the inbox holds more messages than a turn has polls.
//!
//! tokio: once woken, `block_on`'s future is polled first in the next turn; here it is in the queue
//! like any task.

use std::collections::VecDeque;
use std::io;
use std::ops::ControlFlow::{self, Break, Continue};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::Context;
use std::time::Instant;

use crossbeam_channel::Receiver;
use futures_task::waker_ref;
use kettle_events::{Cause, Event, Outcome, Point, RemoteEvents, change, is_recording, take_veto};

use crate::base::Call;
use crate::inbox::Inbox;
use crate::io::Reactor;
use crate::join::complete;
use crate::tasks::budget::wake_deferred;
use crate::tasks::current::{receive, with_scheduler};
use crate::tasks::poll::poll_task;
use crate::tasks::sink::flush_events;
use crate::tasks::{Entry, Message, caused_by, choose_task, shown_id, wake_some};
use crate::time::Time;

/// What the loop counts, for any thread to read.
#[derive(Default)]
pub(crate) struct Counts {
    /// Tasks that have not ended, not counting `block_on`'s own. Only the loop writes it.
    pub(crate) alive: Arc<AtomicUsize>,
    /// Counts the beginnings and ends of the loop's sleeps, so it is odd while the loop sleeps.
    pub(crate) sleeps: AtomicU64,
    /// For how many nanoseconds the loop, its only writer, was awake, up to its last sleep or end.
    pub(crate) busy: AtomicU64,
}

/// A closure of the program's that is called before or after the loop sleeps.
pub type Hook = Arc<dyn Fn() + Send + Sync>;

pub(crate) struct Executor {
    pub(crate) inbox: Arc<Inbox<Message>>,
    /// The other end of the inbox.
    pub(super) messages: Receiver<Message>,
    pub(crate) time: Arc<Time>,
    pub(crate) reactor: Reactor,
    pub(crate) counts: Arc<Counts>,
    pub(super) event_interval: usize,
    pub(super) on_park: Option<Hook>,
    pub(super) on_unpark: Option<Hook>,
    /// When the loop last began to work, by the machine's clock.
    pub(crate) busy_since: Instant,
    /// Wakers to call: those of ready sockets or, at the runtime's end, of all timers and sources.
    pub(super) due_wakers: VecDeque<Call>,
    /// More timers are due than one phase may fire.
    pub(super) timers_left: bool,
    /// Turns in a row that have polled nothing.
    unpolled: usize,
}

/// `block_on`'s own future. Without a type and an output, so that what polls it is compiled once.
pub(crate) type Main<'a> = Pin<&'a mut (dyn Future<Output = ()> + 'a)>;

impl Executor {
    pub(crate) fn new(
        events: &Arc<RemoteEvents>,
        paused: bool,
        event_interval: usize,
        [on_park, on_unpark]: [Option<Hook>; 2],
    ) -> io::Result<Executor> {
        let reactor = Reactor::new(events.clone())?;
        let (inbox, messages) = Inbox::new(reactor.unpark.clone());
        let time = Arc::new(Time::new(paused, inbox.clone(), events.clone()));
        Ok(Executor {
            inbox,
            messages,
            time,
            reactor,
            counts: Arc::default(),
            event_interval,
            on_park,
            on_unpark,
            busy_since: Instant::now(),
            due_wakers: VecDeque::new(),
            timers_left: false,
            unpolled: 0,
        })
    }

    /// Runs turns until `future` is ready. In the run queue, `future` is the task without a box.
    pub(crate) fn run(&mut self, mut future: Main<'_>) {
        loop {
            self.begin_turn();
            let Continue(polls) = self.poll_tasks(future.as_mut()) else { return };
            self.check_polls(polls);
            wake_deferred();
            self.receive_messages();
            self.timers_left = self.time.fire();
            self.ask_reactor(polls);
        }
    }

    /// Phase 1: polls ready tasks, at most `event_interval`. Ends early with `future`.
    pub(super) fn poll_tasks(&mut self, mut future: Main<'_>) -> ControlFlow<(), usize> {
        for polls in 0..self.event_interval {
            let next = with_scheduler(|scheduler| {
                let nth = choose_task(scheduler.queue.len(), scheduler.ready());
                scheduler.check_out(nth)
            });
            let Some(out) = next.flatten() else { return Continue(polls) };
            poll(&self.reactor.sources.events, out, future.as_mut())?;
            flush_events();
        }
        Continue(self.event_interval)
    }

    /// Phase 3: receives no more messages than a turn has polls, as the tasks they wake are urgent.
    pub(crate) fn receive_messages(&mut self) {
        let empty = self.messages.is_empty(); // cheaper than a count, and true in most turns
        let now = if empty { 0 } else { self.messages.len().min(self.event_interval) };
        for message in self.messages.try_iter().take(now) {
            caused_by(Cause::Message, || receive(message));
        }
    }

    /// Phase 5, after phase 1 has made this many `polls`. After a turn without one, such as a turn
    /// that receives the message that ended a sleep, a call of the selector is rarely worth it.
    pub(super) fn ask_reactor(&mut self, polls: usize) {
        flush_events();
        panic_if_objected(take_veto());
        self.unpolled = if polls > 0 { 0 } else { self.unpolled + 1 };
        if self.is_idle() {
            self.park();
        } else if self.unpolled.is_multiple_of(self.event_interval) || !self.due_wakers.is_empty() {
            self.check_sockets();
        }
    }

    /// Wakes tasks whose sockets are ready, but not too many at once.
    pub(super) fn wake_sources(&mut self) {
        caused_by(Cause::Io, || wake_some(Point::Source, &mut self.due_wakers, Call::wake));
    }

    fn begin_turn(&self) {
        self.check_turn();
        self.emit_counts(is_recording(), |timers, sources| {
            let queued = with_scheduler(|scheduler| scheduler.queue.len()).unwrap_or_default();
            let tasks = self.counts.alive.load(Ordering::Relaxed);
            Event::Turn { queued, tasks, timers, sources }
        });
    }

    /// Emits an event that says how many timers and sources there are. Since any thread may change
    /// them, they are locked until all earlier changes, and then this event, are recorded.
    #[track_caller]
    pub(super) fn emit_counts(&self, wanted: bool, event: impl FnOnce(usize, usize) -> Event) {
        if wanted {
            let (timers, sources) = (self.time.timers.lock(), self.reactor.sources.members.lock());
            change(|| event(timers.wheel.len(), sources.len()));
        }
    }
}

/// Polls a task, whose panic becomes its output (`join/join_handle.rs`), or `block_on`'s future,
/// whose panic ends the loop. `Break`: that future is ready.
fn poll(events: &RemoteEvents, mut out: Entry, future: Main<'_>) -> ControlFlow<()> {
    let Entry { header, task, row } = &mut out;
    let id = header.id;
    // The program doesn't see `block_on`'s own future as a task (`tasks/scope.rs`).
    let shown = if task.is_some() { Some(id) } else { shown_id() };
    let poll = |cx: &mut Context<'_>| match task {
        Some(task) if header.hand_over.is_aborted() => task.as_mut().cancel(id),
        Some(task) => task.as_mut().poll(id, cx),
        None if future.poll(cx).is_ready() => Outcome::Ready,
        None => Outcome::Pending,
    };
    if poll_task(id, shown, &waker_ref(header), row, Some(events), poll) == Outcome::Pending {
        with_scheduler(|scheduler| scheduler.check_in(out));
        return Continue(());
    }
    if out.task.is_none() {
        return Break(()); // `Runtime::drive` removes it
    }
    with_scheduler(|scheduler| scheduler.remove(&out));
    complete(&out.header, out.task);
    Continue(())
}

#[track_caller]
pub(crate) fn panic_if_objected(veto: Option<String>) {
    if let Some(veto) = veto {
        panic!("{veto}");
    }
}
