//! What the answer of `notify` must do.

use std::cell::RefCell;
use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, Wake, Waker};

use kettle_judge::count::{Waiter, Wakers, calling, dropping, poll, waker, wakes};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::sample::select;
use kettle_judge::{Check, Sequence, check, if_it_hangs, lock, runtime, schedules};

use super::answer::Notify;

pub const CHECKS: &[Check] = &[
    check!(a_call_is_kept => "a call without a waiter is kept for the next one to come, but only one call"),
    check!(first_come_first_served => "each call wakes one waiter: the one that has waited longest"),
    check!(in_line_from_the_first_poll => "a waiter joins the line at its first poll, not when it is made"),
    check!(the_newest_waker => "polled again, a waiter keeps its place, and only its newest waker"),
    check!(a_call_is_passed_on => "a waiter that is dropped leaves the line, and passes on its call"),
    check!(all_waiters => "`notify_waiters` calls all waiters in the line, and keeps nothing"),
    check!(two_tasks => "two tasks on the runtime take turns, with one poll for each call"),
    check!(a_waker_that_calls => "no waker is called under the lock: it may call `notify_one` itself"),
    check!(a_waker_that_calls_when_dropped => "no waker is dropped under the lock: its drop may call `notify_one`"),
    check!(a_waker_that_waits_again => "`notify_waiters` doesn't call a waiter that joins the line while it runs"),
    check!(no_call_is_missed => "a call by another thread is seen by the poll that is under way, or wakes the task"),
    check!(in_turn => "of what two threads do at the same time comes what would come of it one after the other"),
    check!(ten_thousand_schedules => "in 10,000 random schedules no call is lost or seen twice"),
];

/// `Poll::Ready` and `Poll::Pending`, as the checks compare them.
const CALLED: Poll<()> = Poll::Ready(());
const WAITS: Poll<()> = Poll::Pending;
const UNCALLED: &str = "a poll of a waiter that was not called";

/// So many waiters, which have joined the line in their order.
fn line(notify: &Notify, count: usize) -> Vec<Waiter<'_, ()>> {
    let mut waiters: Vec<_> = (0..count).map(|_| Waiter::new(notify.notified())).collect();
    for waiter in &mut waiters {
        assert_eq!(waiter.poll(), WAITS, "{UNCALLED}");
    }
    waiters
}

fn a_call_is_kept() {
    let notify = Notify::new();
    for calls in [1, 3] {
        (0..calls).for_each(|_| notify.notify_one());
        let (mut first, mut second) =
            (Waiter::new(notify.notified()), Waiter::new(notify.notified()));
        let after = format!("after `notify_one` without a waiter (calls: {calls})");
        assert_eq!(first.poll(), CALLED, "the first waiter's first poll, {after}");
        assert_eq!(second.poll(), WAITS, "the second waiter's first poll, {after}");
        assert_eq!(first.wakes.count(), 0, "wakes of a waiter that never had to wait");
    }
}

fn first_come_first_served() {
    let notify = Notify::new();
    // A long line; and behind its first so many have come and gone as sixteen bits can number.
    let mut waiters = line(&notify, 1);
    for _ in 0..1 << 16 {
        assert_eq!(poll(pin!(notify.notified()), Waker::noop()), WAITS, "{UNCALLED}");
    }
    waiters.extend(line(&notify, 300));
    for calls in 1..=waiters.len() {
        notify.notify_one();
        let first = wakes(&waiters).iter().take_while(|wakes| **wakes == 1).count();
        assert_eq!(first, calls, "those in front that were woken once, after {calls} calls");
        let woken: usize = wakes(&waiters).iter().sum();
        assert_eq!(woken, calls, "wakes of the 301 waiters after {calls} calls");
    }
    for (number, waiter) in waiters.iter_mut().enumerate() {
        assert_eq!(waiter.poll(), CALLED, "the poll of waiter {number}, which was woken");
    }
    let late = Waiter::new(notify.notified()).poll();
    assert_eq!(late, WAITS, "the poll of one more waiter, after a call for each of those before");
}

