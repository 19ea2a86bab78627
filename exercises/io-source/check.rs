//! What the answer of `io-source` must do.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use kettle_judge::count::{dropping, waker};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, prop_oneof};
use kettle_judge::{Check, check, if_it_hangs, many, property, threads};

use crate::Call;
use crate::event::Direction::{self, Error, Priority, Read, Write};
use crate::io::readiness::{ANY, CLOSED, ERROR, READY, Seen, SourceState, SourceWaiter, bits_of};

pub const CHECKS: &[Check] = &[
    check!(each_direction_for_itself => "reading and writing are tried, cleared and waited for separately"),
    check!(only_waiting => "a new source may be tried, but a task that only waits is told by a report or a success"),
    check!(a_report_in_between => "a clear takes away only what was reported before the try"),
    check!(the_end_is_not_lost => "the end of a stream is found even if it came together with data"),
    check!(of_several_at_once => "one report may be of several directions, and of an end or an error alone"),
    check!(in_any_order => "however arrivals, reports and tries mix, everything is read in the end"),
    check!(side_by_side => "each future that waits has its newest waker called, once, and leaves nothing behind when it is dropped"),
    check!(a_waker_that_is_dropped => "no waker is dropped under a lock, because its drop may need that lock"),
    check!(the_runtime_ends => "after the end of the runtime it is an error to wait, but not to try"),
    check!(no_report_is_missed => "a report from another thread is seen by the poll, or wakes the task"),
];

/// Looks, and waits in the place of the `poll_*` methods if there is nothing. May it be tried?
fn ready(state: &SourceState, direction: Direction, waker: &Waker) -> bool {
    state.look(direction).has(ANY) || waits(state, direction, waker)
}

/// Only waits there. Is the wait over?
fn waits(state: &SourceState, direction: Direction, waker: &Waker) -> bool {
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
    let mut due = VecDeque::new();
    state.report(bits_of(direction, bits), &mut due);
    let count = due.len();
    due.into_iter().for_each(Call::wake);
    count
}

/// A try of both directions has said `WouldBlock`.
fn cleared() -> SourceState {
    let state = SourceState::new();
    state.would_block(state.look(Read));
    state.would_block(state.look(Write));
    state
}

const NOT_YET: &str =
    "a direction is ready although nothing was reported, or all of it has been taken since";

fn each_direction_for_itself() {
    let tasks = [(Read, waker()), (Write, waker())];
    let state = SourceState::new();
    let are_ready =
        || tasks.each_ref().map(|(direction, (waker, _))| ready(&state, *direction, waker));
    let woken = || tasks.each_ref().map(|(_, (_, wakes))| wakes.count());
    assert_eq!(are_ready(), [true, true], "is a new source ready for a first read, and write?");
    state.would_block(state.look(Read));
    assert_eq!(are_ready(), [false, true], "the same, after a read that said `WouldBlock`");
    state.would_block(state.look(Write));
    assert_eq!(are_ready(), [false, false], "the same, after a write that said so, too");
    report(&state, Read, READY);
    assert_eq!(woken(), [1, 0], "wakes of reader and writer, when reading was reported");
    report(&state, Write, READY);
    assert_eq!(woken(), [1, 1], "wakes of reader and writer, when writing was reported, too");
}

fn only_waiting() {
    let ((waker, wakes), state) = (waker(), SourceState::new());
    for direction in [Read, Write] {
        let mut waiter = SourceWaiter::new(&state, direction);
        let over = (waits(&state, direction, &waker), listed_ready(&mut waiter, &waker));
        assert_eq!(over, (false, false), "is a wait over before anything was tried or reported?");
    }
    assert_eq!(report(&state, Read, READY), 1, "wakers to call, when reading was reported");
    state.succeeded(state.look(Write));
    assert_eq!(wakes.count(), 2, "wakes, when another task's first write has succeeded, too");
    let over = [Read, Write].map(|direction| waits(&state, direction, &waker));
    assert_eq!(over, [true, true], "are both waits over?");
    // What was shown is used up by a clear, and a success from before that shows nothing.
    let seen = state.look(Write);
    state.would_block(seen);
    state.succeeded(seen);
    assert!(!ready(&state, Write, &waker), "ready by a success from before a `WouldBlock`");
    // A short read of a source that hasn't joined the selector, so that no report will come.
    let state = SourceState::new();
    state.succeeded(state.look(Read));
    state.unknown_again(state.look(Read));
    let (tries, over) = (state.look(Read).has(ANY), waits(&state, Read, &waker));
    assert_eq!(
        (tries, over),
        (true, false),
        "may it be tried, and is a wait over, after `unknown_again`?"
    );
    let others = [Priority, Error].map(|direction| state.look(direction).has(ANY));
    assert_eq!(others, [false; 2], "is there anything to try for priority data, and for errors?");
}

