//! The program's own code panics, in every place where a runtime runs it: the runtime goes on, a task that waits
//! is told, and the runtime can be dropped.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::sync::{Notify, oneshot};
use kettle::task::{JoinSet, LocalSet, spawn_blocking, spawn_local, yield_now};
use kettle::time::{sleep, timeout};
use kettle::trace::{Record, Sink};

use crate::common::engine::{OnDrop, on_drop, waker_that, within_a_minute};
use crate::{KINDS, on_the_page};

/// Panics without the words that std prints.
fn oops() -> ! {
    resume_unwind(Box::new("on purpose"))
}

fn when_dropped() -> OnDrop<impl FnOnce()> {
    on_drop(|| {
        if !std::thread::panicking() {
            oops();
        }
    })
}

/// A builder in which something panics once.
type Built = (&'static str, fn(&mut Builder, Once) -> &mut Builder);
/// Something in a running program that does.
type Done = (&'static str, fn());

/// Says yes once.
#[derive(Clone, Default)]
struct Once(Arc<AtomicBool>);

impl Once {
    fn oops(&self) {
        if !self.0.swap(true, Ordering::SeqCst) {
            oops();
        }
    }
}

const BUILT: &[Built] = &[
    ("on_thread_start", |builder, once| builder.on_thread_start(move || once.oops())),
    ("on_thread_stop", |builder, once| builder.on_thread_stop(move || once.oops())),
    ("on_thread_park", |builder, once| builder.on_thread_park(move || once.oops())),
    ("on_thread_unpark", |builder, once| builder.on_thread_unpark(move || once.oops())),
    ("thread_name_fn", |builder, once| {
        builder.thread_name_fn(move || {
            once.oops();
            "pot".to_owned()
        })
    }),
    ("a sink", |builder, once| builder.trace(Bad(once))),
];

struct Bad(Once);

impl Sink for Bad {
    fn record(&mut self, _: &[Record]) {
        self.0.oops();
    }
}

const DONE: &[Done] = &[
    ("a poll", || drop(kettle::spawn(async { oops() }))),
    ("a later poll", || {
        kettle::spawn(async {
            sleep(Duration::from_millis(1)).await;
            oops();
        });
    }),
    ("the drop of a future that was aborted", || {
        let value = when_dropped();
        let task = kettle::spawn(async move {
            let _value = value;
            pending::<()>().await;
        });
        task.abort();
    }),
    ("the drop of a future that has ended", || {
        let value = when_dropped();
        kettle::spawn(poll_fn(move |_| {
            let _captured = &value;
            Poll::Ready(())
        }));
    }),
    ("the drop of an output without a handle", || {
        drop(kettle::spawn(async { when_dropped() }));
    }),
    ("the drop of an output that was cancelled before it was taken", || {
        let task = kettle::spawn(async { when_dropped() });
        kettle::spawn(async move {
            yield_now().await;
            yield_now().await;
            drop(task);
        });
    }),
    ("a panic's value, when that is dropped", || {
        drop(kettle::spawn(async { resume_unwind(Box::new(when_dropped())) }));
    }),
    ("a job", || drop(spawn_blocking(|| oops()))),
    ("the drop of a job's output", || drop(spawn_blocking(when_dropped))),
    ("the drop of a job that never runs", || {
        let value = when_dropped();
        spawn_blocking(move || drop(value)).abort();
    }),
    ("a local task", || {
        let local = LocalSet::new();
        local.spawn_local(async { oops() });
        let polled = pin!(local).poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_ready(), "it has no task any more");
    }),
    ("the drop of a local set's tasks", || {
        let (local, value) = (LocalSet::new(), when_dropped());
        local.spawn_local(async move { drop(value) });
        drop(local);
    }),
    ("a waker that a timer calls", || with_a_bad_waker(sleep(Duration::from_millis(1)), || {})),
    ("a waker that a channel calls", || {
        let (sender, receiver) = oneshot::channel::<()>();
        with_a_bad_waker(receiver, || drop(sender));
    }),
    ("a waker that a task's end calls", || {
        with_a_bad_waker(kettle::spawn(yield_now()), || {});
    }),
    ("a waker of many that are told at once", || {
        let notify = Arc::new(Notify::new());
        let other = notify.clone();
        kettle::spawn(async move { other.notified().await });
        with_a_bad_waker(notify.clone().notified_owned(), move || notify.notify_waiters());
    }),
    ("a value of a channel, when both ends go", || {
        let (sender, receiver) = kettle::sync::mpsc::channel(2);
        assert!(sender.try_send(when_dropped()).is_ok());
        kettle::spawn(async move {
            let _receiver = receiver;
        });
    }),
    ("a task's own value", || {
        kettle::task_local!(static BAD: Cell<Option<Box<dyn FnOnce() + Send>>>);
        let value = when_dropped();
        let keeps: Box<dyn FnOnce() + Send> = Box::new(move || drop(value));
        kettle::spawn(BAD.scope(Cell::new(Some(keeps)), yield_now()));
    }),
    ("a task of a set", || {
        let mut set = JoinSet::new();
        set.spawn(async { oops() });
        kettle::spawn(async move { while set.join_next().await.is_some() {} });
    }),
];

/// Polls a future once with a waker that panics when it is called, lets something happen, and keeps it.
fn with_a_bad_waker<F: Future<Output: Send> + Send + 'static>(future: F, happens: impl FnOnce()) {
    let mut future = Box::pin(future);
    let waker = waker_that(|| oops());
    let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    let _panic = catch_unwind(AssertUnwindSafe(happens));
    kettle::spawn(async move {
        let _future = future;
        sleep(Duration::from_hours(1)).await;
    });
}