fn in_line_from_the_first_poll() {
    let notify = Notify::new();
    let mut early = Waiter::new(notify.notified());
    let mut second = line(&notify, 1);
    notify.notify_one();
    assert_eq!(wakes(&second), [1], "wakes of the only waiter that was polled, after one call");
    assert_eq!(early.poll(), WAITS, "the first poll of a waiter that was made before that call");
    assert_eq!(second[0].poll(), CALLED, "the poll of the waiter that was called");
    notify.notify_one();
    assert_eq!(early.poll(), CALLED, "its second poll, after a second call");
    // Made before the call, and polled after it.
    let mut made = Waiter::new(notify.notified());
    notify.notify_one();
    assert_eq!(made.poll(), CALLED, "a first poll after a call: with no line, the call is kept");
    let mut made = Waiter::new(notify.notified());
    notify.notify_waiters();
    assert_eq!(made.poll(), WAITS, "a first poll after `notify_waiters`, which keeps nothing");
    // Two that come in another order than they were made in.
    drop(made);
    let mut waiters = [Waiter::new(notify.notified()), Waiter::new(notify.notified())];
    for waiter in waiters.iter_mut().rev() {
        assert_eq!(waiter.poll(), WAITS, "{UNCALLED}");
    }
    notify.notify_one();
    let expected = "wakes of two waiters, where the second was polled first, after one call";
    assert_eq!(wakes(&waiters), [0, 1], "{expected}");
    // One that was made and is dropped leaves all as it was.
    drop(Waiter::new(notify.notified()));
    assert_eq!(wakes(&waiters), [0, 1], "wakes of the two when a third, never polled, is dropped");
}

fn the_newest_waker() {
    let notify = Notify::new();
    let mut waiters = line(&notify, 2);
    let (other_waker, other_wakes) = waker();
    let first = &mut waiters[0];
    assert_eq!(poll(first.future.as_mut(), &other_waker), WAITS, "{UNCALLED}");
    assert_eq!(first.wakes.held(), 0, "copies of the old waker, after a poll with a new one");
    notify.notify_one();
    assert_eq!(first.wakes.count(), 0, "wakes of the old waker");
    assert_eq!(other_wakes.count(), 1, "wakes of the newest waker of the first in line");
    assert_eq!(waiters[1].wakes.count(), 0, "wakes of the second in line");
}

fn a_call_is_passed_on() {
    let notify = Notify::new();
    // Dropped while it waits.
    let mut waiters = line(&notify, 3);
    let dropped = waiters.remove(0).wakes;
    assert_eq!(dropped.count(), 0, "wakes of a waiter that was dropped and never called");
    notify.notify_one();
    assert_eq!(wakes(&waiters), [1, 0], "wakes of those behind a waiter that has left");
    // Dropped when it was called, and before it was polled.
    drop(waiters.remove(0));
    assert_eq!(wakes(&waiters), [1], "wakes of the next, when the one before left with its call");
    // The same, and there is no next one.
    drop(waiters);
    let late = [Waiter::new(notify.notified()).poll(), Waiter::new(notify.notified()).poll()];
    let expected =
        "two waiters that came when the last in line had left with its call, which is kept";
    assert_eq!(late, [CALLED, WAITS], "{expected}");
    // Dropped when it had seen its call.
    let mut waiters = line(&notify, 2);
    notify.notify_one();
    assert_eq!(waiters[0].poll(), CALLED, "the poll of a waiter that was called");
    drop(waiters.remove(0));
    assert_eq!(wakes(&waiters), [0], "wakes of the next, when the one before had used its call");
}

fn all_waiters() {
    let notify = Notify::new();
    let mut waiters = line(&notify, 300);
    notify.notify_waiters();
    assert_eq!(wakes(&waiters), [1; 300], "wakes of the 300 in the line");
    let mut late = line(&notify, 1);
    assert_eq!(waiters[0].poll(), CALLED, "the poll of a waiter that was called with all others");
    drop(waiters);
    let what = "wakes of one that came later, when those that `notify_waiters` called were dropped";
    assert_eq!(wakes(&late), [0], "{what}: they pass on no call");
    assert_eq!(late[0].poll(), WAITS, "the poll of a waiter that came after `notify_waiters`");
    drop(late);
    notify.notify_waiters();
    let next = Waiter::new(notify.notified()).poll();
    assert_eq!(next, WAITS, "a poll of a waiter that came after `notify_waiters` of no line");
}

fn two_tasks() {
    const TURNS: usize = 100;
    let (ping, pong) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (to, from) = (Arc::clone(&ping), Arc::clone(&pong));
    let polls = runtime::run(async move {
        let echo = kettle::spawn(async move {
            for _ in 0..TURNS {
                ping.notified().await;
                pong.notify_one();
            }
        });
        let (serve, polls) = kettle_judge::count::Polls::new(
            async move {
                for _ in 0..TURNS {
                    to.notify_one();
                    from.notified().await;
                }
            },
            10 * TURNS,
        );
        serve.await;
        echo.await.expect("the other task ends, too");
        polls.load(Ordering::SeqCst)
    });
    assert_eq!(polls, TURNS + 1, "polls of a task that waited {TURNS} times");
}

