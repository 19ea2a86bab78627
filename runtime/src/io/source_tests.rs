//! Sources made of real sockets, a reactor, and no executor: the test is the loop.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use futures_task::ArcWake;
use kettle_events::Direction::{Error, Priority, Read, Write};
use mio::Interest;
use mio::net::TcpStream;

use super::super::reactor::{Reactor, Sources};
use super::Source;
use crate::base::Call;

#[cfg(test)]
#[path = "wait_tests.rs"]
mod wait;

/// A selector that doesn't report what a test waits for fails it, and doesn't hang it.
const MINUTE: std::time::Duration = std::time::Duration::from_mins(1);
const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// Counts its wakes.
#[derive(Default)]
struct Count(AtomicUsize);

impl ArcWake for Count {
    fn wake_by_ref(this: &Arc<Self>) {
        this.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A task of the test: a waker and how often it was called.
struct Task {
    count: Arc<Count>,
    waker: Waker,
}

impl Task {
    fn new() -> Task {
        let count = Arc::<Count>::default();
        Task { waker: futures_task::waker(count.clone()), count }
    }

    fn cx(&self) -> Context<'_> {
        Context::from_waker(&self.waker)
    }

    fn wakes(&self) -> usize {
        self.count.0.load(Ordering::SeqCst)
    }
}

struct World {
    reactor: Reactor,
    sources: Arc<Sources>,
}

impl World {
    fn new() -> World {
        let reactor = Reactor::new(Arc::default()).unwrap();
        let sources = reactor.sources.clone();
        World { reactor, sources }
    }

    fn source<S: super::Pollable>(&self, io: S) -> Source<S> {
        Source::of(self.sources.clone(), io, BOTH).unwrap()
    }

    /// One of ours and its other side.
    fn pair(&self) -> (Source<TcpStream>, net::TcpStream) {
        let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
        let far = net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (near, _) = listener.accept().unwrap();
        near.set_nonblocking(true).unwrap();
        (self.source(TcpStream::from_std(near)), far)
    }

    /// Sleeps until there are events, then wakes. How many were woken?
    fn turn(&mut self) -> usize {
        self.reactor.wait(Some(MINUTE)).unwrap();
        assert!(self.reactor.reports() > 0, "nothing has been reported for a minute");
        self.wake()
    }

    /// The events that are there already.
    fn look(&mut self) -> usize {
        self.reactor.wait(Some(std::time::Duration::ZERO)).unwrap();
        self.wake()
    }

    fn wake(&mut self) -> usize {
        let mut due = VecDeque::new();
        self.reactor.dispatch(&mut due);
        let count = due.len();
        due.into_iter().for_each(Call::wake);
        count
    }

