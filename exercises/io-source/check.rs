//! What the answer of `io-source` must do.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::hint;
use std::io::{self, Read as _, Write as _};
use std::net;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use kettle_judge::count::{Polls, dropping, reaches, waker};
use kettle_judge::lock::{self, with_gap};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy};
use kettle_judge::proptest::prop_oneof;
use kettle_judge::{Check, check, cost, expect, if_it_hangs, property};
use mio::net::TcpStream;

use crate::event::Direction::{self, Error, Priority, Read, Write};
use crate::io::readiness::{CLOSED, ERROR, READY, Seen, SourceState, SourceWaiter, bits_of};
use crate::{Config, Interest, Runtime, Source, spawn};

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

pub const CHECKS: &[Check] = &[
    check!(each_direction_for_itself => "reading and writing are believed ready, cleared and waited for separately"),
    check!(all_four_directions => "priority data and errors are waited for and reported as data are"),
    check!(the_newest_waker => "of each waiting task the waker of the latest poll is called, once"),
    check!(a_report_in_between => "a clear takes away what was seen before the try, nothing newer"),
    check!(the_end_is_not_lost => "the end of a stream that came together with data is found"),
    check!(in_any_order => "however arrivals, reports and tries mix, everything is read in the end"),
    check!(a_report_of_writing => "a report of writing wakes no reader, and stops one clear at most"),
    check!(one_that_leaves => "a future that is dropped leaves the list, and takes no other with it"),
    check!(used_up_by_another => "a future that waits for a report ends by it alone, also if another task has used it up"),
    check!(a_waker_that_is_dropped => "no waker is cloned or dropped under a lock: it may need that lock"),
    check!(the_runtime_ends => "after the end of the runtime waiting is an error, and trying is not"),
    check!(at_every_moment => "whatever another thread does between two locks, no report is lost"),
    check!(no_report_is_missed => "a report from another thread is seen by the poll, or wakes the task"),
    check!(over_a_socket => "four megabytes go there and back over one socket, in two tasks"),
];

/// Looks, and waits in the place of the `poll_*` methods if there is nothing. Is it ready?
fn ready(state: &SourceState, direction: Direction, waker: &Waker) -> bool {
    match state.poll_newest(direction, &mut Context::from_waker(waker)) {
        Poll::Ready(seen) => seen.is_ok(),
        Poll::Pending => false,
    }
}

/// The same in the list.
fn listed_ready(waiter: &mut SourceWaiter<'_>, waker: &Waker) -> bool {
    waiter.poll(&mut Context::from_waker(waker)).is_ready()
}

/// What the reactor does: it reports, and then wakes. How many?
fn report(state: &SourceState, direction: Direction, bits: usize) -> usize {
    // The reactor has some of other sources already.
    let mut due = VecDeque::from([Waker::noop().clone()]);
    state.report(bits_of(direction, bits), &mut due);
    let count = due.len();
    assert!(count > 0, "what other sources had given the reactor to wake is gone");
    due.into_iter().for_each(Waker::wake);
    count - 1
}

/// A try of both directions has said `WouldBlock`.
fn cleared() -> SourceState {
    let state = SourceState::new();
    for direction in [Read, Write] {
        state.would_block(state.look(direction));
    }
    state
}

fn each_direction_for_itself() {
    let ((reader, reads), (writer, sent)) = (waker(), waker());
    let state = SourceState::new();
    assert!(ready(&state, Read, &reader), "a new source waits, though there was no try yet");
    assert!(ready(&state, Write, &writer), "a new source waits, though there was no try yet");
    state.would_block(state.look(Read));
    assert!(!ready(&state, Read, &reader), "reading is ready after a read said `WouldBlock`");
    assert!(ready(&state, Write, &writer), "a read's `WouldBlock` has cleared writing");
    state.would_block(state.look(Write));
    assert!(!ready(&state, Write, &writer), "writing is ready after a write said `WouldBlock`");
    // Both wait now, the writer since later.
    report(&state, Read, READY);
    let woken = (reads.count(), sent.count());
    assert_eq!(woken, (1, 0), "wakes of the reader and of the writer, when reading was reported");
    assert!(ready(&state, Read, &reader), "reading is not ready after its report");
    report(&state, Write, READY);
    let woken = (reads.count(), sent.count());
    assert_eq!(woken, (1, 1), "wakes of the two, when writing was reported too");
    state.would_block(state.look(Read));
    assert!(ready(&state, Write, &writer), "writing is not ready after its report");
}

