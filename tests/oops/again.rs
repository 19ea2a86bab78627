//! Programs that wait three times at the same source, for another process that takes its time.
//! The doctor has nothing to say.

use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use kettle::io::AsyncReadExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::process::ChildStdout;
use kettle::runtime::Builder;

use super::alone::Program;

pub(crate) const FINE: &[Program] = &[
    ("none/a_tcp_stream_that_is_asked_again", tcp_stream),
    ("none/a_childs_pipe_that_is_asked_again", childs_pipe),
];

/// What the other process does: soon after the first time, and then after longer than the doctor
/// looks on before it speaks.
const SLOWLY: &str = "$DO; sleep 0.3; $DO; sleep 3; $DO";

fn shell(does: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", SLOWLY]).env("DO", does).stdin(Stdio::null());
    shell
}

/// It says something to the other end of a socket.
fn say_to(end: impl Into<OwnedFd>) {
    drop(shell("echo tea").stdout(end.into()).spawn().expect("a shell"));
}

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

async fn three_times(mut wait: impl AsyncFnMut()) {
    for _ in 0..3 {
        wait().await;
    }
}

async fn read_three_times(mut from: impl AsyncReadExt + Unpin) {
    three_times(async || assert_eq!(from.read(&mut [0; 8]).await.expect("a line"), 4)).await;
}

fn tcp_stream() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let ours = TcpStream::connect(address).await.expect("it listens");
        say_to(listener.accept().await.expect("a guest").0.into_std().expect("a socket"));
        read_three_times(ours).await;
    });
}

fn childs_pipe() {
    block_on(async {
        let mut child = shell("echo tea").stdout(Stdio::piped()).spawn().expect("a shell");
        let pipe = child.stdout.take().expect("it is piped");
        read_three_times(ChildStdout::from_std(pipe).expect("a pipe")).await;
        child.wait().expect("it has ended");
    });
}
