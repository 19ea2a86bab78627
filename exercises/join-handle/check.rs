//! What the answer of `join-handle` must do.

use std::fmt;
use std::future::{pending, poll_fn, ready};
use std::hint;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use kettle_judge::count::{Log, Wakes, alike, dropping, reaches, waker};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy};
use kettle_judge::proptest::prop_oneof;
use kettle_judge::{Check, check, if_it_hangs, lock, property};

use crate::event::Replaced;
use crate::tasks::hand_over::{HandOver, State};
use crate::{Config, JoinError, Runtime, Timer, clock, spawn, spawn_blocking};

pub const CHECKS: &[Check] = &[
    check!(whichever_comes_first => "the value is handed over once, whether the task ends first or the handle asks first"),
    check!(the_newest_waker => "the waker of the handle's latest poll is the one that is given out"),
    check!(a_dropped_handle_detaches => "without its handle a task runs on, and leaves nothing behind"),
    check!(an_abort_is_a_wish => "an abort is news once, and means nothing after the task's end"),
    check!(no_user_code_under_the_lock => "a waker is cloned, and what is taken out is dropped, while the lock is free: both may ask the same hand-over"),
    check!(in_any_order => "any order of polls, end, abort and drop has the right results"),
    check!(no_end_is_missed => "an end on another thread is seen by the poll, or gives out its waker"),
    check!(decided_in_one_step => "of two calls at the same time, each comes out as if one came after the other"),
    check!(from_another_thread => "outputs and panics come to a handle on another thread"),
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

/// The words that a task has panicked with.
fn words<T: std::fmt::Debug>(result: Result<T, JoinError>) -> &'static str {
    let error = result.expect_err("a task that panics has no output");
    assert!(error.is_panic(), "a task has panicked, and its error says: {error}");
    error.into_panic().downcast_ref::<&'static str>().expect("the panic's own value")
}

/// The handle is polled. What does it get, or which waker has this one replaced?
fn poll<V>(slot: &HandOver<V>, waker: &Waker) -> Result<V, &'static str> {
    slot.poll(&Context::from_waker(waker)).map_err(|replaced| match replaced {
        Replaced::None => "waits",
        Replaced::Same => "waits, with the same waker",
        Replaced::Other => "waits, with another waker",
    })
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

fn finished<V>(slot: &HandOver<V>, right: bool, when: &str) {
    assert_eq!(slot.is_finished(), right, "`is_finished` {when}");
}

fn whichever_comes_first() {
    let (join, wakes) = waker();
    let slot = HandOver::new();
    finished(&slot, false, "before the end");
    assert_eq!(finish(&slot, "tea"), (false, false), "a waker and the value, given out: no wait");
    finished(&slot, true, "after the end");
    assert_eq!(poll(&slot, &join), Ok("tea"), "what the handle gets after the end");
    assert_eq!(wakes.held(), 0, "wakers that are kept for a value that was there");
    finished(&slot, true, "after the value was taken");

    let slot = HandOver::new();
    assert_eq!(poll(&slot, &join), Err("waits"), "what the handle gets before the end");
    assert_eq!(finish(&slot, "tea"), (true, false), "a waker and the value, given out at the end");
    assert_eq!((wakes.count(), wakes.held()), (1, 0), "wakes, and wakers that are still kept");
    // The value stays until it is asked for, and a second end doesn't replace it.
    assert_eq!(finish(&slot, "cold tea"), (false, true), "a waker and the value of a second end");
    assert_eq!(poll(&slot, &join), Ok("tea"), "what the handle gets after the end");
    assert_eq!(finish(&slot, "cold tea"), (false, true), "the same, with the value taken");
    static HELD: AtomicUsize = AtomicUsize::new(0);
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| HELD.store(lock::held(), SeqCst)));
    let again = catch_unwind(AssertUnwindSafe(|| poll(&slot, &join)));
    panic::set_hook(before);
    let held = HELD.load(SeqCst);
    assert_eq!(held, 0, "locks that are held when a late poll panics: the panic hook may ask, too");
    assert!(again.is_err(), "a handle is polled after it was ready, and does not panic");
    finished(&slot, true, "after that panic, with the lock free");

    let output = run(async { spawn(async { "tea" }).await.ok() });
    assert_eq!(output, Some("tea"), "the output of a task that ends later");
    let output = run(async {
        let task = spawn(ready("tea"));
        a_millisecond().await;
        assert_eq!(task.is_finished(), true, "`is_finished` of a task that has ended");
        task.await.ok()
    });
    assert_eq!(output, Some("tea"), "the output of a task that ended before");
}

