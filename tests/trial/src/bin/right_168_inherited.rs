//! A helper program gets one end of a pair of sockets as its standard input and output, as `inetd` did it.
//!
//! Right: both ends were made by this program, and it reads at one of them for two seconds. The other one is the helper's by
//! then, which this program doesn't await meanwhile.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;

#[kettle::main]
async fn main() -> io::Result<()> {
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().map(|(ours, theirs)| {
        ours.set_nonblocking(true).expect("a socket");
        (UnixStream::from_std(ours).expect("a socket"), OwnedFd::from(theirs))
    })?;
    let mut helper = Command::new("sh")
        .args(["-c", "read word; sleep 2; echo \"$word, said the helper\""])
        .stdin(Stdio::from(theirs.try_clone()?))
        .stdout(Stdio::from(theirs))
        .spawn()?;
    let talk = kettle::spawn(async move {
        ours.write_all(b"hello\n").await?;
        let mut answer = String::new();
        ours.read_to_string(&mut answer).await?;
        Ok::<_, io::Error>(answer)
    });
    println!("{}", talk.await??.trim());
    println!("{:?}", helper.wait()?);
    Ok(())
}
