//! Programs that wait and try nothing: does a socket say what is true, and learn of its peer's end?

use std::io::ErrorKind;
#[cfg(target_os = "linux")]
use std::{future::poll_fn, net::SocketAddr};

use kettle::io::{AsyncReadExt, AsyncWriteExt, Interest, Ready};
#[cfg(target_os = "linux")]
use kettle::net::{TcpListener, TcpSocket};
use kettle::net::{TcpStream, UdpSocket};
#[cfg(unix)]
use kettle::net::{UnixDatagram, UnixStream, unix::pipe};
use kettle::task::yield_now;
#[cfg(target_os = "linux")]
use socket2::{Domain, Socket, Type};

use crate::common::engine::{connection, yield_times};
use crate::help::Polled;

/// So often the loop looks at its selector while nothing happens that a wait could be for.
const TURNS: u32 = 1_000;

/// A listener whose queue is full, and one that connects to it all the same: so the first packet
/// gets no answer, until it is sent again after a second.
#[cfg(target_os = "linux")]
struct UnderWay {
    listener: TcpListener,
    queued: Vec<Socket>,
    stream: TcpStream,
}

#[cfg(target_os = "linux")]
fn under_way() -> UnderWay {
    let listener = TcpSocket::new_v4().unwrap();
    listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = listener.listen(1).unwrap();
    let mut queued = Vec::new();
    loop {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_nonblocking(true).unwrap();
        let connect = socket.connect(&listener.local_addr().unwrap().into());
        assert_eq!(connect.unwrap_err().raw_os_error(), Some(115), "`EINPROGRESS`");
        if socket.peer_addr().is_err() {
            let stream = TcpStream::from_std(socket.into()).unwrap();
            return UnderWay { listener, queued, stream };
        }
        queued.push(socket);
    }
}

#[cfg(target_os = "linux")]
impl UnderWay {
    fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// Lets the loop look at its selector, which has nothing to say.
    async fn is_not_writable(&self) {
        let mut writable = Polled::new(self.stream.writable());
        let mut by_poll = Polled::new(poll_fn(|cx| self.stream.poll_write_ready(cx)));
        for _ in 0..TURNS {
            writable.pending();
            by_poll.pending();
            yield_now().await;
        }
        assert_eq!(self.stream.peer_addr().unwrap_err().kind(), ErrorKind::NotConnected);
    }

    /// Makes room, and waits as a dialler does: until it is writable and without an error.
    async fn connects(&self) {
        for _ in &self.queued {
            self.listener.accept().await.unwrap();
        }
        self.stream.writable().await.unwrap();
        assert!(self.stream.take_error().unwrap().is_none());
        assert_eq!(self.stream.peer_addr().unwrap(), self.address());
    }
}

/// As socket2's users dial, libp2p among them.
#[cfg(target_os = "linux")]
#[kettle::test]
async fn a_connect_under_way_is_writable_when_it_is_connected() {
    let dial = under_way();
    dial.is_not_writable().await;
    dial.connects().await;
}