fn a_waker_that_calls() {
    let notify = Arc::new(Notify::new());
    let own = Arc::clone(&notify);
    let caller = calling(move || own.notify_one());
    let wait = || {
        let mut future = Box::pin(notify.notified());
        assert_eq!(poll(future.as_mut(), &caller), WAITS, "{UNCALLED}");
        future
    };
    if_it_hangs("the thread waits for a lock that it holds: a waker was called under it");
    // Called by `notify_one`.
    let first = wait();
    let waiters = line(&notify, 1);
    notify.notify_one();
    assert_eq!(wakes(&waiters), [1], "wakes of the second, which the first one's waker has called");
    drop((first, waiters));
    let kept = |after: &str| {
        assert_eq!(Waiter::new(notify.notified()).poll(), CALLED, "a poll after {after}")
    };
    kept("two calls for two waiters that have left without a poll: one call is kept");
    // Called by a waiter that leaves with its call.
    let waiters = line(&notify, 1);
    let second = wait();
    notify.notify_one();
    drop(waiters);
    kept("a waker has called `notify_one` while the line is empty: the call is kept");
    drop(second);
    kept("the last waiter has left with its call: the call is kept");
    // Called by `notify_waiters`.
    let _third = wait();
    notify.notify_waiters();
    kept("`notify_waiters` has woken one whose waker called `notify_one`: that call is kept");
}

fn a_waker_that_calls_when_dropped() {
    if_it_hangs("a waker was dropped under the lock. Its data's drop calls `notify_one`");
    let notify = Arc::new(Notify::new());
    let wait = || {
        let own = Arc::clone(&notify);
        let caller = dropping(move || own.notify_one());
        let mut future = Box::pin(notify.notified());
        assert_eq!(poll(future.as_mut(), &caller), WAITS, "{UNCALLED}");
        future
    };
    // Replaced by the next poll.
    let mut waiter = wait();
    let (newest, wakes) = waker();
    // (An answer may see the call in the same poll.)
    if poll(waiter.as_mut(), &newest) == WAITS {
        let expected = "wakes of the newest waker, when the drop of the old one has called";
        assert_eq!(wakes.count(), 1, "{expected}");
        assert_eq!(poll(waiter.as_mut(), &newest), CALLED, "the poll after that wake");
    }
    // Dropped with its waiter.
    drop(wait());
    let next = Waiter::new(notify.notified()).poll();
    assert_eq!(next, CALLED, "a poll after a waiter was dropped whose waker called: that is kept");
    // Dropped when it has been called: by `notify_one`, and by `notify_waiters`.
    for all in [false, true] {
        let waiter = wait();
        if all {
            notify.notify_waiters()
        } else {
            notify.notify_one()
        }
        // (An answer may keep the waker of one that was called until that is polled, or leaves.)
        drop(waiter);
        let next = Waiter::new(notify.notified()).poll();
        assert_eq!(next, CALLED, "a poll after a called waiter left, whose waker's drop calls");
        // What `notify_one` gave to the waiter is kept, too. It is used up here.
        let _ = Waiter::new(notify.notified()).poll();
    }
}

fn no_call_is_missed() {
    lock::no_news_is_missed("`notified` is polled", || {
        let notify = Arc::new(Notify::new());
        let own = Arc::clone(&notify);
        (Box::pin(async move { own.notified().await }), move || notify.notify_one())
    });
}

/// A `Notify` and two waiters, perhaps.
struct Place {
    notify: &'static Notify,
    waiters: [RefCell<Option<Waiter<'static, ()>>>; 2],
}

impl Place {
    fn new() -> Place {
        Place { notify: Box::leak(Box::default()), waiters: Default::default() }
    }

    /// Does this, and says what it gave.
    fn step(&self, step: Step) -> Option<String> {
        match step {
            Step::Poll(number) => {
                let mut waiter = self.waiters[number].borrow_mut();
                let polled =
                    waiter.get_or_insert_with(|| Waiter::new(self.notify.notified())).poll();
                *waiter = waiter.take().filter(|_| polled.is_pending());
                return Some(format!("{step} and gives {polled:?}"));
            }
            Step::Drop(number) => drop(self.waiters[number].take()),
            Step::NotifyOne => self.notify.notify_one(),
            Step::NotifyWaiters => self.notify.notify_waiters(),
        }
        Some(step.to_string())
    }