fn a_report_in_between() {
    let cases = [(Read, 1), (Read, 256), (Read, many(40_000)), (Write, 1)];
    for clear in [SourceState::would_block, SourceState::drained] {
        for (direction, times) in cases {
            let state = cleared();
            report(&state, Read, READY);
            let seen = state.look(Read);
            // The try runs. It finds nothing; now more arrives, and is reported; then it clears.
            (0..times).for_each(|_| _ = report(&state, direction, READY));
            clear(&state, seen);
            // (After reports of writing only, it may be cleared, or be tried once more.)
            let stands = direction == Write || ready(&state, Read, Waker::noop());
            assert!(stands, "the last of {times} reports after the look was cleared");
            clear(&state, state.look(Read));
            assert!(!ready(&state, Read, Waker::noop()), "what was seen after it is not cleared");
        }
    }
}

fn the_end_is_not_lost() {
    let is_ready = |state: &SourceState| ready(state, Read, Waker::noop());
    for (bits, stays) in [(READY, false), (READY | CLOSED, true), (READY | ERROR, true)] {
        let state = cleared();
        report(&state, Read, bits);
        state.drained(state.look(Read));
        assert_eq!(is_ready(&state), stays, "is it ready, after a short read of {bits:#05b}?");
        // A program whose own attempt can't find the end.
        state.only_closed(state.look(Read));
        let is_closed = bits & CLOSED != 0;
        assert_eq!(is_ready(&state), is_closed, "is it ready, after `only_closed` of {bits:#05x}?");
        // The system's own word. If something stayed, a task would try again and again.
        state.would_block(state.look(Read));
        assert!(!is_ready(&state), "ready, after `WouldBlock` to a read that had seen {bits:#05b}");
    }
}

fn of_several_at_once() {
    let ((reader, reads), (writer, writes)) = (waker(), waker());
    for (round, bits) in (1..).zip([READY, CLOSED, ERROR]) {
        let state = cleared();
        let waiting = [waits(&state, Read, &reader), waits(&state, Write, &writer)];
        assert_eq!(waiting, [false; 2], "{NOT_YET}");
        let mut due = VecDeque::new();
        state.report(bits_of(Read, bits) | bits_of(Write, bits), &mut due);
        due.into_iter().for_each(Call::wake);
        let wakes = (reads.count(), writes.count());
        assert_eq!(wakes, (round, round), "wakes of reader and writer, by {round} reports of both");
        let are_ready = [Read, Write, Priority, Error].map(|it| waits(&state, it, Waker::noop()));
        let what = "are reading, writing, priority data and errors ready, after a report of two";
        assert_eq!(are_ready, [true, true, false, false], "{what}, {bits:#05x}?");
    }
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
    /// The reader goes on by one step: it looks, or tries, or says how that went.
    Read,
}

/// A socket, as the system has it, and a reader that asks for four bytes at a time.
struct Socket {
    state: SourceState,
    bytes: usize,
    closed: bool,
    /// Something has changed since the last report.
    changed: bool,
    reader: Reader,
}

enum Reader {
    Looks,
    Tries(Seen),
    Clears(fn(&SourceState, Seen), Seen),
    AtTheEnd,
}

impl Socket {
    fn report(&mut self) {
        if std::mem::take(&mut self.changed) {
            let ready = if self.bytes > 0 || self.closed { READY } else { 0 };
            report(&self.state, Read, ready | if self.closed { CLOSED } else { 0 });
        }
    }

    fn read(&mut self) {
        self.reader = match self.reader {
            Reader::Looks => {
                let seen = self.state.look(Read);
                if seen.has(READY | CLOSED) { Reader::Tries(seen) } else { Reader::Looks }
            }
            Reader::Tries(seen) => {
                let taken = self.bytes.min(4);
                self.bytes -= taken;
                match taken {
                    4 => Reader::Looks,
                    0 if self.closed => Reader::AtTheEnd,
                    0 => Reader::Clears(SourceState::would_block, seen),
                    _ => Reader::Clears(SourceState::drained, seen),
                }
            }
            Reader::Clears(clear, seen) => {
                clear(&self.state, seen);
                Reader::Looks
            }
            Reader::AtTheEnd => Reader::AtTheEnd,
        }
    }
}