#[cfg(target_os = "linux")]
#[kettle::test]
async fn a_connect_under_way_that_is_refused_is_writable_then() {
    let UnderWay { listener, queued, stream } = under_way();
    let mut writable = Polled::waiting(stream.writable());
    drop((listener, queued));
    writable.when_woken().await.unwrap();
    let error = stream.take_error().unwrap().expect("nobody listens any more");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

/// A try that would block registers the socket, and so both directions of it.
#[cfg(target_os = "linux")]
#[kettle::test]
async fn a_connect_under_way_that_was_read_from_is_not_writable_yet() {
    let dial = under_way();
    assert_eq!(dial.stream.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    dial.is_not_writable().await;
    dial.connects().await;
}

/// Asks again and again, as a program does that looks after its peer.
async fn learns_of_the_end(mut ready: impl AsyncFnMut() -> Ready) {
    for _ in 0..TURNS {
        let ready = ready().await;
        if ready.is_read_closed() || ready.is_write_closed() {
            return;
        }
        yield_now().await;
    }
    panic!("the other side has gone, and `ready` never says so");
}

/// A server that has read the whole request at once, with room left in its buffer or not.
#[kettle::test]
async fn the_end_is_seen_by_who_only_waits_after_a_read() {
    for room in [1024, 5] {
        let (mut client, mut server) = connection().await;
        client.write_all(b"hello").await.unwrap();
        assert_eq!(server.read(&mut vec![0; room]).await.unwrap(), 5);
        drop(client);
        learns_of_the_end(async || server.ready(Interest::READABLE).await.unwrap()).await;
    }
}

#[cfg(unix)]
#[kettle::test]
async fn the_end_is_seen_by_a_half_that_only_waits() {
    let (mut client, mut server) = UnixStream::pair().unwrap();
    client.write_all(b"hello").await.unwrap();
    assert_eq!(server.read(&mut [0; 1024]).await.unwrap(), 5);
    drop(client);
    let (read, write) = server.into_split();
    learns_of_the_end(async || read.ready(Interest::READABLE).await.unwrap()).await;
    learns_of_the_end(async || write.ready(Interest::WRITABLE).await.unwrap()).await;
}

#[cfg(unix)]
#[kettle::test]
async fn a_sender_that_only_waits_sees_its_reader_go() {
    let (mut sender, receiver) = pipe::pipe().unwrap();
    sender.write_all(b"hello").await.unwrap();
    drop(receiver);
    learns_of_the_end(async || sender.ready(Interest::WRITABLE).await.unwrap()).await;
}

/// Works on a request unless its client goes. Was it cancelled?
async fn is_cancelled(server: &TcpStream) -> bool {
    let work = async {
        yield_times(TURNS).await;
    };
    kettle::select! {
        biased;
        readable = server.readable() => readable.map(|()| true).unwrap(),
        () = work => false,
    }
}

#[cfg_attr(windows, ignore = "there a short read doesn't end the readiness")]
#[kettle::test]
async fn a_request_that_was_read_is_not_cancelled_until_its_client_goes() {
    let (mut client, mut server) = connection().await;
    for _ in 0..3 {
        client.write_all(b"hello").await.unwrap();
        assert_eq!(server.read(&mut [0; 1024]).await.unwrap(), 5);
        assert!(!is_cancelled(&server).await, "nothing has come, and the client is still there");
    }
    drop(client);
    assert!(is_cancelled(&server).await);
}

#[kettle::test]
async fn a_fresh_socket_is_readable_only_when_something_has_come() {
    let (one, other) = (UdpSocket::bind("127.0.0.1:0"), UdpSocket::bind("127.0.0.1:0"));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    let mut readable = Polled::new(one.readable());
    for _ in 0..TURNS {
        readable.pending();
        yield_now().await;
    }
    other.send_to(b"hello", one.local_addr().unwrap()).await.unwrap();
    readable.when_woken().await.unwrap();
    assert_eq!(one.try_recv(&mut [0; 8]).unwrap(), 5);
}

/// An accepted connection has room, and often a request, too.
#[kettle::test]
async fn an_accepted_connection_is_ready_at_once_until_it_is_tried() {
    let (_client, server) = connection().await;
    Polled::new(server.writable()).ready().unwrap();
    Polled::new(server.readable()).ready().unwrap();
    assert_eq!(server.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    Polled::new(server.readable()).pending();
}

#[cfg(unix)]
#[kettle::test]
async fn a_new_pair_is_writable_at_once_and_not_readable() {
    let (one, other) = UnixStream::pair().unwrap();
    for end in [one, other] {
        Polled::new(end.writable()).ready().unwrap();
        Polled::new(end.readable()).pending();
    }
    let (one, other) = UnixDatagram::pair().unwrap();
    for end in [one, other] {
        Polled::new(end.writable()).ready().unwrap();
        Polled::new(end.readable()).pending();
    }
}