    /// What came of it: how often each waiter was called, whether it waits, and is a call kept? (One that is polled
    /// while `notify_waiters` runs may see its call at once, or have its wake after that poll.)
    fn left(&self, gave: Vec<String>) -> String {
        let ask = |waiter: &RefCell<Option<Waiter<'_, ()>>>| {
            let mut waiter = waiter.borrow_mut();
            waiter.as_mut().map(|waiter| match (waiter.is_woken(), waiter.poll()) {
                (false, CALLED) => "called and not woken",
                (_, CALLED) => "called",
                (_, WAITS) => "waits",
            })
        };
        let (waiters, mut next) =
            (self.waiters.each_ref().map(ask), self.waiters.each_ref().map(RefCell::take));
        next.iter_mut().for_each(|waiter| *waiter = None);
        let kept = Waiter::new(self.notify.notified()).poll();
        let calls = [0, 1].map(|number| {
            let ready = format!("{} and gives {CALLED:?}", Step::Poll(number));
            let seen = gave.iter().filter(|gave| **gave == ready).count();
            seen + usize::from(waiters[number] == Some("called"))
        });
        let besides = waiters.map(|waiter| waiter.filter(|told| *told != "called"));
        format!("calls of waiters 0 and 1: {calls:?}, besides: {besides:?}, a new one: {kept:?}")
    }
}

/// What may have been before: none waits; one does, or two; the first was called, or none was, and a call is kept.
const BEFORE: &[&[Step]] = &[
    &[],
    &[Step::NotifyOne],
    &[Step::Poll(0)],
    &[Step::Poll(0), Step::Poll(1)],
    &[Step::Poll(0), Step::NotifyOne],
    &[Step::Poll(0), Step::Poll(1), Step::NotifyOne],
];

fn in_turn() {
    let steps = [Step::Poll(0), Step::Drop(0), Step::Poll(1), Step::NotifyOne, Step::NotifyWaiters];
    // One waiter isn't polled, and dropped, by two.
    let not_by_two = |one, other| match (one, other) {
        (Step::Poll(own) | Step::Drop(own), Step::Poll(its) | Step::Drop(its)) => own == its,
        _ => false,
    };
    lock::each_two_in_turn(BEFORE, &steps, not_by_two, Place::new, Place::step, Place::left);
}

/// Joins the line again when it is woken: polls a new `notified()` once, with the same waker.
struct Rejoins {
    notify: Arc<Notify>,
    wakes: AtomicUsize,
}

/// How many wait.
const MANY: usize = 100;

/// So many wakes, and it joins no more: an answer that calls all newcomers, too, comes to an end.
const ENOUGH: usize = 1_000;

type Again = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// What has joined again, and waits. It isn't in the waker, so it need not be `Send`, and it is
    /// leaked: no drop passes on a call, after a check that has failed.
    static AGAIN: RefCell<Vec<&'static mut Again>> = RefCell::default();
}

impl Wake for Rejoins {
    fn wake(self: Arc<Self>) {
        if self.wakes.fetch_add(1, Ordering::SeqCst) < ENOUGH {
            let notify = Arc::clone(&self.notify);
            let again: Again = Box::pin(async move { notify.notified().await });
            let again = Box::leak(Box::new(again));
            if poll(again.as_mut(), &Waker::from(self)) == WAITS {
                AGAIN.with_borrow_mut(|waiters| waiters.push(again));
            }
        }
    }
}

