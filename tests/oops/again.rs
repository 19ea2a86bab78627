//! A program that waits three times at the same source, for another process that takes its time.
//! The doctor has nothing to say.

use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use kettle::io::AsyncReadExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Builder;

use super::alone::Program;

pub(crate) const FINE: &[Program] =
    &[("none/a_tcp_stream_that_is_asked_again", a_tcp_stream_that_is_asked_again)];

/// What the other process does: soon after the first time, and then after longer than the doctor
/// looks on before it speaks.
const SLOWLY: &str = "echo tea; sleep 0.3; echo tea; sleep 3; echo tea";

fn a_tcp_stream_that_is_asked_again() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut ours = TcpStream::connect(address).await.expect("it listens");
        let theirs = listener.accept().await.expect("a guest").0.into_std().expect("a socket");
        let mut shell = Command::new("sh");
        shell.args(["-c", SLOWLY]).stdin(Stdio::null()).stdout(OwnedFd::from(theirs));
        drop(shell.spawn().expect("a shell"));
        for _ in 0..3 {
            assert_eq!(ours.read(&mut [0; 8]).await.expect("a line"), 4);
        }
    });
}
