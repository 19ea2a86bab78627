//! What an engine must do after the fix of `overslept`. (What else the wheel promises is asked by
//! the exercise `timer-wheel`.)

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use kettle_judge::count::{Wakes, waker};
use kettle_judge::{Check, check, cost, expect};

use crate::inbox::{Inbox, Unpark};
use crate::time::wheel::Wheel;
use crate::time::{Time, Timer};

pub const CHECKS: &[Check] = &[
    check!(an_old_key_finds_nothing => "the key of a timer that has fired finds nothing, ever"),
    check!(dropped_after_it_fired => "dropping a timer that has fired doesn't remove another timer"),
    check!(polled_after_it_fired => "polling a timer that has fired doesn't take another timer's place"),
    check!(asked_after_it_fired => "a timer that has fired says so, whichever timer has its place by then"),
    check!(entries_are_used_again => "a place that has become free is used again"),
    check!(found_among_many => "finding a timer costs the same among few and among many"),
];

const MINUTE: Duration = Duration::from_secs(60);

/// A runtime's timers, with a virtual clock and without a runtime: each step is the check's own.
struct Clockwork {
    time: Arc<Time>,
}

impl Clockwork {
    fn new() -> Clockwork {
        let selector = mio::Poll::new().expect("a selector");
        let waker = mio::Waker::new(selector.registry(), mio::Token(0)).expect("its waker");
        let (inbox, _) = Inbox::new(Arc::new(Unpark::new(waker)));
        Clockwork { time: Time::new(true, inbox, Arc::default()) }
    }

    fn timer(&self, after: Duration) -> Timer {
        Timer::of(self.time.clone(), self.time.clock.now() + after)
    }

    /// Time passes, and what is due fires.
    fn advance(&self, by: Duration) {
        self.time.change_clock(|clock| clock.advance(by));
        while self.time.fire() {}
    }
}

/// A wheel that nothing records.
fn new<T>() -> Wheel<T> {
    Wheel::new(Arc::default())
}

/// What a wheel fires when its hand moves to `now`.
fn due<T>(wheel: &mut Wheel<T>, now: u64) -> Vec<T> {
    let mut due = Vec::new();
    wheel.advance(now);
    wheel.take_due(usize::MAX, |value| due.push(value));
    due
}

fn an_old_key_finds_nothing() {
    for late in [0, 1, 100] {
        let mut wheel = new();
        let old = wheel.insert(5, "old");
        assert_eq!(due(&mut wheel, 5 + late), ["old"], "what is due at tick {}", 5 + late);
        assert_eq!(wheel.get_mut(old), None, "what its key finds while its place is free");
        let new = wheel.insert(200, "new");
        assert_eq!(wheel.get_mut(old), None, "what its key finds when another has its place");
        assert_eq!(wheel.cancel(old), None, "what is cancelled by its key");
        assert_eq!(wheel.len(), 1, "timers that wait after that");
        assert_eq!(wheel.cancel(new), Some("new"), "what is cancelled by the other one's key");
    }
    // However far the deadlines are apart.
    for exponent in 0..60 {
        let mut wheel = new();
        let old = wheel.insert(5, "old");
        due(&mut wheel, 5);
        let new = wheel.insert(5 + (1 << exponent), "new");
        let found = [old, new].map(|key| wheel.get_mut(key).copied());
        assert_eq!(found, [None, Some("new")], "what the two keys find, 2^{exponent} ticks apart");
    }
    // However often its place was used again.
    let mut wheel = new();
    let old = wheel.insert(1, 1);
    due(&mut wheel, 1);
    for tick in 2..70_000 {
        let key = wheel.insert(tick, tick);
        let found = [old, key].map(|key| wheel.get_mut(key).copied());
        assert_eq!(found, [None, Some(tick)], "what two keys find, where {tick} had one place");
        due(&mut wheel, tick);
    }
    // Both deadlines have passed, and the new one has not fired yet.
    let mut wheel = new();
    let old = wheel.insert(5, "old");
    assert_eq!(due(&mut wheel, 5), ["old"], "what is due at tick 5");
    wheel.insert(200, "new");
    wheel.advance(300);
    assert_eq!(wheel.get_mut(old), None, "what its key finds when its place is another's");
}

/// A timer, the waker that it is polled with, and its count.
struct Sleeper {
    timer: Timer,
    waker: Waker,
    wakes: Arc<Wakes>,
}