fn all_four_directions() {
    let state = SourceState::new();
    for direction in [Priority, Error] {
        let ((waiter, wakes), (listed, in_list)) = (waker(), waker());
        let mut future = SourceWaiter::new(&state, direction);
        let is_ready = ready(&state, direction, &waiter) || listed_ready(&mut future, &listed);
        assert!(!is_ready, "{direction:?} is ready before its report: no try could tell it isn't");
        report(&state, Read, READY);
        let others = [Priority, Error].into_iter().filter(|other| *other != direction);
        others.for_each(|other| _ = report(&state, other, READY));
        let woken = (wakes.count(), in_list.count());
        assert_eq!(woken, (0, 0), "wakes of tasks that wait for {direction:?} by other reports");
        report(&state, direction, READY);
        let woken = (wakes.count(), in_list.count());
        assert_eq!(woken, (1, 1), "wakes of tasks that wait for {direction:?} by its report");
        [Priority, Error]
            .into_iter()
            .for_each(|direction| state.would_block(state.look(direction)));
    }
    let all = [Read, Write, Priority, Error];
    for cleared in all {
        all.iter().for_each(|direction| _ = report(&state, *direction, READY));
        state.would_block(state.look(cleared));
        let is_ready = all.map(|direction| state.look(direction).has(READY));
        let right = all.map(|direction| direction != cleared);
        assert_eq!(is_ready, right, "which of {all:?} are ready when {cleared:?} was cleared");
    }
    let waiters = all.map(|direction| {
        state.would_block(state.look(direction));
        let (waiter, wakes) = waker();
        assert!(!ready(&state, direction, &waiter), "{direction:?} is ready after `WouldBlock`");
        (direction, wakes)
    });
    let mut due = VecDeque::new();
    state.end(&mut due);
    due.into_iter().for_each(Waker::wake);
    for (direction, wakes) in waiters {
        assert_eq!(wakes.count(), 1, "wakes of a wait for {direction:?}, by the runtime's end");
    }
}

fn the_newest_waker() {
    let ((first, firsts), (second, seconds)) = (waker(), waker());
    let state = cleared();
    assert!(!ready(&state, Read, &first) && !ready(&state, Read, &second), "{NOT_YET}");
    assert_eq!(firsts.held(), 0, "wakers of the first caller that are kept, once another has come");
    assert_eq!(report(&state, Read, READY), 1, "wakers to call in the `poll_*` methods' place");
    let woken = (firsts.count(), seconds.count());
    assert_eq!(woken, (0, 1), "wakes of the first caller, and of the later one");
    assert_eq!(report(&state, Read, READY), 0, "wakers to call after a second report");

    // Three futures; the first is handed to another task.
    let (state, (third, thirds)) = (cleared(), waker());
    let mut waiters = [Read; 3].map(|direction| SourceWaiter::new(&state, direction));
    for (waiter, waker) in waiters.iter_mut().zip([&first, &first, &third]) {
        assert!(!listed_ready(waiter, waker), "{NOT_YET}");
    }
    assert!(!listed_ready(&mut waiters[0], &second), "{NOT_YET}");
    assert_eq!(firsts.held(), 1, "wakers of the first task that are kept: it has one future left");
    assert_eq!(report(&state, Read, READY), 3, "wakers to call of three futures in the list");
    let woken = (firsts.count(), seconds.count(), thirds.count());
    assert_eq!(woken, (1, 2, 1), "wakes of the three tasks");

    // A task by its own waker, then a combinator inside it.
    let (state, (other, others)) = (cleared(), waker());
    let mut waiter = SourceWaiter::new(&state, Read);
    Runtime::with(Config::default()).expect("a runtime").block_on(poll_fn(|cx| {
        for waker in [cx.waker(), &other] {
            let is_ready = ready(&state, Read, waker) || listed_ready(&mut waiter, waker);
            assert!(!is_ready, "{NOT_YET}");
        }
        Poll::Ready(())
    }));
    report(&state, Read, READY);
    let both =
        "wakes by one report of a waker that polled last, inside a task: by `poll_*`, in the list";
    assert_eq!(others.count(), 2, "{both}");

    // One waits in the place of the `poll_*` methods, and one in the list.
    let (state, (newest, wakes), (listed, in_list)) = (cleared(), waker(), waker());
    let mut waiter = SourceWaiter::new(&state, Read);
    assert!(!ready(&state, Read, &newest) && !listed_ready(&mut waiter, &listed), "{NOT_YET}");
    report(&state, Read, READY);
    let woken = (wakes.count(), in_list.count());
    assert_eq!(woken, (1, 1), "wakes by one report of two that wait: by `poll_*`, in the list");
}

