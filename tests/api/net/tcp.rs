//! `kettle::net`: what a program sees of sockets. The readiness bits, tokens and waiters have their
//! own tests in the engine (`runtime/src/*_tests.rs`).

use crate::common::engine::{connected, connection, must_wait, panic_of, runtime, yield_times};
use crate::help::{Polled, polled_with_two_wakers, says};
use std::future::{pending, poll_fn};
use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use kettle::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use kettle::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use kettle::runtime::Runtime;

// ---- helpers ------------------------------------------------------------------------------------

/// Counts the polls of a future.
fn counted<F: Future>(future: F) -> (impl Future<Output = F::Output>, Arc<AtomicUsize>) {
    let polls = Arc::<AtomicUsize>::default();
    let (mut future, count) = (Box::pin(future), polls.clone());
    let counted = poll_fn(move |cx| {
        count.fetch_add(1, Ordering::SeqCst);
        future.as_mut().poll(cx)
    });
    (counted, polls)
}

/// A foreign executor, in ten lines: a thread that parks.
fn park_block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A runtime that runs on a thread of its own until the function returns.
fn beside_a_running_runtime<R>(f: impl FnOnce(&Runtime) -> R) -> R {
    let runtime = runtime();
    let gate = runtime.spawn(pending::<()>());
    let open = gate.abort_handle();
    thread::scope(|scope| {
        scope.spawn(|| assert!(runtime.block_on(gate).unwrap_err().is_cancelled()));
        // Also if it panics: the thread must end.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(&runtime)));
        open.abort();
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect()
}

// ---- the end of a stream ------------------------------------------------------------------------

#[kettle::test]
async fn data_and_end_before_the_first_read() {
    let (mut near, mut far) = connected().await;
    far.write_all(b"hello").unwrap();
    drop(far);
    let mut buf = [0; 1024];
    assert_eq!(near.read(&mut buf).await.unwrap(), 5);
    assert_eq!(&buf[..5], b"hello");
    assert_eq!(near.read(&mut buf).await.unwrap(), 0);
    assert_eq!(near.read(&mut buf).await.unwrap(), 0);
}

/// As above, but with the reader waiting: data and end come in one report, and the read is short.
#[kettle::test]
async fn data_and_end_in_one_report_to_a_reader_that_waits() {
    let (mut near, mut far) = connected().await;
    let reader = kettle::spawn(async move {
        let mut buf = [0; 1024];
        let first = near.read(&mut buf).await.unwrap();
        (first, near.read(&mut buf).await.unwrap())
    });
    yield_times(2).await; // the reader waits
    far.write_all(b"hello").unwrap();
    drop(far); // both before the loop looks at the selector again
    assert_eq!(reader.await.unwrap(), (5, 0));
}

#[kettle::test]
async fn a_reset_is_an_error() {
    let (mut near, far) = connection().await;
    let reader = kettle::spawn(async move { near.read(&mut [0; 8]).await });
    yield_times(2).await;
    far.set_zero_linger().unwrap();
    drop(far);
    assert_eq!(reader.await.unwrap().unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[kettle::test]
async fn writing_to_a_reset_connection_ends_with_an_error() {
    let (mut near, far) = connection().await;
    far.set_zero_linger().unwrap();
    drop(far);
    let error = loop {
        if let Err(error) = near.write_all(&[0; 4096]).await {
            break error;
        }
    };
    assert!(
        matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe),
        "{error:?}"
    );
    near.shutdown().await.unwrap(); // nothing left to shut down: no error, as tokio's
}

#[kettle::test]
async fn half_close_both_ways() {
    let (mut near, mut far) = connection().await;
    near.write_all(b"question").await.unwrap();
    near.shutdown().await.unwrap();
    let mut text = String::new();
    far.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "question");
    far.write_all(b"answer").await.unwrap();
    far.shutdown().await.unwrap();
    text.clear();
    near.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "answer");
    assert_eq!(near.write_all(b"more").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
}

// ---- short reads and writes ---------------------------------------------------------------------

#[kettle::test]
async fn one_byte_at_a_time() {
    let (mut near, mut far) = connection().await;
    near.set_nodelay(true).unwrap();
    let sent = pattern(2_000);
    let expected = sent.clone();
    let writer = kettle::spawn(async move {
        for byte in sent {
            near.write_all(&[byte]).await.unwrap();
            kettle::task::yield_now().await;
        }
    });
    let mut received = Vec::new();
    let mut byte = [0];
    while far.read(&mut byte).await.unwrap() == 1 {
        received.push(byte[0]);
    }
    writer.await.unwrap();
    assert_eq!(received, expected);
}

#[kettle::test]
async fn eight_mebibytes_to_a_peer_that_begins_to_read_late() {
    let (mut near, mut far) = connection().await;
    let sent = pattern(8 << 20);
    let expected = sent.clone();
    let (writer, polls) = counted(async move { near.write_all(&sent).await });
    let writer = kettle::spawn(writer);
    // As long as the peer doesn't read, the writer fills what buffers there are, and then waits.
    let mut before = 0;
    while before != polls.load(Ordering::SeqCst) {
        before = polls.load(Ordering::SeqCst);
        yield_times(100).await;
    }
    assert!(!writer.is_finished());
    let mut received = Vec::new();
    far.read_to_end(&mut received).await.unwrap();
    writer.await.unwrap().unwrap();
    assert!(received == expected);
}

#[kettle::test]
async fn a_write_to_a_full_buffer_is_pending_and_is_woken_by_room() {
    let (mut near, mut far) = connected().await;
    let block = vec![7; 65_536];
    let fill = poll_fn(|cx| {
        let mut written = 0;
        while let Poll::Ready(n) = Pin::new(&mut near).poll_write(cx, &block) {
            written += n.unwrap();
        }
        Poll::Ready(written)
    });
    let written = fill.await;
    assert_eq!(near.try_write(&block).unwrap_err().kind(), ErrorKind::WouldBlock);
    let writable = kettle::spawn(async move { near.writable().await.map(|()| near) });
    yield_times(3).await;
    let drain = kettle::task::spawn_blocking(move || {
        far.read_exact(&mut vec![0; written]).unwrap();
        far
    });
    let near = writable.await.unwrap().unwrap();
    assert!(near.try_write(b"room").is_ok());
    drain.await.unwrap();
}

// ---- who is woken -------------------------------------------------------------------------------

#[kettle::test]
async fn two_directions_two_tasks() {
    let (near, mut far) = connection().await;
    let (mut reader, mut writer) = near.into_split();
    let (reading, polls) = counted(async move {
        let mut byte = [0];
        reader.read_exact(&mut byte).await.unwrap();
        reader
    });
    let reading = kettle::spawn(reading);
    let (writing, turns) = counted(async move {
        writer.write_all(&pattern(8 << 20)).await.unwrap();
        writer
    });
    let writing = kettle::spawn(writing);
    let mut received = vec![0; 8 << 20];
    far.read_exact(&mut received).await.unwrap();
    let writer = writing.await.unwrap();
    assert!(received == pattern(8 << 20));
    assert!(turns.load(Ordering::SeqCst) > 1, "it had to wait");
    // The reader was polled once at first. All the room that there was for the writer has not
    // concerned it.
    assert_eq!(polls.load(Ordering::SeqCst), 1);
    far.write_all(b"!").await.unwrap();
    let reader = reading.await.unwrap();
    assert_eq!(polls.load(Ordering::SeqCst), 2);
    reader.reunite(writer).unwrap();
}

#[kettle::test]
async fn the_newest_of_two_tasks_that_poll_one_direction_is_woken() {
    let (near, mut far) = connected().await;
    let near = Arc::new(near);
    let waits = |near: Arc<TcpStream>| async move { poll_fn(|cx| near.poll_read_ready(cx)).await };
    near.try_read(&mut [0; 8]).unwrap_err();
    let first = kettle::spawn(waits(near.clone()));
    yield_times(2).await;
    let second = kettle::spawn(waits(near.clone()));
    yield_times(2).await;
    far.write_all(b"x").unwrap();
    second.await.unwrap().unwrap();
    assert!(!first.is_finished());
    first.abort();
}

#[kettle::test]
async fn the_newest_of_two_wakers_that_wait_for_a_connection_is_called() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (mut accept, wakes) = polled_with_two_wakers(poll_fn(|cx| listener.poll_accept(cx)));
    let _far = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    // Neither is this task's own waker: it gives way until the loop has seen the connection.
    while wakes.iter().all(|wakes| wakes.count() == 0) {
        kettle::task::yield_now().await;
    }
    assert_eq!(wakes.map(|wakes| wakes.count()), [0, 1]);
    accept.ready().unwrap();
}

/// A task that had waited on a socket, and dropped it, is left alone by the next one of its key.
#[kettle::test]
async fn a_reused_key_never_wakes_the_old_task() {
    let (old, _far) = connected().await;
    let mut old = Some(old);
    let (forgetful, polls) = counted(poll_fn(move |cx| {
        if let Some(mut old) = old.take() {
            let mut room = [0; 8];
            let mut buf = ReadBuf::new(&mut room);
            let read = kettle::io::AsyncRead::poll_read(Pin::new(&mut old), cx, &mut buf);
            assert!(read.is_pending());
        }
        Poll::<()>::Pending
    }));
    let forgetful = kettle::spawn(forgetful);
    yield_times(2).await;
    for _ in 0..10 {
        let (mut new, mut far) = connected().await;
        let reader = kettle::spawn(async move { new.read(&mut [0; 8]).await.unwrap() });
        yield_times(2).await;
        far.write_all(b"hello").unwrap();
        assert_eq!(reader.await.unwrap(), 5);
    }
    assert_eq!(polls.load(Ordering::SeqCst), 1);
    forgetful.abort();
}

#[kettle::test]
async fn several_tasks_accept_on_one_listener() {
    let listener = Arc::new(TcpListener::bind("127.0.0.1:0").await.unwrap());
    let address = listener.local_addr().unwrap();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let listener = listener.clone();
            kettle::spawn(async move { listener.accept().await.unwrap().1 })
        })
        .collect();
    yield_times(2).await;
    let mut connected = Vec::new();
    for _ in 0..4 {
        connected.push(TcpStream::connect(address).await.unwrap());
    }
    let mut peers = Vec::new();
    for task in tasks {
        peers.push(task.await.unwrap());
    }
    let mut locals: Vec<_> = connected.iter().map(|s| s.local_addr().unwrap()).collect();
    peers.sort();
    locals.sort();
    assert_eq!(peers, locals);
}

