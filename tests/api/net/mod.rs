//! Sockets.

#[cfg(unix)]
mod async_fd;
#[cfg(target_os = "linux")]
mod duplicates;
mod only_waiting;
#[cfg(unix)]
mod pipe;
mod readiness;
mod tcp;
mod tcp_addresses;
mod tcp_socket;
mod tcp_stream;
mod tcp_threads;
mod udp;
#[cfg(unix)]
mod unix_datagram;
#[cfg(unix)]
mod unix_socket;
#[cfg(unix)]
mod unix_stream;

use std::panic::{RefUnwindSafe, UnwindSafe};

#[cfg(unix)]
use kettle::io::unix::AsyncFd;
use kettle::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};
#[cfg(unix)]
use kettle::net::{UnixDatagram, UnixListener, UnixSocket, UnixStream, unix};

use crate::help::{Folder, panic_of};

/// What both kinds of streams do: the same file, twice.
#[path = "."]
mod tcp_streams {
    pub(super) use crate::common::engine::connection as pair;
    pub(super) use kettle::net::TcpStream as Stream;
    mod streams;
}
#[cfg(unix)]
#[path = "."]
mod unix_streams {
    pub(super) use kettle::net::UnixStream as Stream;
    pub(super) async fn pair() -> (Stream, Stream) {
        Stream::pair().unwrap()
    }
    #[allow(clippy::duplicate_mod, reason = "that is the point")]
    mod streams;
}

/// A panic in the program's own code leaves a socket as it was.
#[test]
fn each_kind_is_unwind_safe() {
    fn is_safe<T: UnwindSafe + RefUnwindSafe>() {}
    is_safe::<TcpListener>();
    is_safe::<TcpSocket>();
    is_safe::<TcpStream>();
    is_safe::<UdpSocket>();
    #[cfg(unix)]
    {
        is_safe::<UnixDatagram>();
        is_safe::<UnixListener>();
        is_safe::<UnixStream>();
        is_safe::<unix::pipe::Receiver>();
        is_safe::<unix::pipe::Sender>();
    }
}

/// What is made of std's or of the system's belongs to a runtime, so each panics without one. Those
/// that take std's, or a path, name the program's line, in tokio, too.
#[cfg(unix)]
#[test]
#[allow(deprecated)] // tokio's `AsyncFd::new`: its heir is `unsafe` there
fn outside_of_a_runtime_each_kind_panics() {
    use std::os::unix::net::{UnixDatagram as StdDatagram, UnixStream as StdStream};
    let folder = Folder::new();
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    udp.set_nonblocking(true).unwrap();
    let [stream, fd] = [(); 2].map(|()| StdStream::pair().unwrap().0);
    stream.set_nonblocking(true).unwrap();
    let datagram = StdDatagram::unbound().unwrap();
    datagram.set_nonblocking(true).unwrap();
    let here = [
        panic_of(|| drop(UdpSocket::from_std(udp))),
        panic_of(|| drop(UnixStream::from_std(stream))),
        panic_of(|| drop(UnixDatagram::from_std(datagram))),
        panic_of(|| drop(UnixListener::bind(folder.at("s")))),
        panic_of(|| drop(AsyncFd::new(fd))),
    ];
    assert_eq!(here.map(|panic| panic.file), [file!(); 5]);
    panic_of(|| drop(UnixDatagram::unbound()));
    panic_of(|| drop(UnixDatagram::pair()));
    panic_of(|| drop(kettle::net::unix::pipe::pipe()));
    // A socket that does nothing yet needs none.
    let tcp = TcpSocket::new_v4().unwrap();
    tcp.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    panic_of(|| drop(tcp.listen(1)));
    let unix = UnixSocket::new_stream().unwrap();
    unix.bind(folder.at("t")).unwrap();
    panic_of(|| drop(unix.listen(1)));
}