fn a_report_in_between() {
    let (reader, _) = waker();
    for clear in [SourceState::would_block, SourceState::drained] {
        let state = cleared();
        for reports in [1, 2, 16, 256] {
            report(&state, Read, READY);
            let seen = state.look(Read);
            // The try runs. It finds nothing more; now data arrive, and are reported; then it clears.
            (0..reports).for_each(|_| _ = report(&state, Read, READY));
            clear(&state, seen);
            let is_ready = ready(&state, Read, &reader);
            assert!(is_ready, "what was reported after the look ({reports} times) was cleared");
        }
        clear(&state, state.look(Read));
        assert!(!ready(&state, Read, &reader), "what was seen after the report is not cleared");
    }
}

fn a_report_of_writing() {
    let ((reader, reads), (listed, in_list)) = (waker(), waker());
    let state = cleared();
    let mut waiter = SourceWaiter::new(&state, Read);
    assert!(!ready(&state, Read, &reader) && !listed_ready(&mut waiter, &listed), "{NOT_YET}");
    report(&state, Write, READY);
    let woken = (reads.count(), in_list.count());
    assert_eq!(woken, (0, 0), "wakes of readers by a report of writing: by `poll_*`, in the list");
    assert!(!ready(&state, Read, &reader), "reading is ready after a report of writing");
    report(&state, Read, READY);
    let woken = (reads.count(), in_list.count());
    assert_eq!(woken, (1, 1), "wakes of readers by a report of reading: by `poll_*`, in the list");
    let seen = state.look(Read);
    report(&state, Write, READY);
    state.would_block(seen);
    // If that was not cleared, another try finds nothing either.
    state.would_block(state.look(Read));
    assert!(
        !ready(&state, Read, &reader),
        "`WouldBlock` clears nothing, though no report came since the look: the task spins"
    );
}

const NOT_YET: &str = "is a direction ready, of which nothing was reported, or all was taken since?\n  came:     ready\n  \
                       expected: not ready, and the waker is kept. A report counts for its own direction alone, and until \
                       it is cleared";

fn the_end_is_not_lost() {
    let (reader, reads) = waker();
    for (own, other) in [(Read, Write), (Write, Read)] {
        for (bits, what) in [(CLOSED, "the end alone"), (ERROR, "an error alone")] {
            let (state, before) = (cleared(), reads.count());
            let mut waiter = SourceWaiter::new(&state, own);
            assert!(
                !ready(&state, own, &reader) && !listed_ready(&mut waiter, &reader),
                "{NOT_YET}"
            );
            report(&state, own, bits);
            let woken = reads.count() - before;
            assert_eq!(woken, 2, "wakes of two, by `poll_*` and in the list, by {what} ({own:?})");
            let is_ready = (ready(&state, own, &reader), listed_ready(&mut waiter, &reader));
            assert_eq!(is_ready, (true, true), "is {what} a reason to try? ({own:?})");
            // It is the end of this direction, and not of the other.
            report(&state, other, READY);
            state.drained(state.look(other));
            let is_ready = ready(&state, other, &reader);
            assert!(!is_ready, "{other:?} is ready after all was taken, by {what} of {own:?}");
        }
    }
    for bits in [CLOSED, ERROR] {
        let state = cleared();
        report(&state, Read, bits);
        report(&state, Read, READY);
        state.drained(state.look(Read));
        let is_ready = ready(&state, Read, &reader);
        assert!(is_ready, "{bits:#05b} was reported, then data, and a short read took both away");
    }
    for (bits, stays) in [(READY, false), (READY | CLOSED, true), (READY | ERROR, true)] {
        let state = cleared();
        report(&state, Read, bits);
        let seen = state.look(Read);
        assert_eq!((seen.has(READY), seen.has(CLOSED | ERROR)), (true, stays), "what is seen");
        state.drained(seen);
        let is_ready = ready(&state, Read, &reader);
        assert_eq!(is_ready, stays, "ready, after a short read that had seen {bits:#05b}");
        // The system's own word. If something stayed, a task would try again and again.
        state.would_block(state.look(Read));
        let is_ready = ready(&state, Read, &reader);
        assert!(!is_ready, "ready, after `WouldBlock` to a read that had seen {bits:#05b}");
    }
    run(async {
        let (near, far) = pair();
        let (near, mut far) = (Source::new(near, BOTH).expect("a source"), Some(far));
        // The first read finds nothing. Then five bytes and the end come at once.
        let mut got = Vec::new();
        poll_fn(|cx| {
            let polled = poll_read(&near, cx, &mut got);
            if let Some(mut far) = far.take() {
                assert!(polled.is_pending(), "there is nothing yet, and it is ready");
                far.write_all(b"water").expect("room for five bytes");
            }
            polled
        })
        .await
        .expect("a read");
        assert_eq!(got, b"water", "what a read gave, when five bytes and the end had come at once");
        let end = poll_fn(|cx| poll_read(&near, cx, &mut got)).await.expect("a read");
        assert_eq!(end, 0, "bytes read at the end of the stream");
    });
}