#[kettle::test]
async fn an_accept_that_is_dropped_loses_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    {
        let mut accept = pin!(listener.accept());
        must_wait(|cx| accept.as_mut().poll(cx)).await;
    }
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (_, peer) = listener.accept().await.unwrap();
    assert_eq!(peer, near.local_addr().unwrap());
}

// ---- readiness ----------------------------------------------------------------------------------

// ---- other threads, other runtimes --------------------------------------------------------------

/// Echoes what comes until the end.
async fn echo(mut stream: TcpStream) -> usize {
    let (mut total, mut buf) = (0, [0; 1024]);
    loop {
        let n = stream.read(&mut buf).await.unwrap();
        if n == 0 {
            return total;
        }
        stream.write_all(&buf[..n]).await.unwrap();
        total += n;
    }
}

fn ask(address: SocketAddr) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        for _ in 0..100 {
            stream.write_all(b"hello").unwrap();
            stream.read_exact(&mut [0; 5]).unwrap();
        }
    })
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio's accept wants a runtime entered on the thread that polls")]
fn sockets_under_a_foreign_executor() {
    beside_a_running_runtime(|runtime| {
        let listener = {
            let _current = runtime.enter();
            park_block_on(TcpListener::bind("127.0.0.1:0")).unwrap()
        };
        let far = ask(listener.local_addr().unwrap());
        // No runtime is current here: what is accepted belongs to the listener's.
        let stream = park_block_on(listener.accept()).unwrap().0;
        assert_eq!(park_block_on(echo(stream)), 500);
        far.join().unwrap();
    });
}