fn the_newest_waker() {
    let ((first, firsts), (second, seconds)) = (waker(), waker());
    let slot = HandOver::new();
    assert_eq!(poll(&slot, &first), Err("waits"), "{WAITS}");
    assert_eq!(poll(&slot, &first), Err("waits, with the same waker"), "a second poll of the task");
    assert_eq!(firsts.held(), 1, "wakers that are kept of a task that has polled twice");
    assert_eq!(poll(&slot, &second), Err("waits, with another waker"), "a poll of another task");
    assert_eq!(firsts.held(), 0, "wakers of the first task that are kept, once another has polled");
    finish(&slot, "tea");
    assert_eq!((firsts.count(), seconds.count()), (0, 1), "wakes of the first and the second task");
    assert_eq!(seconds.held(), 0, "wakers that are kept after the end");
    // Of one task: its own waker, then that of a combinator inside it.
    let (slot, (other, others)) = (HandOver::new(), waker());
    run(poll_fn(|cx| {
        assert_eq!(poll(&slot, cx.waker()), Err("waits"), "{WAITS}");
        let replaced = poll(&slot, &other);
        assert_eq!(replaced, Err("waits, with another waker"), "another waker, in the same task");
        Poll::Ready(())
    }));
    finish(&slot, "tea");
    assert_eq!(others.count(), 1, "wakes of a combinator that polled last, inside a task");
    // They differ in nothing but what they do.
    let ([(first, firsts), (second, seconds)], slot) = (alike(), HandOver::new());
    assert!(poll(&slot, &first).is_err() && poll(&slot, &second).is_err(), "{WAITS}");
    finish(&slot, "tea");
    assert_eq!((firsts.count(), seconds.count()), (0, 1), "wakes of the first and the second task");
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
        let never = log.on_drop("the future of a task that waits is dropped");
        drop(spawn(async move {
            let _never = never;
            pending::<()>().await;
        }));
        a_millisecond().await;
    });
    let right = [
        "the handle is dropped",
        "it runs on",
        "its output is dropped",
        "the runtime ends",
        "the future of a task that waits is dropped",
    ];
    assert_eq!(log.lines(), right, "the life of two tasks without handles");

    // What is given back when the handle goes, and when the task ends after that.
    let (join, wakes) = waker();
    let slot = HandOver::new();
    assert!(poll(&slot, &join).is_err(), "{WAITS}");
    drop(slot.detach());
    assert_eq!(wakes.held(), 0, "wakers that are kept of a handle that is gone");
    assert_eq!(slot.is_aborted(), false, "`is_aborted` of a detached task, which runs on");
    finished(&slot, false, "of a detached task, which runs on");
    assert_eq!(finish(&slot, "tea"), (false, true), "a waker and the value, given out at the end");
    finished(&slot, true, "of a detached task that has ended");

    let slot = HandOver::new();
    finish(&slot, "tea");
    assert!(
        matches!(slot.detach(), State::Finished("tea")),
        "a handle goes after the end, and is not given the value, to drop it"
    );
    finished(&slot, true, "of a task that has ended, when its handle has gone with the value");
    assert_eq!(slot.abort(), false, "is an abort of an ended task with no handle news?");
    let slot = HandOver::new();
    finish(&slot, "tea");
    assert_eq!(poll(&slot, &join), Ok("tea"), "{HAS_ENDED}");
    assert!(matches!(slot.detach(), State::Taken), "the value was taken, and is given out");
    finished(&slot, true, "of a task that has ended, with the value taken and the handle gone");
}

