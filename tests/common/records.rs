//! What tests of the engine count in records, and how they wait for it to be quiet.

#![allow(dead_code, unreachable_pub)] // each test file uses its part

use std::future::poll_fn;
use std::panic::Location;
use std::task::Poll;

use kettle::runtime::Builder;
use kettle::task::Id;
use kettle::trace::{Event, Record, Recorder};
use kettle_events::{Deferral, Effect};

/// What `main` gives back on a runtime of this builder, and what happens there and at its end. (By
/// a sink of its own: the doctor would have a word to say to some of this.)
pub fn recorded_by<R>(builder: &mut Builder, main: impl AsyncFnOnce() -> R) -> (R, Vec<Record>) {
    let (recorder, recording) = Recorder::with_capacity(10_000_000);
    let runtime = builder.trace(recorder).build().expect("a runtime");
    let value = runtime.block_on(main());
    drop(runtime);
    (value, recording.records())
}

/// The same on the machine's clock, with all that a runtime can do.
pub fn run_recorded<R>(main: impl AsyncFnOnce() -> R) -> (R, Vec<Record>) {
    recorded_by(Builder::new_current_thread().enable_all(), main)
}

/// What happens while this future runs, on a paused clock.
pub fn recorded(future: impl Future<Output = ()>) -> Vec<Record> {
    let mut builder = Builder::new_current_thread();
    recorded_by(builder.enable_all().start_paused(true), async || future.await).1
}

/// What patterns find in the events of records, in order.
macro_rules! picked {
    ($records:expr, $($pattern:pat $(if $guard:expr)? => $value:expr),+ $(,)?) => {
        $records
            .iter()
            .filter_map(|record| match record.event {
                $($pattern $(if $guard)? => Some($value),)+
                _ => None,
            })
            .collect::<Vec<_>>()
    };
}
#[allow(unused_imports)]
pub(crate) use picked;

/// The line it is called in.
#[track_caller]
pub fn here() -> (&'static str, u32) {
    (Location::caller().file(), Location::caller().line())
}

/// How often a task was polled.
pub fn polls_of(records: &[Record], id: Id) -> usize {
    count(records, |event| matches!(event, Event::PollStart { task } if *task == id))
}

/// What the wakes of a task did, in order, without the one that spawned it.
pub fn wakes_of(records: &[Record], id: Id) -> Vec<Effect> {
    let effect = |record: &Record| match record.event {
        Event::Wake { task, effect, .. } if task == id => Some(effect),
        _ => None,
    };
    first_run(records).filter_map(effect).skip(1).collect()
}

/// How many such events there were.
pub fn count(records: &[Record], what: impl Fn(&Event) -> bool) -> usize {
    first_run(records).filter(|record| what(&record.event)).count()
}

/// The first `block_on`, without what the runtime's end adds.
fn first_run(records: &[Record]) -> impl Iterator<Item = &Record> {
    records.iter().take_while(|record| !matches!(record.event, Event::RunEnd { .. }))
}

/// Lets every task that is ready run, and those that they wake, and lets messages in.
pub async fn settle() {
    for _ in 0..5 {
        let mut deferred = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut deferred, true) {
                return Poll::Ready(());
            }
            // The waker is called when this turn's tasks have run; then messages are received.
            kettle_runtime::defer(cx, Deferral::Budget);
            Poll::Pending
        })
        .await;
    }
}
