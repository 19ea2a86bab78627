//! A key pad of a door: its driver is a thread that writes each key as a datagram into a socket of std, which the task waits for by an
//! `AsyncFd`.
//!
//! Wrong: when there is no key the guard is dropped without `clear_ready`, so `readable` is ready again at once: from the first key on the
//! loop never sleeps.
//!
//! Expected: `busy_loop` of task 1 in its loop. The cure: `clear_ready` after a `WouldBlock`, or `try_io`, which does it.
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::Duration;

use kettle::io::unix::AsyncFd;
use kettle::io::{self, ErrorKind};

async fn read_keys(pad: UnixDatagram) -> io::Result<Vec<u8>> {
    let pad = AsyncFd::new(pad)?;
    let mut code = Vec::new();
    while code.len() < 4 {
        let guard = pad.readable().await?;
        let mut key = [0];
        match guard.get_inner().recv(&mut key) {
            Ok(_) => code.push(key[0]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(code)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (pad, driver) = UnixDatagram::pair()?;
    pad.set_nonblocking(true)?;
    thread::spawn(move || {
        for key in b"7319" {
            thread::sleep(Duration::from_millis(1200));
            driver.send(&[*key]).unwrap();
        }
    });
    let code = kettle::spawn(read_keys(pad)).await.unwrap()?;
    println!("code {}", String::from_utf8_lossy(&code));
    Ok(())
}
