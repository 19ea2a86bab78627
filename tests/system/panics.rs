//! The program's own code panics in a hook or a sink, or when a runtime's end drops it: the runtime
//! goes on, and can be dropped. (In tasks, jobs, outputs and wakers: `tests/api/task/ends.rs` and
//! others.)

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::sync::oneshot;
use kettle::task::{LocalSet, spawn_blocking, spawn_local};
use kettle::time::{Instant, advance, sleep, timeout};
use kettle::trace::{Record, Sink};

use crate::common::engine::{OnDrop, keep, on_drop, paused, within_a_minute};
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
        on_the_page(&format!("in {} hooks and sinks", BUILT.len()));
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

/// A panic's hook runs where the panic is, which may not be under a lock.
#[test]
fn the_hook_of_a_clock_that_is_moved_too_far_may_ask_for_the_time() {
    within_a_minute(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            let _now = Instant::now();
            before(info);
        }));
        let moves = || paused().block_on(advance(Duration::MAX));
        assert!(catch_unwind(moves).is_err(), "no clock goes that far");
    });
}

/// A hundred tasks drop a value that panics, at their runtime's end.
#[test]
fn a_panic_in_the_drop_of_everything_does_not_stop_a_runtimes_end() {
    within_a_minute(|| {
        for new in KINDS {
            let runtime = new().enable_all().build().unwrap();
            let dropped = Arc::new(AtomicUsize::new(0));
            for _ in 0..100 {
                let (bad, dropped) = (when_dropped(), dropped.clone());
                let counts = on_drop(move || dropped.fetch_add(1, Ordering::SeqCst));
                runtime.spawn(keep((bad, counts)));
            }
            drop(runtime);
            assert_eq!(dropped.load(Ordering::SeqCst), 100);
        }
    });
}