    /// Turns until `task` was woken `wakes` times.
    fn until(&mut self, task: &Task, wakes: usize) {
        while task.wakes() < wakes {
            self.turn();
        }
    }
}

fn poll_read(source: &Source<TcpStream>, task: &Task, buf: &mut [u8]) -> Poll<io::Result<usize>> {
    let asked = buf.len();
    source.poll_io(Read, &mut task.cx(), asked, |mut io| io.read(buf), |&n| Some(n))
}

fn reads(source: &Source<TcpStream>, task: &Task, expected: &[u8]) {
    let mut buf = [0; 1024];
    match poll_read(source, task, &mut buf) {
        Poll::Ready(Ok(n)) => assert_eq!(&buf[..n], expected),
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

fn reads_nothing_yet(source: &Source<TcpStream>, task: &Task) {
    assert!(poll_read(source, task, &mut [0; 1024]).is_pending());
}

#[cfg(unix)] // on Windows it registers when it is made
#[test]
fn a_source_that_never_blocks_never_registers() {
    let mut world = World::new();
    let ((source, mut far), task) = (world.pair(), Task::new());
    far.write_all(b"hello").unwrap();
    far.shutdown(net::Shutdown::Write).unwrap();
    reads(&source, &task, b"hello");
    reads(&source, &task, b"");
    assert_eq!(world.sources.members.lock().len(), 0);
    assert_eq!(world.look(), 0);
}

#[test]
fn a_direction_that_was_not_asked_for_is_not_reported() {
    let mut world = World::new();
    let task = Task::new();
    for (interest, reports) in [(Interest::READABLE, 0), (BOTH, 1)] {
        let (both, mut far) = world.pair();
        let io = both.leave().0;
        let source = Source::of(world.sources.clone(), io, interest).unwrap();
        reads_nothing_yet(&source, &task);
        world.reactor.wait(Some(std::time::Duration::ZERO)).unwrap();
        assert_eq!(world.reactor.reports(), reports, "{interest:?}: it is writable");
        let wakes = task.wakes();
        far.write_all(b"hello").unwrap();
        world.until(&task, wakes + 1);
        reads(&source, &task, b"hello");
    }
}

#[test]
#[should_panic(expected = "a source without the direction Write would wait for it forever")]
fn a_direction_that_was_not_asked_for_cannot_be_waited_for() {
    let (world, task) = (World::new(), Task::new());
    let (both, _far) = world.pair();
    let source = Source::of(world.sources.clone(), both.leave().0, Interest::READABLE).unwrap();
    let never = |_: &TcpStream| Err::<(), _>(ErrorKind::WouldBlock.into());
    let _ = source.poll_io(Write, &mut task.cx(), 0, never, |()| None);
}

/// A report that was fetched for one source must not wake another that has its slab key by now.
/// (kqueue forgets a registration when its descriptor is closed, whether or not there are copies.)
#[cfg(any(target_os = "linux", target_os = "android"))]
#[test]
fn a_reused_key_never_wakes_the_new_sources_task() {
    let mut world = World::new();
    let ((old, mut far), task) = (world.pair(), Task::new());
    reads_nothing_yet(&old, &task);
    world.look();
    // A copy of the descriptor keeps the registration, with the old token, in the system.
    let copy = std::os::fd::AsFd::as_fd(old.get_ref()).try_clone_to_owned().unwrap();
    drop(old);
    let ((new, _far), other) = (world.pair(), Task::new());
    reads_nothing_yet(&new, &other);
    world.look();
    far.write_all(b"for the old one").unwrap();
    world.reactor.wait(Some(MINUTE)).unwrap();
    assert_eq!(world.reactor.reports(), 0, "the report reached another source");
    assert_eq!(world.wake(), 0);
    assert_eq!((task.wakes(), other.wakes()), (0, 0));
    drop(copy);
}

#[test]
fn try_io_asks_the_system_only_while_the_direction_is_believed_ready() {
    let mut world = World::new();
    let ((source, mut far), task) = (world.pair(), Task::new());
    let calls = std::cell::Cell::new(0);
    let read = || {
        let op = |mut io: &TcpStream| {
            calls.set(calls.get() + 1);
            io.read(&mut [0; 8])
        };
        source.try_io(Read, op, |_| None)
    };
    assert_eq!(read().unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(read().unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(calls.get(), 1);
    let mut ready = source.ready([Read]);
    assert!(Pin::new(&mut ready).poll(&mut task.cx()).is_pending());
    far.write_all(b"hello").unwrap();
    world.until(&task, 1);
    let Poll::Ready(Ok(found)) = Pin::new(&mut ready).poll(&mut task.cx()) else {
        panic!("woken, and not ready")
    };
    let reading = found.get(Read);
    assert!(reading.ready && !reading.closed && !reading.error);
    assert_eq!(read().unwrap(), 5);
    assert_eq!(calls.get(), 2);
}

#[cfg(unix)]
#[test]
fn into_inner_leaves_the_selector() {
    let world = World::new();
    let ((source, _far), task) = (world.pair(), Task::new());
    reads_nothing_yet(&source, &task);
    let inner = source.leave().0;
    assert_eq!(world.sources.members.lock().len(), 0);
    assert_eq!(Arc::strong_count(&task.count), 2, "the waker is gone: left are `task`'s own two");
    // The system registers it again, which it would refuse if it were still registered.
    let source = world.source(inner);
    reads_nothing_yet(&source, &task);
    assert_eq!(world.sources.members.lock().len(), 1);
}

#[test]
fn the_end_of_the_runtime_wakes_with_an_error_and_trying_still_works() {
    let world = World::new();
    let ((waiting, _far), (fresh, mut to_fresh), task) = (world.pair(), world.pair(), Task::new());
    reads_nothing_yet(&waiting, &task);
    let mut due = VecDeque::new();
    world.sources.close(&mut due);
    due.into_iter().for_each(Call::wake);
    assert_eq!(task.wakes(), 1);
    let gone = |poll: Poll<io::Result<usize>>| match poll {
        Poll::Ready(Err(error)) => {
            assert_eq!(error.kind(), ErrorKind::Other);
            assert!(error.to_string().contains("has shut down"), "{error}");
        }
        other => panic!("{other:?}"),
    };
    gone(poll_read(&waiting, &task, &mut [0; 8]));
    // This one never had to wait before.
    assert_eq!(
        fresh.try_io(Read, |mut io| io.read(&mut [0; 8]), |_| None).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    gone(poll_read(&fresh, &task, &mut [0; 8]));
    assert_eq!(fresh.try_io(Write, |mut io| io.write(b"out"), |_| None).unwrap(), 3);
    let mut buf = [0; 3];
    to_fresh.read_exact(&mut buf).unwrap();
    assert_eq!(&buf, b"out");
}