/// One thing that happens to a socket, or one step of its reader.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// So many bytes come in. The selector will report it.
    Arrive(usize),
    /// The other side closes. The selector will report it.
    Close,
    /// The selector reports, once, what has changed since the last time.
    Report,
    /// The reader goes on by one step: it looks (and may wait), or tries, or says how that went.
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1..=5_usize).prop_map(Step::Arrive),
        1 => Just(Step::Close),
        3 => Just(Step::Report),
        6 => Just(Step::Read),
    ]
}

/// A socket, as the system has it.
#[derive(Debug, Default)]
struct Socket {
    bytes: usize,
    closed: bool,
    /// Something has changed since the last report.
    changed: bool,
}

/// How far a reader is that asks for four bytes at a time.
#[derive(Default)]
enum Reader {
    #[default]
    Looks,
    Tries(Seen),
    WouldBlock(Seen),
    Short(Seen),
    AtTheEnd,
}

impl Socket {
    fn report(&mut self, state: &SourceState) {
        if self.changed {
            self.changed = false;
            let ready = if self.bytes > 0 || self.closed { READY } else { 0 };
            report(state, Read, ready | if self.closed { CLOSED } else { 0 });
        }
    }

    fn read(&mut self, seen: Seen) -> Reader {
        let taken = self.bytes.min(4);
        self.bytes -= taken;
        match taken {
            4 => Reader::Looks,
            0 if self.closed => Reader::AtTheEnd,
            0 => Reader::WouldBlock(seen),
            _ => Reader::Short(seen),
        }
    }
}

impl Reader {
    fn step(self, state: &SourceState, socket: &mut Socket) -> Reader {
        match self {
            Reader::Looks => {
                let mut cx = Context::from_waker(Waker::noop());
                match state.poll_newest(Read, &mut cx) {
                    Poll::Ready(seen) => Reader::Tries(seen.expect("the runtime lives")),
                    Poll::Pending => Reader::Looks,
                }
            }
            Reader::Tries(seen) => socket.read(seen),
            Reader::WouldBlock(seen) => {
                state.would_block(seen);
                Reader::Looks
            }
            Reader::Short(seen) => {
                state.drained(seen);
                Reader::Looks
            }
            Reader::AtTheEnd => Reader::AtTheEnd,
        }
    }
}

fn in_any_order() {
    property(2_000, &vec(step(), 1..30), |steps| {
        let (state, mut socket, mut reader) =
            (SourceState::new(), Socket::default(), Reader::default());
        for step in steps {
            match step {
                Step::Arrive(_) | Step::Close if socket.closed => {}
                Step::Arrive(bytes) => {
                    (socket.bytes, socket.changed) = (socket.bytes + bytes, true)
                }
                Step::Close => (socket.closed, socket.changed) = (true, true),
                Step::Report => socket.report(&state),
                Step::Read => reader = reader.step(&state, &mut socket),
            }
        }
        // Nothing more comes. The selector reports what it has not yet, and the reader goes on.
        socket.report(&state);
        for _ in 0..300 {
            reader = reader.step(&state, &mut socket);
        }
        let at_the_end = matches!(reader, Reader::AtTheEnd);
        assert_eq!(socket.bytes, 0, "bytes in the socket while the reader waits for a report");
        assert_eq!(at_the_end, socket.closed, "the reader has come to the end; the stream has one");
    });
}

