//! Are the futures of `time`, `net`, `fs`, `process` and `signal` what tokio's are to the compiler:
//! `Send`, `Sync`, `Unpin`?
//!
//! Everything here is decided when it is compiled. The futures of `sync` and `io` are asked for
//! beside their own tests. tokio's own tests ask the same of the types (`cargo xtask full
//! published`).

use std::future::Ready;
use std::io;
use std::net::SocketAddr;

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY, any};
use kettle::fs::{self, File, ReadDir};
use kettle::io::Interest;
use kettle::io::unix::AsyncFd;
use kettle::net::tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use kettle::net::unix::pipe::Receiver;
use kettle::net::{TcpListener, TcpSocket, TcpStream};
use kettle::net::{UdpSocket, UnixDatagram, UnixListener, UnixSocket, UnixStream};
use kettle::process::{Child, Command};
use kettle::time::Interval;

// As the future of an `async fn`, which tokio's is.
auto_traits!(fn kettle::task::yield_now() => Send & Sync & !Unpin);

auto_traits!(fn kettle::time::advance(any()) => Send & Sync & !Unpin);
auto_traits!(fn kettle::time::sleep(any()) => Send & Sync & !Unpin);
auto_traits!(fn kettle::time::sleep_until(any()) => Send & Sync & !Unpin);
auto_traits!(fn kettle::time::timeout(any(), any::<Ready<YY>>()) => Send & Sync & !Unpin);
auto_traits!(fn kettle::time::timeout(any(), any::<Ready<YN>>()) => Send & !Sync & !Unpin);
auto_traits!(fn kettle::time::timeout(any(), any::<Ready<NN>>()) => !Send & !Sync & !Unpin);
auto_traits!(fn kettle::time::timeout_at(any(), any::<Ready<YY>>()) => Send & Sync & !Unpin);
auto_traits!(fn Interval::tick(any()) => Send & Sync & !Unpin);

auto_traits!(fn kettle::net::lookup_host(any::<SocketAddr>()) => Send & Sync & !Unpin);
auto_traits!(fn TcpListener::bind(any::<SocketAddr>()) => Send & Sync & !Unpin);
auto_traits!(fn TcpListener::accept(any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpSocket::connect(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::connect(any::<SocketAddr>()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::readable(any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::writable(any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::peek(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::async_io(any(), any::<Interest>(), any::<fn() -> io::Result<YY>>())
    => Send & Sync & !Unpin);
auto_traits!(fn ReadHalf::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn ReadHalf::readable(any()) => Send & Sync & !Unpin);
auto_traits!(fn ReadHalf::peek(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn WriteHalf::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn WriteHalf::writable(any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedReadHalf::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedReadHalf::readable(any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedReadHalf::peek(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedWriteHalf::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedWriteHalf::writable(any()) => Send & Sync & !Unpin);

fn send(_: impl Future + Send) {}

#[allow(dead_code)] // asks the compiler
fn futures_of_datagrams_are_send(udp: &UdpSocket, unix: &UnixDatagram, to: SocketAddr) {
    let mut buf = [0; 8];
    send(UdpSocket::bind("127.0.0.1:0"));
    send(udp.connect(to));
    send(udp.send(b""));
    send(udp.recv(&mut buf));
    send(udp.send_to(b"", to));
    send(udp.recv_from(&mut buf));
    send(udp.peek(&mut buf));
    send(udp.peek_from(&mut buf));
    send(udp.peek_sender());
    send(unix.send(b""));
    send(unix.recv(&mut buf));
    send(unix.send_to(b"", "path"));
    send(unix.recv_from(&mut buf));
    let mut buf = Vec::new();
    send(udp.recv_buf(&mut buf));
    send(udp.recv_buf_from(&mut buf));
    send(unix.recv_buf(&mut buf));
    send(unix.recv_buf_from(&mut buf));
}

#[allow(dead_code)] // asks the compiler
fn futures_of_unix_sockets_and_descriptors_are_send(
    listener: &UnixListener,
    socket: UnixSocket,
    receiver: &Receiver,
    fd: &mut AsyncFd<std::os::fd::OwnedFd>,
) {
    send(listener.accept());
    send(UnixStream::connect("path"));
    send(UnixStream::connect_addr(&listener.local_addr().unwrap()));
    send(socket.connect("path"));
    send(receiver.ready(Interest::READABLE));
    send(fd.readable());
    send(fd.ready(Interest::READABLE));
    send(fd.async_io(Interest::READABLE, |_| Ok(())));
    send(fd.readable_mut());
    send(fd.ready_mut(Interest::READABLE));
    send(fd.async_io_mut(Interest::READABLE, |_| Ok(())));
}

#[allow(dead_code)] // asks the compiler
fn futures_of_files_and_children_are_send(
    file: &File,
    entries: &mut ReadDir,
    command: &mut Command,
    child: &mut Child,
) {
    send(fs::read("path"));
    send(fs::read_dir("path"));
    send(File::open("path"));
    send(file.set_len(1));
    send(file.try_clone());
    send(entries.next_entry());
    send(command.status());
    send(command.output());
    send(child.wait());
    send(child.kill());
    send(kettle::signal::ctrl_c());
}