#[test]
fn a_socket_is_used_while_no_thread_drives_its_runtime() {
    let runtime = runtime();
    let (near, mut far) = runtime.block_on(connected());
    // Nobody reports anything now; what need not wait works.
    far.write_all(b"hello").unwrap();
    let mut buf = [0; 8];
    let n = loop {
        match near.try_read(&mut buf) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                runtime.block_on(near.readable()).unwrap();
            }
            result => break result.unwrap(),
        }
    };
    assert_eq!(&buf[..n], b"hello");
}

#[test]
#[cfg_attr(on_tokio, ignore = "in tokio a socket can do nothing after its runtime's end")]
fn the_end_of_a_runtime_is_an_error_for_who_waits_elsewhere() {
    let runtime = runtime();
    let (mut near, mut far) = runtime.block_on(connected());
    let (waits, is_waiting) = std::sync::mpsc::channel();
    let waiter = thread::spawn(move || {
        let mut reported = false;
        let mut buf = [0; 8];
        let error = {
            let mut read = pin!(near.read(&mut buf));
            park_block_on(poll_fn(|cx| {
                let polled = read.as_mut().poll(cx);
                if polled.is_pending() && !std::mem::replace(&mut reported, true) {
                    waits.send(()).unwrap();
                }
                polled
            }))
            .unwrap_err()
        };
        (error, near)
    });
    is_waiting.recv().unwrap();
    drop(runtime);
    let (error, mut near) = waiter.join().unwrap();
    assert_eq!(error.kind(), ErrorKind::Other);
    assert!(says(&error.to_string(), "shut down"), "{error}");
    // The connection still stands.
    park_block_on(near.write_all(b"still there")).unwrap();
    far.read_exact(&mut [0; 11]).unwrap();
}

