//! A key pad of a door: its driver is a thread that writes each key as a datagram into a socket of std, which the task waits for by an
//! `AsyncFd`.
//!
//! Right: `try_io` clears the readiness when there is no key. Between two keys are more than a second, and there is no timer.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::Duration;

use kettle::io;
use kettle::io::unix::AsyncFd;

async fn read_keys(pad: UnixDatagram) -> io::Result<Vec<u8>> {
    let pad = AsyncFd::new(pad)?;
    let mut code = Vec::new();
    while code.len() < 3 {
        let mut guard = pad.readable().await?;
        let mut key = [0];
        if let Ok(length) = guard.try_io(|pad| pad.get_ref().recv(&mut key)) {
            code.extend_from_slice(&key[..length?]);
        }
    }
    Ok(code)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (pad, driver) = UnixDatagram::pair()?;
    pad.set_nonblocking(true)?;
    thread::spawn(move || {
        for key in b"731" {
            thread::sleep(Duration::from_millis(1200));
            driver.send(&[*key]).unwrap();
        }
    });
    let code = kettle::spawn(read_keys(pad)).await.unwrap()?;
    println!("code {}", String::from_utf8_lossy(&code));
    Ok(())
}