fn an_abort_is_a_wish() {
    let slot = HandOver::new();
    assert_eq!(slot.is_aborted(), false, "`is_aborted` before an abort");
    let came = (slot.abort(), slot.is_aborted(), slot.abort(), slot.is_aborted());
    let what = "a first abort and a second one: is it news, and `is_aborted` after that?";
    assert_eq!(came, (true, true, false, true), "{what}");
    finish(&slot, "tea");
    assert!(poll(&slot, Waker::noop()).is_ok(), "an abort has taken the value along");
    // With its handle gone a task can still be aborted, by an abort handle.
    let slot = HandOver::<&str>::new();
    drop(slot.detach());
    let came = (slot.abort(), slot.is_aborted());
    assert_eq!(came, (true, true), "an abort of a detached task: is it news, `is_aborted` then?");
    for taken in [false, true] {
        let slot = HandOver::new();
        finish(&slot, "tea");
        assert!(!taken || poll(&slot, Waker::noop()).is_ok(), "{HAS_ENDED}");
        assert_eq!(slot.abort(), false, "is an abort news after the end? (Value taken: {taken})");
    }
    run(async {
        let waits = spawn(pending::<()>());
        a_millisecond().await;
        waits.abort();
        let error = waits.await.expect_err("an aborted task has no output");
        assert!(error.is_cancelled(), "a task was aborted, and its error says: {error}");
        let task = spawn(ready("tea"));
        a_millisecond().await;
        task.abort();
        assert_eq!(task.await.ok(), Some("tea"), "the output of a task that was aborted too late");
    });
}

/// A waker that asks the hand-over when it is dropped.
fn asking(slot: &Arc<HandOver<&'static str>>) -> Waker {
    let slot = Arc::downgrade(slot);
    dropping(move || _ = slot.upgrade().map(|slot| slot.is_finished()))
}

const WAITS: &str = "a poll of the handle, whose task has not ended\n  came:     something else than `None`\n  expected: \
                     `None`, and the waker is kept until the task ends, or another poll replaces it";
const HAS_ENDED: &str = "a poll of the handle, whose task has ended with the output \"tea\": `finish` has to leave it there, \
                         and the first poll after that takes it";

fn no_user_code_under_the_lock() {
    if_it_hangs(
        "a waker, or an output, was dropped under the lock, and its drop asks the same hand-over, which waits for that \
         lock. Take it out, release the lock, then drop it",
    );
    let slot = Arc::new(HandOver::new());
    let asks = || asking(&slot);
    // Each is kept there alone, and another takes its place.
    for _ in 0..2 {
        assert!(poll(&slot, &asks()).is_err(), "{WAITS}");
    }
    assert!(poll(&slot, Waker::noop()).is_err(), "{WAITS}");
    assert!(poll(&slot, &asks()).is_err(), "{WAITS}");
    drop(slot.detach());
    finish(&slot, "tea");

    let slot = Arc::new(HandOver::new());
    assert!(poll(&slot, &asking(&slot)).is_err(), "{WAITS}");
    drop(slot.finish("tea"));
    assert_eq!(poll(&slot, Waker::noop()), Ok("tea"), "{HAS_ENDED}");
    let slot = HandOver::<&str>::new();
    let waits = poll_fn(move |cx| slot.poll(cx).map_or(Poll::Pending, Poll::Ready));
    lock::clones_under_no_lock(Box::pin(waits));
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

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..2_usize).prop_map(Step::Poll),
        1 => Just(Step::Finish),
        1 => Just(Step::Detach),
        1 => Just(Step::Abort),
    ]
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

