//! What the answer of `join-handle` must do.

use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle_judge::count::{Log, Wakes, dropping, waker};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, prop_oneof};
use kettle_judge::{Check, check, if_it_hangs, property, threads};

use crate::event::StoredId;
use crate::tasks::hand_over::{HandOver, State};
use crate::{Config, Runtime, Timer, clock, spawn, spawn_blocking};

pub const CHECKS: &[Check] = &[
    check!(whichever_comes_first => "the value is handed over once, whether the task ends first or the handle asks first"),
    check!(a_dropped_handle_detaches => "a task without a handle runs on, and leaves nothing behind"),
    check!(only_the_first_abort => "`abort` returns `true` once, and never after the task's end"),
    check!(no_user_code_under_the_lock => "no waker is dropped under the lock, because its drop may use the same hand-over"),
    check!(in_any_order => "in any order of polls, end, abort and drop, the handle gets the right value, and its newest waker is called"),
    check!(no_end_is_missed => "if the task ends on another thread, the poll sees that, or `finish` returns the waker"),
    check!(from_another_thread => "outputs and panics reach a handle on another thread"),
];

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// Until every task that can run has run.
async fn a_millisecond() {
    let mut timer = Timer::new(clock::now() + Duration::from_millis(1));
    poll_fn(|cx| timer.poll(cx)).await;
}

/// The handle is polled. What does it get?
fn poll<V>(slot: &HandOver<V>, waker: &Waker) -> Result<V, &'static str> {
    let mut asked = false;
    let polled = slot.poll(&Context::from_waker(waker), || {
        asked = true;
        StoredId::NONE
    });
    match polled {
        Poll::Ready(value) => Ok(value),
        Poll::Pending if asked => Err("waits"),
        Poll::Pending => Err("waits, and has not asked for which wait"),
    }
}

/// The task ends. Does `finish` give out a waker, and the value?
fn finish<V>(slot: &HandOver<V>, value: V) -> (bool, bool) {
    let (waker, unwanted) = slot.finish(value);
    let given = (waker.is_some(), unwanted.is_some());
    if let Some(waker) = waker {
        waker.wake();
    }
    given
}

fn whichever_comes_first() {
    let (join, wakes) = waker();
    let slot = HandOver::new();
    assert_eq!(finish(&slot, "tea"), (false, false), "a waker and the value, given out: no wait");
    assert_eq!(poll(&slot, &join), Ok("tea"), "what the handle gets after the end");

    let slot = HandOver::new();
    assert_eq!(poll(&slot, &join), Err("waits"), "what the handle gets before the end");
    assert_eq!(finish(&slot, "tea"), (true, false), "a waker and the value, given out at the end");
    assert_eq!((wakes.count(), wakes.held()), (1, 0), "wakes, and wakers that are still kept");
    assert_eq!(poll(&slot, &join), Ok("tea"), "what the handle gets after the end");
    let again = catch_unwind(AssertUnwindSafe(|| poll(&slot, &join)));
    assert!(again.is_err(), "a handle is polled after it was ready, but doesn't panic");

    let output = run(async {
        let early = spawn(ready("tea"));
        a_millisecond().await;
        (early.await.ok(), spawn(async { "milk" }).await.ok())
    });
    assert_eq!(output, (Some("tea"), Some("milk")), "outputs: one has ended, one ends later");
}

fn a_dropped_handle_detaches() {
    let log = Log::new();
    run(async {
        let (shared, output) = (log.clone(), log.on_drop("its output is dropped"));
        drop(spawn(async move {
            a_millisecond().await;
            shared.add("it runs on");
            output
        }));
        log.add("the handle is dropped");
        a_millisecond().await;
        a_millisecond().await;
        log.add("the runtime ends");
    });
    let right =
        ["the handle is dropped", "it runs on", "its output is dropped", "the runtime ends"];
    assert_eq!(log.lines(), right, "the life of a task without a handle");
}

fn only_the_first_abort() {
    let slot = HandOver::new();
    let seen = (slot.abort(), slot.is_aborted(), slot.abort());
    assert_eq!(
        seen,
        (true, true, false),
        "a first `abort`, then `is_aborted`, and a second `abort`"
    );
    finish(&slot, "tea");
    assert_eq!(poll(&slot, Waker::noop()), Ok("tea"), "the value, which no abort takes along");
    let slot = HandOver::new();
    finish(&slot, "tea");
    assert_eq!(slot.abort(), false, "`abort` after the end");
    run(async {
        let waits = spawn(pending::<()>());
        a_millisecond().await;
        waits.abort();
        let error = waits.await.expect_err("an aborted task has no output");
        assert!(error.is_cancelled(), "a task was aborted, and its error says: {error}");
    });
}

