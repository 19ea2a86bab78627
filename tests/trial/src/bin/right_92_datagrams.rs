//! A service takes measurements by UDP as fast as they come: it waits with `readable`, and takes what is there with
//! `try_recv`, until there is nothing left. A thread sends some thousand a second.
//!
//! Right: `try_recv` says `WouldBlock` at the end, and then `readable` waits.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::{Duration, Instant};

use kettle::net::UdpSocket;

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let address = socket.local_addr()?;
    let probe = thread::spawn(move || -> std::io::Result<()> {
        let probe = std::net::UdpSocket::bind("127.0.0.1:0")?;
        probe.connect(address)?;
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(2500) {
            probe.send(&[1])?;
            thread::sleep(Duration::from_micros(100));
        }
        thread::sleep(Duration::from_millis(100));
        probe.send(b"end").map(drop)
    });
    let (mut seen, mut rounds) = (0, 0);
    'end: loop {
        socket.readable().await?;
        rounds += 1;
        let mut datagram = [0; 8];
        while let Ok(n) = socket.try_recv(&mut datagram) {
            if n == 3 {
                break 'end;
            }
            seen += n;
        }
    }
    println!("{seen} measurements in {rounds} rounds");
    probe.join().unwrap()
}
