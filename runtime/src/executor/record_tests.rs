//! Does a run record each thing that happens, in order? And what does a look show?

use std::future::{pending, poll_fn};
use std::io::{Read as _, Write as _};
use std::mem;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle_events::{Direction, Point, Record, Sink, Snapshot};

use crate::io::{Interest, Source};
use crate::{Config, Runtime, Schedule, Timer, clock, spawn};

// (Where a schedule decides, the sockets are asked before a sleep: what was written is there.)
const RUN: &str = "RunStart Spawn Wake Turn PollStart SourceNew Spawn Wake Spawn Wake Detach \
    TimerAdd Wait Choice Wake PollEnd Choice PollStart Wait PollEnd Choice PollStart PollEnd \
    PollStart SourceTry SourceAdd SourceClear Wait PollEnd Park Advance Unpark Turn TimerFire \
    Wake Turn PollStart Wait PollEnd SourceReady Wake Turn PollStart SourceTry SourceDrop PollEnd \
    Wake PollStart Join PollEnd RunEnd ";

/// The names of the events, in one text.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<String>>);

impl Sink for Names {
    fn record(&mut self, records: &[Record]) {
        for record in records {
            let text = format!("{:?}", record.event);
            let name = text.split(' ').next().unwrap();
            // (Not those that a build without `causes` hasn't.)
            if !["Served", "Done", "TimerAt"].contains(&name) {
                self.0.lock().unwrap().extend([name, " "]);
            }
        }
    }
}

/// Wakes main if the loop would sleep until another thread ends that.
struct Eye(Arc<Mutex<Option<Waker>>>);

impl Sink for Eye {
    fn record(&mut self, _: &[Record]) {}

    fn wants(&self) -> bool {
        false
    }

    fn look(&mut self, now: &Snapshot) {
        self.0.lock().unwrap().take_if(|_| now.for_good).into_iter().for_each(Waker::wake);
    }
}

/// Of several ready tasks, the last is polled. The first poll is followed by a spurious wake.
struct Last {
    is_first_poll: bool,
}

impl Schedule for Last {
    fn choose(&mut self, point: Point, among: usize) -> usize {
        match point {
            Point::Task => among - 1,
            Point::Spurious => usize::from(mem::take(&mut self.is_first_poll)),
            _ => 0,
        }
    }
}

#[test]
fn a_small_run() {
    let names = Names::default();
    let (sink, schedule) =
        (Some(Box::new(names.clone()) as _), Some(Box::new(Last { is_first_poll: true }) as _));
    let config = Config { sink, schedule, start_paused: true, ..Config::default() };
    let runtime = Runtime::with(config).unwrap();
    runtime.block_on(async {
        let (near, mut far) = UnixStream::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        let source = Source::new(near, Interest::READABLE).unwrap();
        source.emit_new(None, None, |_| [0, 0]);
        let reader = spawn(async move {
            let read = |mut near: &UnixStream| near.read(&mut [0; 8]);
            source.io(Direction::Read, read, |bytes| Some(*bytes)).await.unwrap()
        });
        drop(spawn(async {}));
        let mut timer = Timer::new(clock::now() + Duration::from_secs(1));
        poll_fn(|cx| timer.poll(cx)).await;
        far.write_all(b"tea").unwrap();
        assert_eq!(reader.await.unwrap(), 3);
    });
    assert!(format!("{runtime:?}").starts_with("Runtime { handle"));
    assert_eq!(runtime.handle().name(), None);
    assert_eq!(*names.0.lock().unwrap(), RUN);
    drop(runtime);
    assert_eq!(*names.0.lock().unwrap(), RUN, "nothing was left to end");
}

#[test]
fn a_look_before_a_sleep_says_that_only_another_thread_can_end_it() {
    let main = Arc::new(Mutex::new(None));
    let config = Config { sink: Some(Box::new(Eye(main.clone()))), ..Config::default() };
    let runtime = Runtime::with(config).unwrap();
    runtime.block_on(async {
        let task = spawn(pending::<()>());
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            *main.lock().unwrap() = Some(cx.waker().clone());
            if polls == 2 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        let (inspector, abort) = (runtime.handle().inspector(), task.abort_handle());
        assert_eq!(inspector.waiting(), [(task.id(), 0, 2)]);
        drop(abort);
        assert_eq!(inspector.waiting(), [(task.id(), 0, 1)]);
        let before = inspector.capacity();
        let mut timer = Timer::new(clock::now() + Duration::from_secs(1));
        assert!(poll_fn(|cx| Poll::Ready(timer.poll(cx))).await.is_pending());
        assert!(Some(0) < before && before < inspector.capacity());
    });
}

#[test]
#[cfg_attr(miri, ignore = "five thousand tasks take minutes there")]
fn room_that_a_burst_of_tasks_took_is_given_back_before_a_sleep() {
    let runtime = Runtime::with(Config { start_paused: true, ..Config::default() }).unwrap();
    runtime.block_on(async {
        (0..5_000).for_each(|_| drop(spawn(async {})));
        let mut timer = Timer::new(clock::now() + Duration::from_secs(1));
        poll_fn(|cx| timer.poll(cx)).await;
        assert!(runtime.handle().inspector().capacity() < Some(5_000));
    });
}

struct Objects;

impl Sink for Objects {
    fn record(&mut self, _: &[Record]) {}

    fn veto(&mut self) -> Option<String> {
        Some("this must not go on".to_owned())
    }
}

#[test]
#[should_panic(expected = "this must not go on")]
fn an_objection_ends_the_run() {
    let config = Config { sink: Some(Box::new(Objects)), ..Config::default() };
    Runtime::with(config).unwrap().block_on(async {});
}
