//! Addresses, options, halves and the sockets of std: what a program asks of TCP besides bytes.

use crate::common::engine::{connected, connection, yield_times};
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpSocket, TcpStream, lookup_host};

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
}
