//! A peer's program is stopped: its window is closed, and stays so. Only the system can give it up,
//! after as long as it was told. All that wait for the socket hear of that.

use std::io::ErrorKind;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpStream;
use socket2::SockRef;

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