fn play(steps: &[Step]) {
    let (slot, mut model) = (HandOver::new(), Model::default());
    let tasks: [(Waker, Arc<Wakes>); 2] = [waker(), waker()];
    let mut woken = [0, 0];
    for step in steps {
        match *step {
            // A handle that is gone, or was ready, is not polled.
            Step::Poll(_) if model.detached || model.taken => {}
            Step::Poll(task) => {
                let right = match model.waits {
                    _ if model.ended => Ok("tea"),
                    None => Err("waits"),
                    Some(before) if before == task => Err("waits, with the same waker"),
                    Some(_) => Err("waits, with another waker"),
                };
                assert_eq!(poll(&slot, &tasks[task].0), right, "what the handle gets");
                model.taken = model.ended;
                model.waits = Some(task).filter(|_| !model.ended);
            }
            Step::Finish => {
                let unwanted = model.ended || model.detached;
                let right = (model.waits.is_some(), unwanted);
                assert_eq!(finish(&slot, "tea"), right, "a waker and the value, given out");
                model.waits.take().into_iter().for_each(|task| woken[task] += 1);
                model.ended = true;
            }
            Step::Detach if model.detached => {}
            Step::Detach => {
                let left = slot.detach();
                let right = match left {
                    State::Waiting(_) | State::Detached => !model.ended,
                    State::Finished(_) => model.ended && !model.taken,
                    State::Taken => model.taken,
                };
                assert!(right, "the handle goes, and what `detach` gives out is not what is there");
                (model.detached, model.waits) = (true, None);
            }
            Step::Abort => {
                let news = !model.ended && !model.aborted;
                assert_eq!(slot.abort(), news, "the abort is news");
                model.aborted |= news;
            }
        }
        assert_eq!(slot.is_finished(), model.ended, "has the task ended?");
        assert_eq!(slot.is_aborted(), model.aborted, "to end? (After the end no abort says so)");
        for (task, (_, wakes)) in tasks.iter().enumerate() {
            assert_eq!(wakes.count(), woken[task], "wakes of task {task}");
            let kept = usize::from(model.waits == Some(task));
            assert_eq!(wakes.held(), kept, "wakers of task {task} that are kept");
        }
    }
}

fn in_any_order() {
    property(2_000, &vec(step(), 1..12), |steps| play(&steps));
}

fn no_end_is_missed() {
    const ROUNDS: usize = 100_000;
    lock::no_news_is_missed("a handle is polled", || {
        let slot = Arc::new(HandOver::new());
        let there = Arc::clone(&slot);
        let handle = poll_fn(move |cx| slot.poll(cx).map_or(Poll::Pending, Poll::Ready));
        (Box::pin(handle), move || _ = finish(&there, "tea"))
    });
    if_it_hangs("the other thread has panicked in `finish`");
    let (join, wakes) = waker();
    let start = Instant::now();
    let slots: Arc<Vec<HandOver<usize>>> =
        Arc::new((0..=ROUNDS).map(|_| HandOver::new()).collect());
    let (begun, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (there, begins, ends) = (slots.clone(), begun.clone(), done.clone());
    thread::spawn(move || {
        for round in 1..=ROUNDS {
            reaches(&begins, round);
            let (waker, _) = there[round].finish(round);
            waker.into_iter().for_each(Waker::wake);
            ends.store(round, SeqCst);
        }
    });
    for round in 1..=ROUNDS {
        let before = wakes.count();
        begun.store(round, SeqCst);
        (0..round % 8).for_each(|_| hint::spin_loop());
        let at_once = poll(&slots[round], &join);
        reaches(&done, round);
        let woken = wakes.count() - before;
        let expected = usize::from(at_once.is_err());
        assert_eq!(woken, expected, "wakes in round {round}, where the poll said {at_once:?}");
        let value = at_once.or_else(|_| poll(&slots[round], &join));
        assert_eq!(value, Ok(round), "the value of round {round}");
        if start.elapsed() > Duration::from_millis(800) {
            break; // one core, or many others at work
        }
    }
}

/// What a handle, the executor, or an abort handle may do.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Poll,
    Detach,
    Finish,
    Abort,
    Ask,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Call::Poll => "`poll` is called",
            Call::Detach => "`detach` is called",
            Call::Finish => "`finish` is called",
            Call::Abort => "`abort` is called",
            Call::Ask => "`is_finished` is called",
        })
    }
}