impl Sleeper {
    /// It begins to wait, until so many minutes from now.
    fn new(clockwork: &Clockwork, minutes: u32) -> Sleeper {
        let (waker, wakes) = waker();
        let mut sleeper = Sleeper { timer: clockwork.timer(MINUTE * minutes), waker, wakes };
        assert!(!sleeper.poll(), "a timer is ready before it is due");
        sleeper
    }

    fn poll(&mut self) -> bool {
        self.timer.poll(&mut Context::from_waker(&self.waker)).is_ready()
    }

    fn wakes(&self) -> usize {
        self.wakes.count()
    }
}

/// One whose timer has fired, and one that has got its place since then.
fn old_and_new(clockwork: &Clockwork) -> (Sleeper, Sleeper) {
    let old = Sleeper::new(clockwork, 10);
    clockwork.advance(MINUTE * 10);
    assert_eq!(old.wakes(), 1, "wakes of the old one, which was due");
    (old, Sleeper::new(clockwork, 5))
}

fn dropped_after_it_fired() {
    let clockwork = Clockwork::new();
    let (old, mut new) = old_and_new(&clockwork);
    drop(old);
    assert_eq!(
        clockwork.time.timers.lock().wheel.len(),
        1,
        "timers that wait when the fired one is dropped"
    );
    clockwork.advance(MINUTE * 5);
    assert_eq!(new.wakes(), 1, "wakes of the new one when it is due");
    assert!(new.poll(), "the new one is due, but isn't ready");
}

fn polled_after_it_fired() {
    let clockwork = Clockwork::new();
    let (mut old, mut new) = old_and_new(&clockwork);
    assert!(old.poll(), "the old one has fired, but isn't ready");
    assert!(!new.poll(), "the new one isn't due yet, but is ready");
    drop(old);
    clockwork.advance(MINUTE * 5);
    assert_eq!(new.wakes(), 1, "wakes of the new one when it is due");
    assert!(new.poll(), "the new one is due, but isn't ready");
}

fn asked_after_it_fired() {
    let clockwork = Clockwork::new();
    let (mut old, mut new) = old_and_new(&clockwork);
    assert!(old.timer.is_elapsed(), "the old one has fired, but says it hasn't");
    assert!(!new.timer.is_elapsed(), "the new one isn't due yet, but says it has fired");
    // To another deadline: it waits again when it is polled.
    old.timer.reset(clockwork.time.clock.now() + MINUTE * 20);
    clockwork.advance(MINUTE * 5);
    assert_eq!((old.wakes(), new.wakes()), (1, 1), "wakes of both when the new one is due");
    assert!(new.poll(), "the new one is due, but isn't ready");
    assert!(!old.poll(), "the old one was moved, but is ready before its new deadline");
    clockwork.advance(MINUTE * 15);
    assert_eq!(old.wakes(), 2, "wakes of the old one when its new deadline has come");
}

fn entries_are_used_again() {
    let mut wheel = new();
    let mut fired = 0;
    wheel.insert(1 << 40, ()); // so that it is never empty
    for tick in 1..=10_000 {
        wheel.insert(tick, ());
        let other = wheel.insert(tick + 1_000_000, ());
        wheel.cancel(other);
        fired += due(&mut wheel, tick).len();
    }
    assert_eq!(fired, 10_000, "how many were due");
    let room = wheel.capacity();
    assert!(room <= 64, "three waited at a time, and the wheel has room for {room}");
    let mut wheel = new();
    (0..1_000).for_each(|_| _ = wheel.insert(1, ()));
    due(&mut wheel, 1);
    let room = wheel.capacity();
    assert!(room <= 64, "a thousand have fired, none waits, and the wheel has room for {room}");
}

fn found_among_many() {
    // A search goes past a thousand times as many.
    const MOST: u128 = 50;
    let finds = |crowd: usize| {
        let mut wheel = new();
        let keys: Vec<_> = (0..crowd).map(|_| wheel.insert(5_000, ())).collect();
        let begin = Instant::now();
        (0..500).for_each(|_| assert!(wheel.get_mut(keys[crowd / 2]).is_some(), "not found"));
        begin.elapsed()
    };
    let ratio = cost::ratio(MOST, || finds(40), || finds(40_000));
    let what = "the time to find a timer among 40,000 with its deadline, if among 40 it is 1";
    expect(ratio <= MOST, what, ratio, "about 1; above 50 it looks at the others");
}