/// The same for one that waits until there is room.
#[test]
fn the_end_of_a_runtime_is_an_error_for_a_writer_that_waits_elsewhere() {
    let runtime = runtime();
    let (near, far) = runtime.block_on(connected());
    let much = vec![0; 1 << 16];
    while near.try_write(&much).is_ok() {}
    let mut waiting = Polled::new(near.writable());
    waiting.pending();
    drop(runtime);
    assert_eq!(waiting.wakes(), 1, "it is told");
    let error = waiting.ready().unwrap_err();
    assert!(says(&error.to_string(), "shut down"), "{error}");
    drop(far);
}

#[test]
fn no_runtime_is_said_in_words() {
    let no_runtime = |future: &mut dyn FnMut()| {
        assert!(says(&panic_of(future), "there is no runtime here"));
    };
    no_runtime(&mut || drop(park_block_on(TcpListener::bind("127.0.0.1:0"))));
    no_runtime(&mut || drop(park_block_on(lookup_host("localhost:80")).map(Iterator::count)));
    no_runtime(&mut || {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        drop(TcpListener::from_std(listener));
    });
}

// ---- std's sockets ------------------------------------------------------------------------------

#[kettle::test]
async fn to_std_and_back() {
    let (mut near, mut far) = connected().await;
    // It has waited, so it is registered.
    let waits = kettle::spawn(async move {
        near.read_exact(&mut [0]).await.unwrap();
        near
    });
    yield_times(2).await;
    far.write_all(b"a").unwrap();
    let mut near = waits.await.unwrap().into_std().unwrap();
    assert_eq!(near.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock, "non-blocking");
    near.set_nonblocking(false).unwrap();
    far.write_all(b"b").unwrap();
    near.read_exact(&mut [0]).unwrap();
    near.set_nonblocking(true).unwrap();
    let mut near = TcpStream::from_std(near).unwrap();
    let waits = kettle::spawn(async move { near.read(&mut [0; 8]).await.unwrap() });
    yield_times(2).await;
    far.write_all(b"ccc").unwrap();
    assert_eq!(waits.await.unwrap(), 3);
}

#[kettle::test]
async fn a_listener_to_std_and_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let std_listener = listener.into_std().unwrap();
    assert_eq!(std_listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    let listener = TcpListener::try_from(std_listener).unwrap();
    let _near = TcpStream::connect(address).await.unwrap();
    listener.accept().await.unwrap();
}

#[cfg(all(unix, debug_assertions))]
#[kettle::test]
#[cfg_attr(not(on_tokio), should_panic(expected = "blocking mode"))]
#[cfg_attr(on_tokio, should_panic(expected = "blocking socket"))]
async fn a_blocking_socket_is_refused() {
    let _ = TcpListener::from_std(std::net::TcpListener::bind("127.0.0.1:0").unwrap());
}

// ---- addresses and errors -----------------------------------------------------------------------

/// An address that is taken, so that nobody else gets it, and where nobody listens.
fn nobody() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

