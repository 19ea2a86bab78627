//! Can a report be lost, or a task sleep that has one? What the state of an I/O source is put
//! through, and each of its mutants.
//!
//! No. A reader tries, clears with the report count that it saw, stores its waker under the lock
//! and looks again under it; a report takes the lock. In every order the reader sees the bit, or
//! its waker is taken. The *socket* is one relaxed number: that a reader who sees a report also
//! sees what it is about, the word itself must bring about. (A kernel promises more.)
//!
//! Refuted: a look before the lock instead of under it, for the newest and for the list; a clear
//! without the count; `Acquire` left out of a look, and `Release` out of a report.
//!
//! Not refuted, for nothing is lost by it: a clear may be relaxed; the word may change just before
//! the lock is taken, too; and a short read might take `READY` away from beside `CLOSED`, by which
//! alone the direction stays ready.
//!
//! Not here: priority data and errors (they are a reader's and a writer's like), and the count's
//! end.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use kettle_runtime::event::Direction::{self, Read, Write};
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::readiness::{ANY, CLOSED, READY, Seen, SourceState, SourceWaiter, bits_of};
use crate::ThreadParker;
use crate::base::Call;

/// So many reports, each of something more to read, while one reads it all by `poll_*`.
pub(crate) fn reading(reporters: usize, each: usize) {
    let socket = Socket::new();
    let threads: Vec<_> = (0..reporters).map(|_| reporter(&socket, each)).collect();
    socket.read(reporters * each);
    socket.is_quiet_after(threads);
}

/// Several wait in the list for the same report.
pub(crate) fn reading_in_the_list(readers: usize) {
    let socket = Socket::new();
    let mut threads = vec![reporter(&socket, 1)];
    threads.extend((1..readers).map(|_| spawn(&socket, |socket| socket.read_in_the_list(1))));
    socket.read_in_the_list(1);
    socket.is_quiet_after(threads);
}

/// One waits in the list, and one by `poll_*`.
pub(crate) fn reading_beside_the_list() {
    let socket = Socket::new();
    let threads = vec![reporter(&socket, 1), spawn(&socket, |socket| socket.read(1))];
    socket.read_in_the_list(1);
    socket.is_quiet_after(threads);
}

/// One report says that there is something to read and room to write. One reads, and maybe another
/// writes; if not, writing is still unknown.
pub(crate) fn reading_and_writing(writes: bool) {
    let socket = Socket::new();
    let mut threads = vec![spawn(&socket, |socket| {
        socket.sent.store(1, Ordering::Relaxed);
        socket.report(READY | bits_of(Write, READY));
    })];
    if writes {
        threads.push(spawn(&socket, |socket| {
            let wait = |cx: &mut Context<'_>| socket.state.poll_newest(Write, cx);
            until(&socket.state, Write, wait, |seen| socket.finds(1, seen)).unwrap();
        }));
    }
    socket.read(1);
    socket.is_quiet_after(threads);
}

/// A report of writing comes beside one of reading. It may undo a reader's clear.
pub(crate) fn reading_beside_a_report_of_writing() {
    let socket = Socket::new();
    let writable = spawn(&socket, |socket| socket.report(bits_of(Write, READY)));
    let threads = vec![writable, reporter(&socket, 1)];
    socket.read(1);
    socket.is_quiet_after(threads);
}

/// One waits for a report, whatever becomes of it; another uses it up at once. The first is polled
/// once more than it is woken, maybe in the middle of that.
pub(crate) fn used_up() {
    let socket = Socket::new();
    socket.state.would_block(socket.state.look(Read));
    let mut waiter = InTheList::new(&socket.state);
    let parker = ThreadParker::new();
    let waker = futures_task::waker(parker.clone());
    let mut poll = || waiter.0.as_mut().unwrap().poll_report(&mut Context::from_waker(&waker));
    assert!(poll().is_pending());
    let other = spawn(&socket, |socket| {
        socket.report(READY);
        socket.state.would_block(socket.state.look(Read));
    });
    while poll().is_pending() {
        parker.park();
    }
    socket.is_quiet_after(vec![other]);
}

/// One only waits, while the first try of another succeeds.
pub(crate) fn a_first_success() {
    let socket = Socket::new();
    let other = spawn(&socket, |socket| socket.state.succeeded(socket.state.look(Read)));
    let parker = ThreadParker::new();
    let waker = futures_task::waker(parker.clone());
    while socket.state.poll_newest(Read, &mut Context::from_waker(&waker)).is_pending() {
        parker.park();
    }
    socket.is_quiet_after(vec![other]);
}

/// One stands in the list and is dropped, before the reports, between or after them. Another waits
/// as long as it takes, maybe at the place where the first one stood.
pub(crate) fn one_leaves_the_list() {
    let socket = Socket::new();
    socket.state.would_block(socket.state.look(Read));
    let mut hasty = InTheList::new(&socket.state);
    let waker = futures_task::waker(ThreadParker::new());
    assert!(hasty.poll(&mut Context::from_waker(&waker)).is_pending());
    let stays = spawn(&socket, |socket| socket.read_in_the_list(2));
    let threads = vec![stays, reporter(&socket, 2)];
    drop(hasty);
    socket.is_quiet_after(threads);
}

/// Somebody looks, then there are reports, and his clear may come before, between or after them.
pub(crate) fn a_late_would_block() {
    clearing_late(SourceState::would_block);
}

pub(crate) fn a_late_short_read() {
    clearing_late(SourceState::drained);
}