fn decided_in_one_step() {
    let mut moments = 0;
    use Call::{Abort, Ask, Detach, Finish, Poll};
    let of_the_handle =
        [Poll, Detach].map(|its| [(its, Finish), (Finish, its), (its, Abort), (Abort, its)]);
    let others = [(Finish, Abort), (Abort, Finish), (Abort, Abort), (Ask, Finish), (Ask, Abort)];
    for (one, other) in of_the_handle.into_iter().flatten().chain(others) {
        for before in [None, Some(Poll), Some(Detach), Some(Finish)] {
            if before == Some(Detach)
                && [one, other].iter().any(|call| matches!(call, Poll | Detach))
            {
                continue; // there is no handle any more
            }
            if before == Some(Finish) && one != Ask {
                continue; // it has ended: what else is called decides nothing
            }
            let begin = move || {
                let (slot, (waker, wakes)) = (HandOver::new(), waker());
                before.into_iter().for_each(|call| _ = made(&slot, &waker, call));
                (slot, waker, wakes)
            };
            let first = move |state: &Shared| made(&state.0, Waker::noop(), one);
            // The other thread asks for the state after its call: both orders must explain what it sees.
            let second = move |state: &Shared| {
                made(&state.0, Waker::noop(), other) + ", then " + &standing(&state.0)
            };
            let words = before.map_or("nothing".to_owned(), |before| before.to_string());
            let what = format!("{one}, and {other} (before: {words})");
            moments +=
                lock::as_in_turn(&what, begin, first, second, |(slot, _, wakes), one, other| {
                    format!("{one}; {other}; at last {}; wakes: {}", standing(slot), wakes.count())
                });
        }
    }
    lock::judged(moments);
}

type Shared = (HandOver<&'static str>, Waker, Arc<Wakes>);

fn standing<V>(slot: &HandOver<V>) -> String {
    format!("ended: {}, asked to end: {}", slot.is_finished(), slot.is_aborted())
}

/// Makes this call, and says what it gave.
fn made(slot: &HandOver<&'static str>, waker: &Waker, call: Call) -> String {
    let gave = match call {
        Call::Poll => poll(slot, waker).unwrap_or_else(|words| words).to_owned(),
        Call::Detach => match slot.detach() {
            State::Waiting(_) | State::Detached => "no value".to_owned(),
            State::Finished(value) => value.to_owned(),
            State::Taken => "nothing is left".to_owned(),
        },
        Call::Finish => {
            let (waker, value) = finish(slot, "tea");
            format!("a waker: {waker}, the value: {value}")
        }
        Call::Abort => format!("news: {}", slot.abort()),
        Call::Ask => slot.is_finished().to_string(),
    };
    format!("{call} and gives {gave}")
}

fn from_another_thread() {
    let runtime = Runtime::with(Config::default()).expect("a runtime");
    // Both ways: a task of here that is joined there, and one that is spawned from there.
    let (tea, panics) =
        runtime.block_on(async { (spawn(async { "tea" }), spawn(async { panic!("no water") })) });
    let handle = runtime.handle().clone();
    let there = thread::spawn(move || {
        run(async move {
            assert_eq!(tea.await.ok(), Some("tea"), "a task of another runtime, joined here");
            assert_eq!(words::<()>(panics.await), "no water", "the panic's words, by its handle");
            let mut polls = 0;
            let counts = handle.spawn(poll_fn(move |cx| {
                polls += 1;
                cx.waker().wake_by_ref();
                if polls < 3 { Poll::Pending } else { Poll::Ready(polls) }
            }));
            assert_eq!(counts.await.ok(), Some(3), "a task that was sent to another runtime");
            assert_eq!(
                words::<()>(handle.spawn(async { panic!("no cup") }).await),
                "no cup",
                "the words of the panic of a task that a task has spawned, by its handle"
            );
            let never = handle.spawn(pending::<()>());
            never.abort();
            assert!(never.await.is_err_and(|error| error.is_cancelled()), "its abort was not told");
        });
    });
    // This thread drives its runtime until the other one is done.
    let ended = runtime.block_on(async { spawn_blocking(move || there.join().is_ok()).await });
    assert!(ended.unwrap_or(false), "the other thread says why, on standard error");
}