#[kettle::test]
async fn connecting_to_nobody_is_refused() {
    let (_socket, refused) = nobody();
    let error = TcpStream::connect(refused).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(error.raw_os_error().is_some(), "the system's own error: {error:?}");
    let error = TcpSocket::new_v4().unwrap().connect(refused).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[kettle::test]
async fn of_several_addresses_the_first_that_answers_is_taken() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let good = listener.local_addr().unwrap();
    let (_socket, refused) = nobody();
    let stream = TcpStream::connect(&[refused, good][..]).await.unwrap();
    assert_eq!(stream.peer_addr().unwrap(), good);
    let error = TcpStream::connect(&[refused, refused][..]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    // The first is in use, the second can be had.
    let free: SocketAddr = "127.0.0.1:0".parse().unwrap();
    assert_ne!(TcpListener::bind(&[good, free][..]).await.unwrap().local_addr().unwrap(), good);
}

#[kettle::test]
async fn an_address_in_use_can_not_be_bound() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let error = TcpListener::bind(address).await.unwrap_err();
    let expected = std::net::TcpListener::bind(address).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert_eq!(error.raw_os_error(), expected.raw_os_error());
    // After its end the address can be had again at once, though a connection to it is fading.
    let mut near = TcpStream::connect(address).await.unwrap();
    drop(listener.accept().await.unwrap());
    drop(listener);
    assert_eq!(near.read(&mut [0]).await.unwrap(), 0);
    TcpListener::bind(address).await.unwrap();
}

#[kettle::test]
async fn all_kinds_of_addresses() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let expected: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    let ip = expected.ip();
    let SocketAddr::V4(v4) = expected else { unreachable!() };
    let mut found = Vec::new();
    found.extend(lookup_host(expected).await.unwrap());
    found.extend(lookup_host(&expected).await.unwrap());
    found.extend(lookup_host(v4).await.unwrap());
    found.extend(lookup_host((ip, port)).await.unwrap());
    found.extend(lookup_host((*v4.ip(), port)).await.unwrap());
    found.extend(lookup_host(("127.0.0.1", port)).await.unwrap());
    found.extend(lookup_host(("127.0.0.1".to_owned(), port)).await.unwrap());
    found.extend(lookup_host(expected.to_string()).await.unwrap());
    found.extend(lookup_host(expected.to_string().as_str()).await.unwrap());
    found.extend(lookup_host(&[expected, expected][..]).await.unwrap());
    assert_eq!(found, [expected; 11]);
    let v6 = lookup_host("[::1]:80").await.unwrap().next().unwrap();
    assert!(v6.is_ipv6());
}

/// What is written out is parsed in place: no job on the blocking pool, no wait.
#[kettle::test]
async fn only_names_are_looked_up() {
    // Without a runtime there is no pool, and an address that is written out needs none.
    let without_a_runtime = |host: &'static str| {
        thread::spawn(move || {
            let mut lookup = pin!(lookup_host(host));
            lookup.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
        })
        .join()
    };
    assert!(without_a_runtime("127.0.0.1:80").unwrap());
    assert!(without_a_runtime("localhost:80").is_err(), "it panics");
    let name = lookup_host("localhost:80");
    let addresses: Vec<_> = name.await.unwrap().collect();
    assert!(!addresses.is_empty());
    assert!(addresses.iter().all(|a| a.ip().is_loopback() && a.port() == 80), "{addresses:?}");
    let addresses = lookup_host(("localhost", 81)).await.unwrap();
    assert!(addresses.into_iter().all(|a| a.port() == 81));
}

#[kettle::test]
async fn what_is_no_address_is_an_error() {
    let kind = |result: io::Result<TcpListener>| result.unwrap_err().kind();
    assert_eq!(kind(TcpListener::bind("no port").await), ErrorKind::InvalidInput);
    assert_eq!(kind(TcpListener::bind(&[][..]).await), ErrorKind::InvalidInput);
    assert_eq!(TcpStream::connect("").await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

// ---- many ---------------------------------------------------------------------------------------

/// Threads that share a listener, wait, give up and come again, while the runtime reports to them.
#[test]
#[cfg_attr(on_tokio, ignore = "tokio's accept wants a runtime entered on the thread that polls")]
fn many_threads_on_the_sockets_of_one_runtime() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 100;
    beside_a_running_runtime(|runtime| {
        let _current = runtime.enter();
        let listener = park_block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let mut total = 0;
                    for _ in 0..ROUNDS {
                        // One that gives up: its place in the list goes with it.
                        let mut given_up = pin!(listener.accept());
                        let mut cx = Context::from_waker(Waker::noop());
                        if let Poll::Ready(early) = given_up.as_mut().poll(&mut cx) {
                            total += park_block_on(echo(early.unwrap().0));
                        } else {
                            total +=
                                park_block_on(echo(park_block_on(listener.accept()).unwrap().0));
                        }
                    }
                    assert_eq!(total, ROUNDS * 5);
                });
                scope.spawn(|| {
                    let _current = runtime.enter();
                    for _ in 0..ROUNDS {
                        park_block_on(async {
                            let mut near = TcpStream::connect(address).await.unwrap();
                            near.write_all(b"hello").await.unwrap();
                            near.read_exact(&mut [0; 5]).await.unwrap();
                        });
                    }
                });
            }
        });
    });
}