fn one_that_leaves() {
    let ((first, firsts), (second, seconds)) = (waker(), waker());
    let state = cleared();
    let mut leaves = SourceWaiter::new(&state, Read);
    let mut stays = SourceWaiter::new(&state, Read);
    assert!(!listed_ready(&mut leaves, &first) && !listed_ready(&mut stays, &second), "{NOT_YET}");
    drop(leaves);
    assert_eq!(firsts.held(), 0, "wakers that are kept of a future that was dropped");
    assert_eq!(report(&state, Read, READY), 1, "wakers to call, when one of two has left");
    assert_eq!((firsts.count(), seconds.count()), (0, 1), "wakes of the two");

    // This one has waited before a report, and is dropped only after another has come.
    let state = cleared();
    let mut before = SourceWaiter::new(&state, Read);
    assert!(!listed_ready(&mut before, &first), "{NOT_YET}");
    report(&state, Read, READY);
    state.would_block(state.look(Read));
    let mut after = SourceWaiter::new(&state, Read);
    assert!(!listed_ready(&mut after, &second), "{NOT_YET}");
    drop(before);
    assert_eq!(report(&state, Read, READY), 1, "wakers to call, when an earlier one has left");
    assert_eq!((firsts.count(), seconds.count()), (1, 2), "wakes of the two");

    // Three, of which the first two leave, and the last is given to another task.
    let (state, (third, thirds)) = (cleared(), waker());
    let mut waiters: VecDeque<_> = (0..3).map(|_| SourceWaiter::new(&state, Read)).collect();
    assert!(waiters.iter_mut().all(|waiter| !listed_ready(waiter, &third)), "{NOT_YET}");
    waiters.pop_front();
    assert_eq!(thirds.held(), 2, "wakers that are kept, when one of three has left");
    waiters.pop_front();
    assert!(!listed_ready(&mut waiters[0], &second), "{NOT_YET}");
    assert_eq!((thirds.held(), seconds.held()), (0, 1), "wakers kept of those before, and of it");
    report(&state, Read, READY);
    assert_eq!((thirds.count(), seconds.count()), (0, 3), "wakes when two of three have left");

    // Many.
    let mut waiters: Vec<_> = (0..3_000).map(|_| SourceWaiter::new(&state, Write)).collect();
    assert!(waiters.iter_mut().all(|waiter| !listed_ready(waiter, &third)), "{NOT_YET}");
    assert_eq!(report(&state, Write, READY), 3_000, "wakers to call of 3,000 side by side");

    // An entry without a waker can't be counted from outside. But a report looks at each.
    let ratio = cost::ratio(MOST, || reports_after(4), || reports_after(4_000));
    expect(
        ratio <= MOST,
        "what a report takes when 4,000 futures have waited and are gone, if 1 is after 4 of them",
        ratio,
        "about 1; above 10 it looks at what they have left",
    );
}

/// If each leaves an entry, a report takes hundreds of times as long.
const MOST: u128 = 10;

/// How long a hundred reports take when so many futures have waited and were dropped, with their
/// wakers or after a report had taken these.
fn reports_after(dropped: usize) -> Duration {
    let state = cleared();
    for k in 0..dropped {
        let mut waiter = SourceWaiter::new(&state, Read);
        listed_ready(&mut waiter, Waker::noop());
        if k % 2 == 0 {
            report(&state, Read, READY);
            state.would_block(state.look(Read));
        }
    }
    let begin = Instant::now();
    for _ in 0..100 {
        report(&state, Read, READY);
    }
    begin.elapsed()
}

