//! Programs that wait three times at the same source, for another process that takes its time.
//! The doctor has nothing to say, though it has seen how the first wait was served.

use std::future::poll_fn;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::task::{Poll, ready};

use kettle::io::unix::AsyncFd;
use kettle::io::{AsyncReadExt, ReadBuf};
use kettle::net::{TcpListener, TcpStream, UdpSocket, UnixStream};
use kettle::process::ChildStdout;
use kettle::runtime::Builder;
use kettle::signal::unix::{SignalKind, signal};
use kettle::trace::doctor::Mode;
use kettle::trace::{Doctor, Event, Record, Sink};

use super::alone::Program;

pub(crate) const FINE: &[Program] = &[
    ("none/a_tcp_stream_that_is_asked_again", tcp_stream),
    ("none/a_udp_socket_that_is_asked_again", udp_socket),
    ("none/a_unix_stream_that_is_asked_again", unix_stream),
    ("none/a_childs_pipe_that_is_asked_again", childs_pipe),
    ("none/an_async_fd_that_is_asked_again", async_fd),
    ("none/a_signal_that_is_asked_for_again", signals),
];

/// What the other process does: soon after the first time, when the doctor may still record; and
/// then after longer than it looks on before it speaks.
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

/// The doctor, which records until a wait was served, and then no more than it wants to.
struct HasSeen {
    doctor: Doctor,
    served: bool,
}

impl Sink for HasSeen {
    fn record(&mut self, records: &[Record]) {
        self.served |= records.iter().any(|it| matches!(it.event, Event::Served { .. }));
        self.doctor.record(records);
    }

    fn wants(&self) -> bool {
        !self.served || self.doctor.wants()
    }

    fn live(&self) -> bool {
        self.doctor.live()
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let seen = HasSeen { doctor: Doctor::new(Mode::State, None), served: false };
    let mut builder = Builder::new_current_thread();
    builder.enable_all().trace(seen).build().expect("a runtime").block_on(future)
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

fn udp_socket() {
    block_on(async {
        let ours = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let theirs = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
        theirs.connect(ours.local_addr().expect("an address")).expect("it is there");
        say_to(theirs);
        three_times(async || {
            let mut line = [0; 8];
            poll_fn(|cx| ours.poll_recv(cx, &mut ReadBuf::new(&mut line))).await.expect("a line");
        })
        .await;
    });
}

fn unix_stream() {
    block_on(async {
        let (ours, theirs) = UnixStream::pair().expect("a pair");
        say_to(theirs.into_std().expect("a socket"));
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

fn async_fd() {
    block_on(async {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().expect("a pair");
        ours.set_nonblocking(true).expect("a socket");
        let ours = AsyncFd::new(ours).expect("a socket");
        say_to(theirs);
        three_times(async || {
            let read = poll_fn(|cx| {
                loop {
                    let mut guard = ready!(ours.poll_read_ready(cx)).expect("it joined");
                    if let Ok(read) = guard.try_io(|ours| ours.get_ref().read(&mut [0; 8])) {
                        return Poll::Ready(read);
                    }
                }
            });
            assert_eq!(read.await.expect("a line"), 4);
        })
        .await;
    });
}

fn signals() {
    block_on(async {
        let mut signals = signal(SignalKind::user_defined1()).expect("the system has it");
        let kill = format!("kill -USR1 {}", std::process::id());
        drop(shell(&kill).spawn().expect("a shell"));
        three_times(async || signals.recv().await.expect("the runtime goes on")).await;
    });
}