// ---- halves, options, types ---------------------------------------------------------------------

#[kettle::test]
async fn dropping_the_half_for_writing_ends_its_direction_and_forgetting_it_does_not() {
    let (near, mut far) = connection().await;
    let (mut reader, writer) = near.into_split();
    drop(writer);
    assert_eq!(far.read(&mut [0; 8]).await.unwrap(), 0);
    far.write_all(b"x").await.unwrap();
    assert_eq!(reader.read(&mut [0; 8]).await.unwrap(), 1);

    let (near, far) = connection().await;
    let (_reader, writer) = near.into_split();
    writer.forget();
    let mut far = far;
    let mut read = pin!(async move { far.read(&mut [0; 8]).await });
    yield_times(3).await;
    assert!(poll_fn(|cx| Poll::Ready(read.as_mut().poll(cx).is_pending())).await, "no end came");
}

#[kettle::test]
async fn only_halves_of_one_stream_are_reunited() {
    let (one, other) = connection().await;
    let address = one.local_addr().unwrap();
    let (one_reader, one_writer) = one.into_split();
    let (other_reader, other_writer) = other.into_split();
    let error = one_reader.reunite(other_writer).unwrap_err();
    assert!(error.to_string().contains("not from the same socket"));
    let kettle::net::tcp::ReuniteError(one_reader, other_writer) = error;
    assert_eq!(one_writer.reunite(one_reader).unwrap().local_addr().unwrap(), address);
    let mut other = other_reader.reunite(other_writer).unwrap();
    // No half was dropped on the way that would have shut its direction down.
    let (mut reader, mut writer) = other.split();
    assert!(writer.try_write(b"x").is_ok());
    assert_eq!(reader.read(&mut [0; 8]).await.unwrap(), 0, "`one` was dropped");
    writer.shutdown().await.unwrap();
}

#[kettle::test]
#[allow(deprecated)] // tokio warns of `set_linger`: a drop may block
async fn options_are_read_back_as_they_were_set() {
    let (near, far) = connection().await;
    near.set_nodelay(true).unwrap();
    assert!(near.nodelay().unwrap() && !far.nodelay().unwrap());
    near.set_ttl(42).unwrap();
    assert_eq!(near.ttl().unwrap(), 42);
    let second = std::time::Duration::from_secs(1);
    near.set_linger(Some(second)).unwrap();
    assert_eq!(near.linger().unwrap(), Some(second));
    near.set_linger(None).unwrap();
    assert_eq!(near.linger().unwrap(), None);
    assert!(near.take_error().unwrap().is_none());
    assert_eq!(near.local_addr().unwrap(), far.peer_addr().unwrap());

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.set_keepalive(true).unwrap();
    socket.set_nodelay(true).unwrap();
    socket.set_recv_buffer_size(10_000).unwrap();
    assert!(socket.reuseaddr().unwrap() && socket.keepalive().unwrap());
    assert!(socket.nodelay().unwrap() && socket.recv_buffer_size().unwrap() >= 10_000);
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let listener = socket.listen(16).unwrap();
    listener.set_ttl(17).unwrap();
    assert_eq!((listener.local_addr().unwrap(), listener.ttl().unwrap()), (address, 17));
    let client = TcpSocket::new_v4().unwrap();
    let _client = client.connect(address).await.unwrap();
    listener.accept().await.unwrap();
}

#[kettle::test]
async fn debug_names_the_addresses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    assert!(format!("{listener:?}").contains(&port));
    assert!(format!("{stream:?}").contains(&port));
    let (reader, writer) = stream.into_split();
    assert!(format!("{reader:?} {writer:?}").contains(&port));
}
