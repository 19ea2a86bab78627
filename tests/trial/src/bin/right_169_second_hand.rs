//! A device driver without `async` has a clone of a socket, on a thread of its own: it sends a value when it has one.
//!
//! Right: both ends of the pair are this program's, and `main` reads at the one. The thread that has a clone of the other sleeps
//! for two seconds, and writes then.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io::Write;
use std::os::unix::net::UnixStream as StdStream;
use std::thread;
use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;

#[kettle::main]
async fn main() -> io::Result<()> {
    let (ours, theirs) = StdStream::pair()?;
    let mut driver = theirs.try_clone()?;
    let device = thread::spawn(move || -> io::Result<()> {
        for value in [3, 5, 8] {
            thread::sleep(Duration::from_millis(1300));
            driver.write_all(&[value])?;
        }
        Ok(())
    });
    ours.set_nonblocking(true)?;
    theirs.set_nonblocking(true)?;
    let (mut ours, theirs) = (UnixStream::from_std(ours)?, UnixStream::from_std(theirs)?);
    let (mut commands, mut told) = theirs.into_split();
    let controller = kettle::spawn(async move { commands.read_u8().await });
    told.write_all(b"?").await?;
    let mut values = [0; 4];
    ours.read_exact(&mut values).await?;
    println!("{values:?}");
    ours.write_u8(0).await?;
    println!("the controller was told {:?}", controller.await?);
    device.join().unwrap()
}