fn used_up_by_another() {
    let (state, (first, firsts), (second, seconds)) = (cleared(), waker(), waker());
    let (mut tries, mut asks) = (SourceWaiter::new(&state, Read), SourceWaiter::new(&state, Read));
    assert!(!listed_ready(&mut tries, &first), "{NOT_YET}");
    for (poll, waker) in [(1, &first), (2, &second), (3, &second)] {
        let reported = asks.poll_report(&mut Context::from_waker(waker)).is_ready();
        assert!(!reported, "`poll_report` is ready in poll {poll}, and nothing was reported");
    }
    report(&state, Read, READY);
    assert_eq!((firsts.count(), seconds.count()), (1, 1), "wakes of two by one report");
    state.would_block(state.look(Read));
    assert!(!listed_ready(&mut tries, &first), "`poll` is ready, though all was used up");
    let reported = asks.poll_report(&mut Context::from_waker(&second));
    assert!(matches!(reported, Poll::Ready(Ok(_))), "`poll_report` waits on after its report");
}

fn a_waker_that_is_dropped() {
    // Each uses the source when it goes.
    let last = |state: &'static SourceState| dropping(move || _ = report(state, Read, READY));
    if_it_hangs("the thread waits for a lock that it holds: a waker was dropped under it");
    // Replaced by another task's.
    let state = lasting();
    assert!(!ready(state, Read, &last(state)), "{NOT_YET}");
    ready(state, Read, Waker::noop());
    assert!(ready(state, Read, Waker::noop()), "the old waker has reported when it was dropped");
    let state = lasting();
    let mut waiter = SourceWaiter::new(state, Read);
    assert!(!listed_ready(&mut waiter, &last(state)), "{NOT_YET}");
    listed_ready(&mut waiter, Waker::noop());
    let listed = |cx: &mut Context<'_>| {
        let mut waiter = SourceWaiter::new(lasting(), Read);
        waiter.poll(cx).map(drop)
    };
    lock::clones_under_no_lock(Box::pin(poll_fn(listed)));
    let state = lasting();
    lock::clones_under_no_lock(Box::pin(poll_fn(|cx| state.poll_newest(Read, cx).map(drop))));
    // Dropped with its future.
    let state = lasting();
    let mut waiter = SourceWaiter::new(state, Read);
    assert!(!listed_ready(&mut waiter, &last(state)), "{NOT_YET}");
    drop(waiter);
}

/// A cleared state that lives as long as the check.
fn lasting() -> &'static SourceState {
    Box::leak(Box::new(cleared()))
}

/// Does what another thread could do, at each moment at which an answer holds no lock.
fn at_every_moment() {
    for (listed, before) in [(false, false), (false, true), (true, false), (true, true)] {
        (1..).find(|gap| a_report_while_it_waits(*gap, listed, before).is_none());
    }
    for ends in [false, true] {
        (1..).find(|gap| a_poll_while_it_reports(*gap, ends).is_none());
    }
    for clear in [SourceState::would_block, SourceState::drained] {
        (1..).find(|gap| a_report_while_it_clears(*gap, clear).is_none());
        (1..).find(|gap| a_clear_while_it_reports(*gap, clear).is_none());
    }
    (1..).find(|gap| a_round_while_it_leaves(*gap).is_none());
}

/// `before`: it has waited before, with another waker.
fn a_report_while_it_waits(gap: usize, listed: bool, before: bool) -> Option<()> {
    let (state, (reader, wakes)) = (lasting(), waker());
    let mut waiter = SourceWaiter::new(state, Read);
    let mut wait = |waker: &Waker| {
        if listed { listed_ready(&mut waiter, waker) } else { ready(state, Read, waker) }
    };
    assert!(!(before && wait(Waker::noop())), "ready, though nothing was reported");
    let other = move || {
        report(state, Read, READY);
    };
    let at_once = with_gap(gap, other, || wait(&reader))?;
    let place = if listed { "in the list" } else { "in the place of the `poll_*` methods" };
    if !at_once {
        let woken = wakes.count();
        assert_eq!(woken, 1, "wakes by a report that came during a poll {place}, {}", moment(gap));
    }
    Some(())
}

