//! Do all sockets appear in the events, each by its name?
//!
//! Each is made to wait once, so that it joins the selector. What is recorded must fold without a
//! contradiction, and every source is dropped again.

use std::future::{Future, poll_fn};
use std::io::{self, IoSlice, Read as _, Write as _};
use std::pin::pin;
use std::task::Poll;

use kettle::io::unix::AsyncFd;
use kettle::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use kettle::net::unix::pipe;
use kettle::net::{TcpListener, UdpSocket, UnixDatagram, UnixListener, UnixStream};
use kettle::process::Command;
use kettle::trace::{Event, Record};
use kettle_events::Direction::{self, Read, Write};
use kettle_events::{Resource, Tried};

use crate::common::engine::yield_until;
use crate::common::folder::Folder;
use crate::records::{picked, run_recorded};

fn watch<F: Future<Output = ()>>(future: F) -> Vec<Record> {
    let ((), records) = run_recorded(async || future.await);
    crate::folded::whole(&records);
    records
}

/// Polls it once, and must get `Pending`.
async fn waits<F: Future>(future: F) {
    let mut future = pin!(future);
    poll_fn(|cx| {
        assert!(future.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
}

/// The names of those that were added.
fn added(records: &[Record]) -> String {
    let mut names = picked!(records, Event::SourceAdd { what, .. } => what);
    names.sort_unstable();
    names.join(" ")
}

fn dropped(records: &[Record]) -> usize {
    records.iter().filter(|record| matches!(record.event, Event::SourceDrop { .. })).count()
}

#[test]
fn each_socket_appears_by_its_name_and_leaves() {
    let folder = Folder::new();
    let path = folder.at("socket");
    let records = watch(async move {
        let mut buf = [0; 8];
        waits(TcpListener::bind("127.0.0.1:0").await.unwrap().accept()).await;
        waits(UdpSocket::bind("127.0.0.1:0").await.unwrap().recv(&mut buf)).await;
        waits(UnixListener::bind(path).unwrap().accept()).await;
        let (near, _far) = UnixDatagram::pair().unwrap();
        waits(near.recv(&mut buf)).await;
        let (near, _far) = UnixStream::pair().unwrap();
        assert!(near.try_read(&mut buf).is_err());
        waits(near.async_io(Interest::READABLE, || Ok(()))).await;
        let (_sender, receiver) = pipe::pipe().unwrap();
        assert!(receiver.try_read(&mut buf).is_err());
        waits(receiver.readable()).await;
        let (near, _far) = std::os::unix::net::UnixStream::pair().unwrap();
        let near = AsyncFd::new(near).unwrap();
        waits(near.readable()).await;
        near.writable().await.unwrap().clear_ready();
        waits(near.writable()).await;
    });
    let wanted = "PipeReader TcpListener UdpSocket UnixDatagram UnixListener UnixStream UnixStream";
    assert_eq!(added(&records), wanted, "the last is std's, in the `AsyncFd`");
    assert_eq!(dropped(&records), 10, "the three that never joined, too");
}

/// The bytes of each try that was done.
fn moved(records: &[Record]) -> Vec<(Direction, Option<usize>)> {
    picked!(
        records,
        Event::SourceTry { direction, result: Tried::Done, bytes, .. } => (direction, bytes),
    )
}

#[test]
fn the_bytes_of_a_datagram_are_told_unless_it_is_empty_or_stays() {
    let udp = watch(async {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut buf = [0; 8];
        waits(server.recv_from(&mut buf)).await;
        let address = server.local_addr().unwrap();
        client.send_to(b"abc", address).await.unwrap();
        server.peek_from(&mut buf).await.unwrap();
        server.recv_from(&mut buf).await.unwrap();
        client.connect(address).await.unwrap();
        client.send(b"").await.unwrap();
        client.try_send(b"de").unwrap();
        assert_eq!(server.recv(&mut buf).await.unwrap(), 0);
        assert_eq!(server.try_recv_from(&mut buf).unwrap().0, 2);
    });
    let wanted = [(Write, Some(3)), (Read, None), (Read, Some(3)), (Write, None), (Write, Some(2))];
    assert_eq!(moved(&udp), [&wanted[..], &[(Read, None), (Read, Some(2))]].concat());
    let unix = watch(async {
        let (near, far) = UnixDatagram::pair().unwrap();
        let mut buf = [0; 8];
        waits(far.recv(&mut buf)).await;
        near.send(b"abc").await.unwrap();
        near.try_send(b"de").unwrap();
        far.recv(&mut buf).await.unwrap();
        assert_eq!(far.try_recv(&mut buf).unwrap(), 2, "the first was not short");
    });
    let all = [(Write, Some(3)), (Write, Some(2)), (Read, Some(3)), (Read, Some(2))];
    assert_eq!(moved(&unix), all);
    let clear = |record: &&Record| matches!(record.event, Event::SourceClear { .. });
    assert_eq!(unix.iter().filter(clear).count(), 1, "only of the try that would block");
}

#[test]
fn the_bytes_of_several_buffers_are_told() {
    let parts = [IoSlice::new(b"ab"), IoSlice::new(b"c")];
    let told = watch(async {
        let (mut near, mut far) = UnixStream::pair().unwrap();
        assert_eq!(near.write_vectored(&parts).await.unwrap(), 3);
        assert_eq!(near.try_write_vectored(&parts).unwrap(), 3);
        far.readable().await.unwrap();
        assert_eq!(far.read(&mut [0; 8]).await.unwrap(), 6);
    });
    assert_eq!(moved(&told), [(Write, Some(3)), (Write, Some(3)), (Read, Some(6))]);
}

/// A socket that waited before is connected: its ports are told again, and it is no second source.
#[test]
fn a_connected_udp_socket_is_told_with_both_ports() {
    let ports = std::sync::Arc::new(std::sync::Mutex::new([0; 2]));
    let written = ports.clone();
    let records = watch(async move {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        waits(client.recv(&mut [0; 8])).await;
        client.connect(server.local_addr().unwrap()).await.unwrap();
        *written.lock().unwrap() =
            [&client, &server].map(|one| u32::from(one.local_addr().unwrap().port()));
    });
    let [client, server] = *ports.lock().unwrap();
    let told = picked!(records, Event::SourceNew { ends, .. } => ends);
    assert_eq!(told, [[server, 0], [client, 0], [client, server]]);
}

/// An error is a direction of its own, as priority data is.
#[test]
fn a_wait_for_an_error_is_told_by_its_direction() {
    let records = watch(async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let gone = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        socket.connect(gone).await.unwrap();
        let sends = async {
            kettle::task::yield_now().await;
            socket.send(b"x").await.unwrap();
        };
        let (ready, ()) = kettle::join!(socket.ready(Interest::ERROR), sends);
        assert!(ready.unwrap().is_error());
        waits(async {
            let _ = socket.try_io(Interest::ERROR, || -> std::io::Result<()> {
                Err(std::io::ErrorKind::WouldBlock.into())
            });
            socket.ready(Interest::ERROR).await
        })
        .await;
    });
    assert_eq!(added(&records), "UdpSocket");
    assert_eq!(dropped(&records), 2, "`gone` is told of, too");
    let mut told = picked!(
        records,
        Event::Wait { on: Resource::Source(_, Direction::Error), .. } => "waits",
        Event::SourceReady { ready: [.., true], .. } => "reported",
        Event::SourceTry { direction: Direction::Error, .. } => "tried",
        Event::SourceClear { direction: Direction::Error, .. } => "cleared",
    );
    told.dedup(); // `join!` polls it more than once
    assert_eq!(told, ["waits", "reported", "tried", "cleared", "waits"]);
}

/// The record has the kind of an error: the page says it in words.
#[test]
fn a_refused_connection_is_told_with_its_error() {
    let records = watch(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gone = listener.local_addr().unwrap();
        drop(listener);
        assert!(kettle::net::TcpStream::connect(gone).await.is_err());
    });
    let errors = picked!(records, Event::SourceTry { result: Tried::Failed(kind), .. } => kind);
    assert_eq!(errors, [io::ErrorKind::ConnectionRefused]);
}

/// A report of writing comes between a wait and its clear, which then does nothing. The next does.
#[test]
fn a_clear_that_a_report_has_undone_is_not_told() {
    let records = watch(async {
        let (near, mut far) = std::os::unix::net::UnixStream::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        far.set_nonblocking(true).unwrap();
        let near = AsyncFd::new(near).unwrap();
        let mut room = near.writable().await.unwrap();
        while near.get_ref().write(&[0; 4096]).is_ok() {}
        room.clear_ready();
        far.write_all(b"x").unwrap();
        let mut data = near.readable().await.unwrap();
        assert_eq!(near.get_ref().read(&mut [0; 8]).unwrap(), 1);
        while far.read(&mut [0; 4096]).is_ok() {}
        drop(near.writable().await.unwrap());
        data.clear_ready();
        near.readable().await.unwrap().clear_ready();
        waits(near.readable()).await;
    });
    let told = picked!(
        records,
        Event::SourceReady { ready: [true, ..], .. } => "data",
        Event::SourceReady { ready: [false, true, ..], .. } => "room",
        Event::SourceTry { direction: Direction::Read, .. } => "tried",
        Event::SourceClear { direction: Direction::Read, .. } => "cleared",
    );
    assert_eq!(told, ["room", "data", "room", "cleared"]);
}

/// A program that only waits makes the tries itself. Those that `try_io` sees are told, and no
/// others; that a guard is cleared is no try.
#[test]
fn of_a_source_that_only_waits_nothing_is_told_but_what_happened() {
    let records = watch(async {
        let (near, mut far) = std::os::unix::net::UnixStream::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        far.write_all(b"x").unwrap();
        let near = AsyncFd::with_interest(near, Interest::READABLE).unwrap();
        let read = |fd: &AsyncFd<std::os::unix::net::UnixStream>| fd.get_ref().read(&mut [0; 8]);
        let mut first = near.readable().await.unwrap();
        let mut second = near.readable().await.unwrap();
        assert_eq!(first.try_io(read).unwrap().unwrap(), 1);
        assert!(first.try_io(read).is_err());
        second.clear_ready(); // it is already
        far.write_all(b"x").unwrap();
        near.readable().await.unwrap().clear_ready();
    });
    let told = picked!(
        records,
        Event::SourceNew { ready: [false, false, false, false], .. } => "made, not ready",
        Event::SourceAdd { .. } => "added",
        Event::SourceReady { .. } => "reported",
        Event::SourceTry { result: Tried::WouldBlock, .. } => "would block",
        Event::SourceTry { result: Tried::Done, .. } => "done",
        Event::SourceClear { .. } => "cleared",
        Event::SourceDrop { .. } => "dropped",
    );
    let begins = ["made, not ready", "added", "reported"];
    let told_of_tries = ["done", "would block", "cleared"];
    assert_eq!(told, [&begins[..], &told_of_tries, &["reported", "cleared", "dropped"]].concat());
}

#[test]
fn the_end_of_each_child_is_told_once() {
    let _alone = crate::CHILDREN.lock();
    let records = watch(async {
        let sh = |line| Command::new("sh").args(["-c", line]).spawn().unwrap();
        assert_eq!(sh("exit 3").wait().await.unwrap().code(), Some(3));
        sh("exec sleep 100").kill().await.unwrap();
        let dropped = sh("exit 4").id().unwrap();
        yield_until(|| !std::fs::exists(format!("/proc/{dropped}")).unwrap()).await;
    });
    let ends = picked!(records, Event::ChildEnd { code, signal, .. } => (code, signal));
    assert_eq!(ends, [(Some(3), None), (None, Some(9)), (Some(4), None)]);
}