fn in_any_order() {
    let step = prop_oneof![
        2 => (1..=5_usize).prop_map(Step::Arrive),
        1 => Just(Step::Close),
        3 => Just(Step::Report),
        6 => Just(Step::Read),
    ];
    property(2_000, &vec(step, 1..30), |steps| {
        let (state, reader) = (SourceState::new(), Reader::Looks);
        let mut socket = Socket { state, bytes: 0, closed: false, changed: false, reader };
        for step in steps {
            match step {
                Step::Arrive(_) | Step::Close if socket.closed => {}
                Step::Arrive(more) => (socket.bytes, socket.changed) = (socket.bytes + more, true),
                Step::Close => (socket.closed, socket.changed) = (true, true),
                Step::Report => socket.report(),
                Step::Read => socket.read(),
            }
        }
        // Nothing more comes. The selector reports what it has not yet, and the reader goes on.
        socket.report();
        (0..300).for_each(|_| socket.read());
        assert_eq!(socket.bytes, 0, "bytes in the socket while the reader waits for a report");
        let at_the_end = matches!(socket.reader, Reader::AtTheEnd);
        assert_eq!(
            at_the_end, socket.closed,
            "is the reader at the end, and has the stream ended?"
        );
    });
}

fn side_by_side() {
    let ((first, firsts), (second, seconds)) = (waker(), waker());
    let state = cleared();
    // Three in the list, and one in the place of the `poll_*` methods.
    let mut waiters = [Read; 3].map(|direction| SourceWaiter::new(&state, direction));
    let in_the_list = waiters.each_mut().map(|waiter| listed_ready(waiter, &first));
    assert_eq!((ready(&state, Read, &first), in_the_list), (false, [false; 3]), "{NOT_YET}");
    // One leaves. One is another task's from now on, and so is the place.
    let [one, mut two, mut three] = waiters;
    drop(one);
    assert!(!listed_ready(&mut three, &second) && !ready(&state, Read, &second), "{NOT_YET}");
    assert_eq!((firsts.held(), seconds.held()), (1, 2), "wakers that are kept of two tasks");
    for expected in [3, 0] {
        assert_eq!(report(&state, Read, READY), expected, "wakers to call, by two reports");
    }
    assert_eq!((firsts.count(), seconds.count()), (1, 2), "wakes of the two tasks");
    // Another task has taken it all. Who waits for a report has had it, who waits to try has not.
    state.would_block(state.look(Read));
    assert!(!listed_ready(&mut three, &second), "{NOT_YET}");
    let had = two.poll_report(&mut Context::from_waker(&first)).is_ready();
    assert!(had, "a wait for the next report goes on after that report");
    let mut next = SourceWaiter::new(&state, Read);
    assert!(!listed_ready(&mut next, &second), "{NOT_YET}");
    drop((two, three));
    assert_eq!(report(&state, Read, READY), 1, "wakers to call, when only the newest waits");
}

fn a_waker_that_is_dropped() {
    if_it_hangs(
        "under a lock a waker was dropped whose drop uses the source, and waits for that lock",
    );
    let state: &'static SourceState = Box::leak(Box::new(cleared()));
    let reports = || dropping(move || _ = report(state, Write, READY));
    // Replaced by another, in both places; dropped with its future.
    let mut waiter = SourceWaiter::new(state, Read);
    for _ in 0..2 {
        assert!(!ready(state, Read, &reports()), "{NOT_YET}");
        assert!(!listed_ready(&mut waiter, &reports()), "{NOT_YET}");
    }
    drop(waiter);
}

fn the_runtime_ends() {
    let ((reader, reads), (listed, in_list)) = (waker(), waker());
    let state = cleared();
    let mut waiter = SourceWaiter::new(&state, Priority);
    assert!(!ready(&state, Read, &reader) && !listed_ready(&mut waiter, &listed), "{NOT_YET}");
    report(&state, Write, READY);
    let (seen, mut due) = (state.look(Write), VecDeque::new());
    state.end(&mut due);
    state.end(&mut due);
    due.into_iter().for_each(Call::wake);
    assert_eq!((reads.count(), in_list.count()), (1, 1), "wakes of the two that waited");
    let mut cx = Context::from_waker(&reader);
    let waits = [state.poll_newest(Read, &mut cx), waiter.poll(&mut cx)];
    let are_errors = waits.map(|waits| matches!(waits, Poll::Ready(Err(_))));
    assert_eq!(are_errors, [true, true], "is it an error to wait, by `poll_*` and in the list?");
    let tries = state.poll_newest(Write, &mut cx);
    assert!(matches!(tries, Poll::Ready(Ok(_))), "writing was ready, but no try goes ahead");
    state.would_block(seen);
    let waits = [state.poll_newest(Write, &mut cx), SourceWaiter::new(&state, Read).poll(&mut cx)];
    let are_errors = waits.map(|waits| matches!(waits, Poll::Ready(Err(_))));
    assert_eq!(are_errors, [true, true], "is it one to wait after a last try, and for a new wait?");
}

fn no_report_is_missed() {
    threads::at_once(
        || (cleared(), waker()),
        |(state, (waker, _))| ready(state, Read, waker),
        |(state, _)| _ = report(state, Read, READY),
        |(_, (_, wakes)), at_once| {
            assert!(at_once || wakes.count() == 1, "a thread's report was neither seen nor a wake");
        },
    );
}