fn a_poll_while_it_reports(gap: usize, ends: bool) -> Option<()> {
    let (state, (reader, wakes)) = (lasting(), waker());
    let at_once = Arc::new(AtomicBool::new(false));
    let found = at_once.clone();
    let polls = move || state.poll_newest(Read, &mut Context::from_waker(&reader)).is_ready();
    let tells = || {
        if !ends {
            let _ = report(state, Read, READY);
            return;
        }
        let mut due = VecDeque::new();
        state.end(&mut due);
        due.into_iter().for_each(Waker::wake);
    };
    with_gap(gap, move || found.store(polls(), SeqCst), tells)?;
    if !at_once.load(SeqCst) {
        let what = if ends { "the runtime's end" } else { "a report" };
        assert_eq!(wakes.count(), 1, "wakes of a task that polls during {what}, {}", moment(gap));
    }
    Some(())
}

type Clear = fn(&SourceState, Seen);

/// What a try had seen before is cleared in a gap of the next report.
fn a_clear_while_it_reports(gap: usize, clear: fn(&SourceState, Seen)) -> Option<()> {
    let state = lasting();
    report(state, Read, READY);
    let seen = state.look(Read);
    let bits = bits_of(Read, READY);
    with_gap(gap, move || clear(state, seen), || state.report(bits, &mut VecDeque::new()))?;
    let is_ready = ready(state, Read, Waker::noop());
    assert!(
        is_ready,
        "what was seen before was cleared in the middle of a report (moment {gap}), and the report with it"
    );
    Some(())
}

fn a_report_while_it_clears(gap: usize, clear: Clear) -> Option<()> {
    let (state, (reader, _)) = (lasting(), waker());
    report(state, Read, READY);
    let seen = state.look(Read);
    let other = move || {
        report(state, Read, READY);
    };
    with_gap(gap, other, || clear(state, seen))?;
    let is_ready = ready(state, Read, &reader);
    assert!(is_ready, "a report came during a clear, {}, and was cleared", moment(gap));
    Some(())
}

/// A report empties the list, and another future waits in it.
fn a_round_while_it_leaves(gap: usize) -> Option<()> {
    let (state, (reader, wakes)) = (lasting(), waker());
    let mut leaves = SourceWaiter::new(state, Read);
    assert!(!listed_ready(&mut leaves, Waker::noop()), "ready, though nothing was reported");
    let next = Arc::new(Mutex::new(None));
    let kept = next.clone();
    let other = move || {
        report(state, Read, READY);
        state.would_block(state.look(Read));
        let mut waiter = SourceWaiter::new(state, Read);
        assert!(!listed_ready(&mut waiter, &reader), "ready after `WouldBlock`");
        *kept.lock().expect("no panic") = Some(waiter);
    };
    with_gap(gap, other, || drop(leaves))?;
    report(state, Read, READY);
    let woken = wakes.count();
    assert_eq!(woken, 1, "wakes of a task that came while another left, {}", moment(gap));
    Some(())
}

/// In words: gaps 1 and 2 are around the first lock, 3 and 4 around the second.
fn moment(gap: usize) -> String {
    let side =
        if gap.is_multiple_of(2) { "just after it releases" } else { "just before it takes" };
    format!("{side} lock number {}", gap.div_ceil(2))
}

fn the_runtime_ends() {
    let ((reader, reads), (listed, in_list)) = (waker(), waker());
    let state = cleared();
    assert!(!ready(&state, Read, &reader), "{NOT_YET}");
    let mut waiter = SourceWaiter::new(&state, Read);
    assert!(!listed_ready(&mut waiter, &listed), "{NOT_YET}");
    report(&state, Write, READY);
    let before_the_end = state.look(Write);
    let mut due = VecDeque::new();
    state.end(&mut due);
    state.end(&mut due);
    due.into_iter().for_each(Waker::wake);
    assert_eq!((reads.count(), in_list.count()), (1, 1), "wakes of the two that waited");
    let mut cx = Context::from_waker(&reader);
    let waits = state.poll_newest(Read, &mut cx);
    assert!(matches!(waits, Poll::Ready(Err(_))), "the end is no error to a reader");
    let waits = waiter.poll(&mut cx);
    assert!(matches!(waits, Poll::Ready(Err(_))), "the end is no error in the list");
    let tries = state.poll_newest(Write, &mut cx);
    assert!(matches!(tries, Poll::Ready(Ok(_))), "writing was ready, and no try goes ahead");
    state.would_block(before_the_end);
    expect(
        !state.look(Write).has(READY),
        "a try of writing begins, the runtime ends, and the try says `WouldBlock`",
        "writing is ready still: the task tries again for nothing",
        "it is cleared, because the end is no report",
    );
    let waits = state.poll_newest(Write, &mut cx);
    assert!(matches!(waits, Poll::Ready(Err(_))), "the end is no error to a writer");
}