fn a_waker_that_waits_again() {
    let notify = Arc::new(Notify::new());
    let rejoins = Arc::new(Rejoins { notify: Arc::clone(&notify), wakes: AtomicUsize::new(0) });
    let waker = Waker::from(Arc::clone(&rejoins));
    let mut waiters = [(); MANY].map(|()| Box::pin(notify.notified()));
    for waiter in &mut waiters {
        assert_eq!(poll(waiter.as_mut(), &waker), WAITS, "{UNCALLED}");
    }
    if_it_hangs("the thread waits for a lock that it holds: a waker was called under it");
    for (calls, expected) in [(1, MANY), (2, 2 * MANY)] {
        notify.notify_waiters();
        let woken = rejoins.wakes.load(Ordering::SeqCst);
        let what =
            "wakes of a hundred waiters, each of which joins the line again when it is woken";
        assert_eq!(woken, expected, "{what} (calls of `notify_waiters`: {calls})");
    }
    for waiter in &mut waiters {
        assert_eq!(poll(waiter.as_mut(), &waker), CALLED, "the poll of one that was in the line");
    }
    let again = AGAIN.take();
    let polls: Vec<_> = again.into_iter().map(|waiter| poll(waiter.as_mut(), &waker)).collect();
    let what = "those that joined during the first call, and those that did during the second";
    assert_eq!(polls, [[CALLED; MANY], [WAITS; MANY]].concat(), "{what}");
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Polls this waiter; a new one if there is none.
    Poll(usize),
    Drop(usize),
    NotifyOne,
    NotifyWaiters,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Poll(number) => write!(f, "waiter {number} is polled"),
            Step::Drop(number) => write!(f, "waiter {number} is dropped"),
            Step::NotifyOne => write!(f, "`notify_one` is called"),
            Step::NotifyWaiters => write!(f, "`notify_waiters` is called"),
        }
    }
}

const STEPS: &[Step] = &[
    Step::Poll(0),
    Step::Poll(1),
    Step::Poll(2),
    Step::NotifyOne,
    Step::NotifyOne,
    Step::NotifyWaiters,
    Step::Drop(0),
    Step::Drop(1),
    Step::Drop(2),
];

/// What is expected of one waiter.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Waits,
    CalledAlone,
    CalledWithAll,
}

/// The contract, in the slowest way: a list of the waiters' numbers in the order of arrival.
#[derive(Default)]
struct Model {
    waiters: Vec<(usize, Expect)>,
    permit: bool,
}

impl Model {
    fn call(&mut self) {
        match self.waiters.iter_mut().find(|(_, expect)| *expect == Expect::Waits) {
            Some((_, expect)) => *expect = Expect::CalledAlone,
            None => self.permit = true,
        }
    }

    fn call_all(&mut self) {
        for (_, expect) in self.waiters.iter_mut().filter(|(_, expect)| *expect == Expect::Waits) {
            *expect = Expect::CalledWithAll;
        }
    }

    fn remove(&mut self, number: usize) -> Option<Expect> {
        let at = self.waiters.iter().position(|(other, _)| *other == number)?;
        Some(self.waiters.remove(at).1)
    }

    /// Is the waiter ready?
    fn poll(&mut self, number: usize) -> bool {
        match self.waiters.iter().find(|(other, _)| *other == number) {
            Some((_, Expect::Waits)) => false,
            Some(_) => self.remove(number).is_some(),
            None if self.permit => std::mem::take(&mut self.permit),
            None => {
                self.waiters.push((number, Expect::Waits));
                false
            }
        }
    }

    fn leave(&mut self, number: usize) {
        if self.remove(number) == Some(Expect::CalledAlone) {
            self.call();
        }
    }
}

fn ten_thousand_schedules() {
    schedules(&vec(select(STEPS), 0..16), |steps: Sequence<Step>, wakers| {
        let notify = Notify::new();
        let mut waiters: [Option<Waiter<'_, ()>>; 3] = Default::default();
        let mut model = Model::default();
        for step in steps {
            play(step, &notify, &mut waiters, &mut model, wakers);
            for (number, expect) in model.waiters.iter().filter(|_| wakers.tell_apart()) {
                let woken = waiters[*number].as_ref().map(|waiter| waiter.wakes.count());
                let expected = usize::from(*expect != Expect::Waits);
                assert_eq!(woken, Some(expected), "wakes of waiter {number} after {step:?}");
            }
        }
    });
}

fn play<'a>(
    step: Step,
    notify: &'a Notify,
    waiters: &mut [Option<Waiter<'a, ()>>; 3],
    model: &mut Model,
    wakers: &Wakers,
) {
    match step {
        Step::Poll(number) => {
            let new = || Waiter::of(notify.notified(), wakers);
            let waiter = waiters[number].get_or_insert_with(new);
            let expected = if model.poll(number) { Poll::Ready(()) } else { Poll::Pending };
            let got = waiter.poll();
            assert_eq!(got, expected, "a poll of waiter {number}");
            if got.is_ready() {
                waiters[number] = None;
            }
        }
        Step::Drop(number) => {
            model.leave(number);
            wakers.drop(waiters[number].take());
        }
        Step::NotifyOne => {
            model.call();
            notify.notify_one();
        }
        Step::NotifyWaiters => {
            model.call_all();
            notify.notify_waiters();
        }
    }
}
