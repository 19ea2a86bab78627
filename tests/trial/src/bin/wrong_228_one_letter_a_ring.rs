//! A letter box: letters are datagrams in a socket of std, and a task waits for them by an `AsyncFd`.
//!
//! Wrong: one letter is taken out, and then the readiness is cleared, though more letters may lie there. The selector reports only what
//! is new, and nothing new comes: two letters are never read.
//!
//! Expected: `deadlock`: task 1 waits for a socket whose other end is in this program, with `main`, which waits for task 1. The cure: read
//! until `WouldBlock`, and clear only then (`try_io`).
//!
//! doctor: `deadlock`
//! ends: killed

use std::os::unix::net::UnixDatagram;

use kettle::io;
use kettle::io::unix::AsyncFd;

async fn empty_the_box(letters: UnixDatagram, expected: usize) -> io::Result<usize> {
    let letters = AsyncFd::new(letters)?;
    let mut read = 0;
    while read < expected {
        let mut guard = letters.readable().await?;
        let mut text = [0; 32];
        let length = guard.get_inner().recv(&mut text)?;
        println!("{}", String::from_utf8_lossy(&text[..length]));
        guard.clear_ready();
        read += 1;
    }
    Ok(read)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (letters, slot) = UnixDatagram::pair()?;
    letters.set_nonblocking(true)?;
    for letter in ["a bill", "a postcard", "an advertisement"] {
        slot.send(letter.as_bytes())?;
    }
    let read = kettle::spawn(empty_the_box(letters, 3)).await.unwrap()?;
    println!("{read} letters");
    drop(slot);
    Ok(())
}