fn no_report_is_missed() {
    const ROUNDS: usize = 100_000;
    let (state, (reader, wakes)) = (Arc::new(cleared()), waker());
    let (begun, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (there, (begins, ends)) = (state.clone(), (begun.clone(), done.clone()));
    thread::spawn(move || {
        for round in 1.. {
            reaches(&begins, round);
            report(&there, Read, READY);
            ends.store(round, SeqCst);
        }
    });
    let start = Instant::now();
    for round in 1..=ROUNDS {
        let before = wakes.count();
        begun.store(round, SeqCst);
        (0..round % 8).for_each(|_| hint::spin_loop());
        let at_once = ready(&state, Read, &reader);
        reaches(&done, round);
        let woken = wakes.count() - before;
        assert!(
            at_once || woken == 1,
            "round {round}: nothing was there at the look, and the report woke {woken} times"
        );
        state.would_block(state.look(Read));
        if start.elapsed() > Duration::from_millis(800) {
            break; // one core, or many others at work
        }
    }
}

fn run<F: Future>(future: F) -> F::Output {
    Runtime::with(Config::default()).expect("a runtime").block_on(future)
}

/// Two connected sockets, the first non-blocking.
fn pair() -> (TcpStream, net::TcpStream) {
    let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let far = net::TcpStream::connect(listener.local_addr().expect("bound")).expect("connected");
    let (near, _) = listener.accept().expect("a connection");
    near.set_nonblocking(true).expect("a socket");
    (TcpStream::from_std(near), far)
}

fn poll_read(
    source: &Source<TcpStream>,
    cx: &mut Context<'_>,
    into: &mut Vec<u8>,
) -> Poll<io::Result<usize>> {
    let mut buffer = [0; 16 * 1024];
    let polled =
        source.poll_transfer(Read, cx, buffer.len(), |mut io| io.read(&mut buffer), |&n| Some(n));
    if let Poll::Ready(Ok(count)) = &polled {
        into.extend_from_slice(&buffer[..*count]);
    }
    polled
}

async fn write_all(source: &Source<TcpStream>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let write = |mut io: &TcpStream| io.write(bytes);
        let written =
            poll_fn(|cx| source.poll_transfer(Write, cx, bytes.len(), write, |&n| Some(n))).await;
        bytes = &bytes[written.expect("a write")..];
    }
}

async fn read_all(source: &Source<TcpStream>, count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < count {
        let read = poll_fn(|cx| poll_read(source, cx, &mut bytes)).await.expect("a read");
        assert!(read > 0, "the stream ended after {} bytes of {count}", bytes.len());
    }
    bytes
}

fn over_a_socket() {
    const LENGTH: usize = 4 << 20;
    const MOST: usize = 50_000;
    let bytes: Vec<u8> = (0..=250).cycle().take(LENGTH).collect();
    let expected = bytes.clone();
    let got = run(async move {
        let (near, far) = pair();
        far.set_nonblocking(true).expect("a socket");
        let near = Arc::new(Source::new(near, BOTH).expect("a source"));
        let far = Source::new(TcpStream::from_std(far), BOTH).expect("a source");
        // One task writes to the near side, and this one reads from it. The far side sends it back.
        let writing = near.clone();
        let writer = async move { write_all(&writing, &bytes).await };
        let echo = async move {
            let mut returned = 0;
            while returned < LENGTH {
                let mut bytes = Vec::new();
                poll_fn(|cx| poll_read(&far, cx, &mut bytes)).await.expect("a read");
                write_all(&far, &bytes).await;
                returned += bytes.len();
            }
        };
        let tasks = (spawn(Polls::new(writer, MOST).0), spawn(Polls::new(echo, MOST).0));
        let got = pin!(Polls::new(read_all(&near, LENGTH), MOST).0).await;
        tasks.0.await.expect("the writer ends");
        tasks.1.await.expect("the echo ends");
        got
    });
    assert!(got == expected, "what came back is not what was sent");
}