fn clearing_late(clear: fn(&SourceState, Seen)) {
    let socket = Socket::new();
    let seen = socket.state.look(Read);
    let reports = reporter(&socket, 2);
    clear(&socket.state, seen);
    reports.join().unwrap();
    assert!(socket.state.look(Read).has(READY), "a report is cleared that was not seen");
}

/// Data, and the end behind it, in one report or in two.
pub(crate) fn reading_to_the_end(reports: usize) {
    let socket = Socket::new();
    let system = spawn(&socket, move |socket| {
        socket.sent.store(1, Ordering::Relaxed);
        if reports == 2 {
            socket.report(READY);
        }
        socket.sent.store(2, Ordering::Relaxed);
        socket.report(READY | CLOSED);
    });
    let mut taken = false;
    let mut attempt = |seen| match socket.sent.load(Ordering::Relaxed) {
        1.. if !taken => {
            taken = true;
            socket.state.drained(seen);
            false
        }
        2 => true,
        _ => {
            socket.state.would_block(seen);
            false
        }
    };
    until(&socket.state, Read, |cx| socket.state.poll_newest(Read, cx), &mut attempt).unwrap();
    socket.is_quiet_after(vec![system]);
    assert!(socket.state.look(Read).has(CLOSED), "the end of the stream is forgotten");
}

/// The runtime ends while one or two wait: each is told, and so is whoever comes later.
pub(crate) fn ending(readers: usize) {
    let socket = Socket::new();
    let mut threads = vec![spawn(&socket, Socket::end)];
    threads.extend((1..readers).map(|_| {
        spawn(&socket, |socket| {
            let mut waiter = InTheList::new(&socket.state);
            until(&socket.state, Read, |cx| waiter.poll(cx), |seen| socket.finds(1, seen))
                .unwrap_err();
        })
    }));
    for _ in 0..2 {
        let poll = |cx: &mut Context<'_>| socket.state.poll_newest(Read, cx);
        until(&socket.state, Read, poll, |seen| socket.finds(1, seen)).unwrap_err();
    }
    socket.is_quiet_after(threads);
}

struct Socket {
    state: SourceState,
    /// How much has come. Relaxed: who sees a report must see what it tells of.
    sent: AtomicUsize,
}

impl Socket {
    fn new() -> Arc<Socket> {
        Arc::new(Socket { state: SourceState::new(), sent: AtomicUsize::new(0) })
    }

    /// As in `reactor.rs`.
    fn report(&self, bits: usize) {
        let mut due = VecDeque::new();
        self.state.report(bits, &mut due);
        due.into_iter().for_each(Call::wake);
    }

    fn end(&self) {
        let mut due = VecDeque::new();
        self.state.end(&mut due);
        due.into_iter().for_each(Call::wake);
    }

    fn read(&self, wanted: usize) {
        until(
            &self.state,
            Read,
            |cx| self.state.poll_newest(Read, cx),
            |seen| self.finds(wanted, seen),
        )
        .unwrap();
    }

    fn read_in_the_list(&self, wanted: usize) {
        let mut waiter = InTheList::new(&self.state);
        until(&self.state, Read, |cx| waiter.poll(cx), |seen| self.finds(wanted, seen)).unwrap();
    }

    /// One try that began with `seen`: done, or `WouldBlock`.
    fn finds(&self, wanted: usize, seen: Seen) -> bool {
        let found = self.sent.load(Ordering::Relaxed) >= wanted;
        if !found {
            self.state.would_block(seen);
        }
        found
    }

    fn is_quiet_after(&self, threads: Vec<thread::JoinHandle<()>>) {
        for thread in threads {
            thread.join().unwrap();
        }
        let waiters = [Read, Write].map(|direction| self.state.waiters(direction));
        assert_eq!(waiters, [0, 0], "a task waits, though it has read and written everything");
    }
}

/// Leaves the list when it is dropped, but not when a run is over: loom takes no more calls then.
struct InTheList<'a>(Option<SourceWaiter<'a>>);

impl<'a> InTheList<'a> {
    fn new(state: &'a SourceState) -> InTheList<'a> {
        InTheList(Some(SourceWaiter::new(state, Read)))
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Seen>> {
        self.0.as_mut().expect("until it is dropped").poll(cx)
    }
}

impl Drop for InTheList<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            mem::forget(self.0.take());
        }
    }
}

/// What `source.rs` does, on a thread of its own: look, try, and wait if it would block.
fn until(
    state: &SourceState,
    direction: Direction,
    mut wait: impl FnMut(&mut Context<'_>) -> Poll<io::Result<Seen>>,
    mut attempt: impl FnMut(Seen) -> bool,
) -> io::Result<()> {
    let parker = ThreadParker::new();
    let waker = futures_task::waker(parker.clone());
    loop {
        let seen = state.look(direction);
        let polled = if seen.has(ANY) {
            Poll::Ready(Ok(seen))
        } else {
            wait(&mut Context::from_waker(&waker))
        };
        match polled {
            Poll::Ready(Ok(seen)) if attempt(seen) => return Ok(()),
            Poll::Ready(Ok(_)) => {}
            Poll::Ready(Err(error)) => return Err(error),
            Poll::Pending => parker.park(),
        }
    }
}

fn reporter(socket: &Arc<Socket>, reports: usize) -> thread::JoinHandle<()> {
    spawn(socket, move |socket| {
        for _ in 0..reports {
            socket.sent.fetch_add(1, Ordering::Relaxed);
            socket.report(READY);
        }
    })
}

fn spawn(socket: &Arc<Socket>, f: impl Fn(&Socket) + 'static) -> thread::JoinHandle<()> {
    let socket = socket.clone();
    thread::spawn(move || f(&socket))
}