/// Everything that a runtime does works.
fn works(runtime: &Runtime, after: &str) {
    let all = async {
        let (sender, receiver) = oneshot::channel();
        let task = kettle::spawn(async move {
            sleep(Duration::from_millis(1)).await;
            sender.send(7).unwrap();
        });
        let job = spawn_blocking(|| 7);
        let (mut near, mut far) = kettle::net::UnixStream::pair().unwrap();
        let (read, written) = kettle::join!(
            kettle::io::AsyncReadExt::read_u8(&mut near),
            kettle::io::AsyncWriteExt::write_u8(&mut far, 7)
        );
        written.unwrap();
        let local = LocalSet::new();
        let local = local.run_until(async { spawn_local(async { 7 }).await.unwrap() });
        task.await.unwrap();
        (receiver.await.unwrap(), job.await.unwrap(), read.unwrap(), local.await)
    };
    let all = runtime.block_on(async { timeout(Duration::from_secs(30), all).await });
    assert_eq!(all.expect(after), (7, 7, 7, 7), "{after}");
}

/// Calls it until it no longer panics: a panic of the loop's own (a hook's, a sink's) comes out of
/// `block_on`.
fn until_it_goes_on(act: impl Fn()) {
    for _ in 0..8 {
        if catch_unwind(AssertUnwindSafe(&act)).is_ok() {
            return;
        }
    }
    panic!("it panics again and again");
}

#[test]
fn a_panic_in_a_hook_or_a_sink_ends_nothing_but_what_called_it() {
    within_a_minute(|| {
        on_the_page(&format!("in {} hooks and sinks and in {} other", BUILT.len(), DONE.len()));
        for ((place, build), new) in
            BUILT.iter().flat_map(|of| KINDS.iter().map(move |new| (of, new)))
        {
            let mut builder = new();
            build(
                builder.enable_all().thread_keep_alive(Duration::from_millis(1)),
                Once::default(),
            );
            // A keeper gets its name there: a panic of what names it comes out.
            let built = catch_unwind(AssertUnwindSafe(|| builder.build()));
            let runtime = built.unwrap_or_else(|_| builder.build()).unwrap();
            until_it_goes_on(|| works(&runtime, place));
            works(&runtime, place);
            let end = catch_unwind(AssertUnwindSafe(|| drop(runtime)));
            assert!(end.is_ok(), "{place}: the drop panics");
        }
    });
}

#[test]
fn a_panic_in_a_programs_own_code_ends_nothing_but_its_task() {
    within_a_minute(|| {
        for ((place, act), new) in DONE.iter().flat_map(|of| KINDS.iter().map(move |new| (of, new)))
        {
            let mut builder = new();
            let runtime = builder.enable_all().build().unwrap();
            let after = || runtime.block_on(async { act() });
            let _panic = catch_unwind(AssertUnwindSafe(after));
            until_it_goes_on(|| works(&runtime, place));
            works(&runtime, place);
            drop(runtime);
        }
    });
}

/// All of them at once, and the runtime ends in the middle of it.
#[test]
fn a_panic_in_the_drop_of_everything_does_not_stop_a_runtimes_end() {
    within_a_minute(|| {
        for new in KINDS {
            let runtime = new().enable_all().build().unwrap();
            let dropped = Arc::new(AtomicUsize::new(0));
            for _ in 0..100 {
                let (bad, dropped) = (when_dropped(), dropped.clone());
                let counts = on_drop(move || dropped.fetch_add(1, Ordering::SeqCst));
                runtime.spawn(async move {
                    let _both = (bad, counts);
                    pending::<()>().await;
                });
            }
            drop(runtime);
            assert_eq!(dropped.load(Ordering::SeqCst), 100);
        }
    });
}
