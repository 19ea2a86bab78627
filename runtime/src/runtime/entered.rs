//! How do timers, sources and the clock find their runtime?
//!
//! They belong to the runtime that is entered on this thread (`context.rs`), so a program need not
//! name it. Since the floors below know nothing of an entered runtime, this file passes them what
//! they need. Except for [`now`] and [`Source::accepted`], they panic if no runtime is entered.
//!
//! Interface: [`Timer::new`]; [`Source::new`], [`Source::joined`], [`Source::accepted`]; [`now`],
//! [`pause`], [`resume`], [`advance`], in `kettle_runtime::clock`.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use kettle_events::{Deferral, Event, change};

use super::context::{shared, try_shared};
use crate::io::{Interest, Pollable, Source};
use crate::tasks::budget::{defer, let_urgent_run};
use crate::tasks::current::with_scheduler_of;
use crate::time::{Clock, Time, Timer, was_any_clock_paused};

impl Timer {
    /// A timer that belongs to the entered runtime. Its first poll puts it into the wheel.
    #[track_caller]
    pub fn new(deadline: Instant) -> Timer {
        Timer::of(time(), deadline)
    }
}

impl<S: Pollable> Source<S> {
    /// Makes a source that belongs to the entered runtime. `io` must be in non-blocking mode. Only
    /// what `interest` names is reported and can be waited for.
    #[track_caller]
    pub fn new(io: S, interest: Interest) -> io::Result<Source<S>> {
        Source::of(shared(|shared| shared.sources.clone()), io, interest)
    }

    /// Makes a source for a program that makes the attempts itself: it joins the selector at once
    /// and isn't ready until the first report. If the selector refuses, returns `io` and the error.
    #[cfg(unix)]
    #[track_caller]
    pub fn joined(io: S, interest: Interest) -> Result<Source<S>, (S, io::Error)> {
        Source::joined_of(shared(|shared| shared.sources.clone()), io, interest)
    }

    /// Makes a source from a connection that this one has accepted. The new source belongs to the
    /// entered runtime or, under a foreign executor, to this source's runtime.
    pub fn accepted<T: Pollable>(&self, io: T) -> io::Result<Source<T>> {
        let entered = try_shared(|shared| shared.sources.clone());
        let sources = entered.unwrap_or_else(|| self.registration.sources.clone());
        Source::of(sources, io, Interest::READABLE | Interest::WRITABLE)
    }
}

#[track_caller]
fn time() -> Arc<Time> {
    shared(|shared| shared.time.clone())
}

/// The time by the entered runtime's clock, or by the machine's if there is no runtime.
#[inline]
pub fn now() -> Instant {
    let entered = || try_shared(|shared| shared.time.clock.now());
    if was_any_clock_paused() { entered().unwrap_or_else(Instant::now) } else { Instant::now() }
}

/// Stops the entered runtime's clock (`kettle::time::pause`).
#[track_caller]
pub fn pause() {
    assert!(time().change_clock(Clock::pause), "the clock is paused already");
}

/// Starts the entered runtime's clock again (`kettle::time::resume`).
#[track_caller]
pub fn resume() {
    assert!(time().change_clock(Clock::resume), "the clock is not paused");
}

/// Moves the entered runtime's clock forward and lets woken tasks run (`kettle::time::advance`).
pub async fn advance(by: Duration) {
    let time = time();
    let advanced = time.change_clock(|clock| clock.advance(by));
    let advanced = advanced.expect("the paused clock stays within what Instant can hold");
    assert!(advanced, "the clock is not paused: call `pause` first");
    change(|| Event::Advance { by, auto: false });
    poll_fn(|cx| {
        if !time.fire() {
            return Poll::Ready(());
        }
        defer(cx, Deferral::Clock); // more timers are due than one phase fires
        Poll::Pending
    })
    .await;
    let inbox = shared(|shared| shared.inbox.clone());
    let_urgent_run(|| with_scheduler_of(Some(&inbox), |it| it.queue.urgent_counts())).await;
}
