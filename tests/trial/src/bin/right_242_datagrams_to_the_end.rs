//! Measurements come as datagrams over a pair of Unix sockets, from a thread; an empty one is the end.
//!
//! Right: the thread measures for a second and a half before each, and says when it has ended. Its end of the pair is a socket of std's.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::os::unix::net::UnixDatagram as StdDatagram;
use std::thread;
use std::time::Duration;

use kettle::io;
use kettle::net::UnixDatagram;

#[kettle::main]
async fn main() -> io::Result<()> {
    let (probe, measured) = StdDatagram::pair()?;
    measured.set_nonblocking(true)?;
    let measured = UnixDatagram::from_std(measured)?;
    let (done, mut word) = kettle::sync::mpsc::channel::<()>(1);
    thread::spawn(move || {
        for value in [&b"12"[..], b"30", b""] {
            thread::sleep(Duration::from_millis(1500));
            probe.send(value).unwrap();
        }
        drop(done);
    });
    let mut buffer = [0; 4];
    while let length @ 1.. = measured.recv(&mut buffer).await? {
        println!("{}", String::from_utf8_lossy(&buffer[..length]));
    }
    assert!(word.recv().await.is_none());
    Ok(())
}
