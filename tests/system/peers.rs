//! A peer's program is stopped: its window is closed, and stays so. (Its machine is there: on loopback the system
//! answers each probe of it.) Or its machine vanishes. Only the system can give it up, after as long as it was told.
//! All that wait for the socket hear of that.

use std::io::ErrorKind;
use std::process::Command;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use socket2::{SockRef, TcpKeepalive};

use crate::common::engine::run_within_a_minute;

#[test]
fn both_directions_hear_that_the_system_has_given_up_a_silent_peer() {
    run_within_a_minute(async || {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let _silent = listener.accept().unwrap();
        let limit = Some(Duration::from_millis(50));
        SockRef::from(&stream).set_tcp_user_timeout(limit).unwrap();
        let (mut reader, mut writer) = stream.into_split();
        let reads = kettle::spawn(async move { reader.read(&mut [0; 8]).await });
        let written = writer.write_all(&vec![7; 64 << 20]).await;
        // The system tells it once, to the call that comes first; to others the connection is over.
        let (read, written) = (reads.await.unwrap(), written.map(|()| 1));
        let timed_out = [&read, &written]
            .into_iter()
            .filter(|result| result.as_ref().is_err_and(|it| it.kind() == ErrorKind::TimedOut));
        assert_eq!(timed_out.count(), 1, "{read:?}, {written:?}");
        assert!(!matches!(read, Ok(1..)) && written.is_err(), "{read:?}, {written:?}");
    });
}

/// In a network of its own, which goes down: what is sent is lost, and nothing says so.
#[test]
#[ignore = "run by `cargo xtask test load`, in a network of its own"]
fn a_peer_whose_machine_vanishes_is_given_up_and_the_next_one_is_served() {
    let network = |state| {
        let status = Command::new("ip").args(["link", "set", "lo", state]).status();
        assert!(status.expect("iproute2 is here").success());
    };
    let links =
        Command::new("ip").args(["-o", "link", "show", "up"]).output().expect("iproute2 is here");
    assert!(
        links.stdout.is_empty(),
        "this network is not its own: `cargo xtask test load` gives it one"
    );
    network("up");
    run_within_a_minute(async move || {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connection = async || {
            let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            (stream, listener.accept().await.unwrap().0)
        };
        // One only waits, so it has to ask whether its peer is there. The other has sent something.
        let ((mut waits, _peer), (mut sends, _other)) = (connection().await, connection().await);
        let second = Duration::from_secs(1);
        let asks = TcpKeepalive::new().with_time(second).with_interval(second).with_retries(1);
        SockRef::from(&waits).set_tcp_keepalive(&asks).unwrap();
        SockRef::from(&sends).set_tcp_user_timeout(Some(Duration::from_millis(50))).unwrap();
        network("down");
        sends.write_all(b"is anybody there?").await.unwrap();
        let (mut one, mut other) = ([0], [0]);
        let told = kettle::join!(waits.read(&mut one), sends.read(&mut other));
        for result in [told.0, told.1] {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::TimedOut);
        }
        network("up");
        let (mut stream, mut peer) = connection().await;
        stream.write_all(b"x").await.unwrap();
        peer.read_exact(&mut one).await.unwrap();
        assert_eq!(&one, b"x");
    });
}