fn no_user_code_under_the_lock() {
    if_it_hangs(
        "a waker was dropped under the lock, and its drop uses the same hand-over, which waits for that \
         lock. Take the waker out, release the lock, then drop it",
    );
    let slot = Arc::new(HandOver::new());
    // Each is kept there alone, and another takes its place, or the handle goes.
    for _ in 0..2 {
        let there = Arc::downgrade(&slot);
        let asks = dropping(move || _ = there.upgrade().map(|slot| slot.is_finished()));
        let _ = poll(&slot, &asks);
    }
    drop(slot.detach());
    finish(&slot, "tea");
}

/// One thing that happens to a hand-over.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The handle is polled, by one of two tasks.
    Poll(usize),
    Finish,
    Detach,
    Abort,
}

/// What the hand-over should be, with a flag for each thing that has happened.
#[derive(Default)]
struct Model {
    waits: Option<usize>,
    ended: bool,
    taken: bool,
    detached: bool,
    aborted: bool,
}

fn in_any_order() {
    let step = prop_oneof![
        3 => (0..2_usize).prop_map(Step::Poll),
        1 => Just(Step::Finish),
        1 => Just(Step::Detach),
        1 => Just(Step::Abort),
    ];
    property(2_000, &vec(step, 1..12), |steps| {
        let (slot, mut model) = (HandOver::new(), Model::default());
        let tasks: [(Waker, Arc<Wakes>); 2] = [waker(), waker()];
        let mut woken = [0, 0];
        for step in steps {
            match step {
                // A handle that is gone, or was ready, is not polled.
                Step::Poll(_) | Step::Detach if model.detached => {}
                Step::Poll(_) if model.taken => {}
                Step::Poll(task) => {
                    let right = if model.ended { Ok("tea") } else { Err("waits") };
                    assert_eq!(poll(&slot, &tasks[task].0), right, "what the handle gets");
                    model.taken = model.ended;
                    model.waits = Some(task).filter(|_| !model.ended);
                }
                Step::Finish => {
                    let right = (model.waits.is_some(), model.ended || model.detached);
                    assert_eq!(finish(&slot, "tea"), right, "a waker and the value, given out");
                    model.waits.take().into_iter().for_each(|task| woken[task] += 1);
                    model.ended = true;
                }
                Step::Detach => {
                    let is_given = matches!(slot.detach(), State::Finished(_));
                    let right = model.ended && !model.taken;
                    assert_eq!(is_given, right, "the handle is dropped: does it get the value?");
                    (model.detached, model.waits) = (true, None);
                }
                Step::Abort => {
                    let news = !model.ended && !model.aborted;
                    assert_eq!(slot.abort(), news, "the abort is news");
                    model.aborted |= news;
                }
            }
            assert_eq!(slot.is_finished(), model.ended, "has the task ended?");
            assert_eq!(
                slot.is_aborted(),
                model.aborted,
                "to end? (After the end no abort says so)"
            );
            for (task, (_, wakes)) in tasks.iter().enumerate() {
                let seen = (wakes.count(), wakes.held());
                let right = (woken[task], usize::from(model.waits == Some(task)));
                assert_eq!(seen, right, "wakes of task {task}, and wakers that are kept of it");
            }
        }
    });
}

fn no_end_is_missed() {
    threads::at_once(
        || (HandOver::new(), waker()),
        |(slot, (waker, _))| poll(slot, waker),
        |(slot, _)| _ = finish(slot, "tea"),
        |(slot, (waker, wakes)), polled| {
            let expected = usize::from(polled.is_err());
            assert_eq!(wakes.count(), expected, "wakes, when the poll said {polled:?}");
            let value = polled.or_else(|_| poll(slot, waker));
            assert_eq!(
                value,
                Ok("tea"),
                "what the handle gets when the task ends on another thread"
            );
        },
    );
}

fn from_another_thread() {
    let runtime = Runtime::with(Config::default()).expect("a runtime");
    let (tea, panics) =
        runtime.block_on(async { (spawn(async { "tea" }), spawn(async { panic!("no water") })) });
    let there = thread::spawn(|| {
        run(async move {
            assert_eq!(tea.await.ok(), Some("tea"), "a task of another runtime, joined here");
            let error = panics.await.map(|()| "an output").expect_err("a task has panicked");
            let words = error.is_panic().then(|| error.into_panic());
            let words = words.and_then(|words| words.downcast_ref::<&str>().copied());
            assert_eq!(words, Some("no water"), "the panic's words, by its handle");
        });
    });
    // This thread drives its runtime until the other one is done.
    let ended = runtime.block_on(async { spawn_blocking(move || there.join().is_ok()).await });
    assert!(ended.unwrap_or(false), "the other thread says why, on standard error");
}
