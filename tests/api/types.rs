//! Can a task await what tokio's own list of auto traits leaves out?
//!
//! That list, `tests/async_send_sync.rs`, asks which futures are `Send`, `Sync` and `Unpin`, and is
//! compiled with kettle, too (`cargo xtask test published`). Here are the functions that it has
//! not, and those of which it is told not to ask: each future can go to another thread. It is the
//! compiler who is asked.

#![allow(dead_code)]

use std::net::SocketAddr;

use kettle::fs::ReadDir;
use kettle::io::unix::AsyncFd;
use kettle::io::{Interest, copy_bidirectional_with_sizes};
use kettle::net::tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use kettle::net::{TcpSocket, TcpStream, UdpSocket, UnixDatagram, UnixSocket, UnixStream};
use kettle::process::Command;
use kettle::task::JoinSet;

fn send(_: impl Future + Send) {}

fn of_streams(socket: TcpSocket, mut stream: TcpStream, mut other: TcpStream, to: SocketAddr) {
    send(socket.connect(to));
    send(stream.async_io(Interest::READABLE, || Ok(())));
    send(copy_bidirectional_with_sizes(&mut stream, &mut other, 1, 1));
}

fn of_halves(
    (reads, writes): (ReadHalf<'_>, WriteHalf<'_>),
    (mut owned, sends): (OwnedReadHalf, OwnedWriteHalf),
) {
    send(reads.ready(Interest::READABLE));
    send(reads.readable());
    send(writes.ready(Interest::WRITABLE));
    send(writes.writable());
    send(owned.ready(Interest::READABLE));
    send(owned.readable());
    send(owned.peek(&mut [0]));
    send(sends.ready(Interest::WRITABLE));
    send(sends.writable());
}

fn of_datagrams(udp: &UdpSocket, unix: &UnixDatagram) {
    let (mut buffer, mut bytes) = ([0; 8], Vec::new());
    send(udp.peek(&mut buffer));
    send(udp.peek_sender());
    send(udp.recv_buf(&mut bytes));
    send(udp.recv_buf_from(&mut bytes));
    send(unix.recv_buf(&mut bytes));
    send(unix.recv_buf_from(&mut bytes));
}

fn of_descriptors(socket: UnixSocket, stream: &UnixStream, fd: &mut AsyncFd<std::os::fd::OwnedFd>) {
    send(socket.connect("path"));
    send(UnixStream::connect_addr(&stream.peer_addr().unwrap()));
    send(fd.ready(Interest::READABLE));
    send(fd.async_io(Interest::READABLE, |_| Ok(())));
    send(fd.ready_mut(Interest::READABLE));
    send(fd.async_io_mut(Interest::READABLE, |_| Ok(())));
}

fn of_the_rest(entries: &mut ReadDir, command: &mut Command, mut set: JoinSet<()>) {
    send(entries.next_entry());
    send(command.status());
    send(command.output());
    send(set.join_next_with_id());
    send(set.join_all());
    send(kettle::task::coop::consume_budget());
    send(kettle::task::yield_now());
}
