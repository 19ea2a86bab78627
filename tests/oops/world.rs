//! Programs that wait for sockets: their other ends are in the same process, or have left it.
//!
//! Who writes at an end that has left is no child of this process, which the doctor would see, but
//! a child's child: it comes after longer than the doctor looks on before it speaks.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::pin::pin;
use std::process::{Command, Stdio};
use std::task::Poll;

use kettle::io::{AsyncReadExt, AsyncWriteExt, BufWriter, Interest, copy_bidirectional};
use kettle::net::unix::pipe;
use kettle::net::{TcpListener, TcpStream, UnixStream};
use kettle::sync::{Notify, mpsc};
use socket2::{MsgHdr, SockRef};

use super::alone::Program;
use super::believed::{Told, told};

pub(crate) const ENDS: &[Program] = &[
    ("deadlock/a_request_left_in_a_buffer", a_request_left_in_a_buffer),
    ("deadlock/both_ends_write_first", both_ends_write_first),
    ("deadlock/a_relay_with_one_half_open", a_relay_with_one_half_open),
    ("deadlock/both_read_after_many_answers", both_read_after_many_answers),
    ("deadlock/a_guest_that_nobody_accepts", a_guest_that_nobody_accepts),
    ("deadlock/a_report_that_is_used_up", a_report_that_is_used_up),
];

pub(crate) const TOLD: &[Told] = told! {
    a_report_that_is_used_up(None), not "on its way":
        "[kettle::deadlock]: main waits, and nothing", "the TcpStream was cleared here";
    a_used_up_report_of_another_process(None), not "deadlock":
        "note[kettle::open_waits]: main waits to read a PipeReader, which is ready",
        "was cleared here";
    a_read_that_is_asked_no_more(None), not "main waits to read":
        "main waited to read a TcpStream, was woken for that", " and never asked again";
    a_read_that_is_asked_no_more(Some("watch")), not "main waits to read":
        "main waited to read a TcpStream, was woken for that", " was polled 1 time since, and never";
};

pub(crate) const FINE: &[Program] = &[
    ("none/a_pipe_into_another_process", a_pipe_into_another_process),
    ("none/a_pair_with_another_process", a_pair_with_another_process),
    ("none/a_clone_in_another_process", a_clone_in_another_process),
    ("none/a_child_that_connects", a_child_that_connects),
    ("none/an_end_that_was_sent_over_a_socket", an_end_that_was_sent_over_a_socket),
    ("none/answers_that_nagle_holds_back", answers_that_nagle_holds_back),
];

async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let both = kettle::try_join!(TcpStream::connect(address), listener.accept());
    let (ours, (theirs, _)) = both.expect("a connection");
    (ours, theirs)
}

/// What names both ends: who waits at the one says who waits at the other.
pub(crate) fn check(told: &str) {
    for who in ["main", "task 1"] {
        let other = format!("to read a TcpStream, at whose other end {who} waits to read");
        assert!(told.contains(&other), "{other}: {told}");
    }
}

// ---- both ends are here -------------------------------------------------------------------------

#[kettle::main]
async fn a_request_left_in_a_buffer() {
    let (ours, mut theirs) = connection().await;
    kettle::spawn(async move {
        let mut question = [0; 8];
        theirs.read_exact(&mut question).await.expect("a question");
        theirs.write_u8(3).await.expect("an answer");
    });
    let mut ours = BufWriter::new(ours);
    ours.write_all(b"version?").await.expect("room");
    ours.read_u8().await.expect("an answer");
}

async fn writes_first(mut link: TcpStream) {
    let mut much = vec![1; 16 << 20];
    link.write_all(&much).await.expect("room");
    link.read_exact(&mut much).await.expect("as much");
}

#[kettle::main]
async fn both_ends_write_first() {
    let (ours, theirs) = connection().await;
    kettle::spawn(writes_first(theirs));
    writes_first(ours).await;
}

#[kettle::main]
async fn a_relay_with_one_half_open() {
    let (client, mut inner) = connection().await;
    let (mut outer, mut server) = connection().await;
    let (_more, mut jobs) = mpsc::channel::<()>(1);
    kettle::spawn(async move {
        server.read_to_end(&mut Vec::new()).await.expect("the end");
        jobs.recv().await; // and keeps its own half
    });
    let relay = async move { copy_bidirectional(&mut inner, &mut outer).await };
    let relay = kettle::spawn(relay);
    drop(client);
    relay.await.expect("no panic").expect("two ends");
}

/// The second of two small writes waits for an answer to the first, which the other end delays.
async fn asks_in_two_pieces(rounds: usize) -> TcpStream {
    let (mut ours, mut theirs) = connection().await;
    kettle::spawn(async move {
        while theirs.read_exact(&mut [0; 64]).await.is_ok() {
            theirs.write_u8(1).await.expect("room");
        }
    });
    for _ in 0..rounds {
        ours.write_all(&[1; 30]).await.expect("room");
        ours.write_all(&[2; 34]).await.expect("room");
        ours.read_u8().await.expect("an answer");
    }
    ours
}

#[kettle::main]
async fn both_read_after_many_answers() {
    asks_in_two_pieces(30).await.read_u8().await.expect("an answer");
}

#[kettle::main]
async fn a_guest_that_nobody_accepts() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut guest = TcpStream::connect(address).await.expect("it listens");
    guest.read_u8().await.expect("a word");
}

fn nothing() -> io::Result<()> {
    Err(io::ErrorKind::WouldBlock.into())
}

#[kettle::main]
async fn a_report_that_is_used_up() {
    let (ours, mut theirs) = connection().await;
    theirs.write_all(b"tea").await.expect("room");
    ours.readable().await.expect("a report");
    ours.try_io(Interest::READABLE, nothing).expect_err("it takes nothing");
    ours.readable().await.expect("a report");
}

#[kettle::main]
async fn a_read_that_is_asked_no_more() {
    let (mut ours, mut theirs) = connection().await;
    let mut word = [0; 3];
    let mut read = pin!(ours.read(&mut word));
    poll_fn(|cx| Poll::Ready(read.as_mut().poll(cx).is_pending())).await;
    theirs.write_all(b"tea").await.expect("room");
    Notify::new().notified().await;
}

// ---- one end has left ---------------------------------------------------------------------------

/// A process that isn't this one's child writes there.
fn writes_late(at: OwnedFd) {
    let mut shell = Command::new("sh");
    shell.args(["-c", "(sleep 3; echo tea) &"]).stdout(at);
    assert!(shell.status().expect("a shell").success());
}

#[kettle::main]
async fn a_pipe_into_another_process() {
    let (sender, mut receiver) = pipe::pipe().expect("a pipe");
    writes_late(sender.into_blocking_fd().expect("its end"));
    assert_eq!(receiver.read_u8().await.expect("a word"), b't');
}

#[kettle::main]
async fn a_pair_with_another_process() {
    let (mut ours, theirs) = UnixStream::pair().expect("a pair");
    writes_late(theirs.into_std().expect("its end").into());
    assert_eq!(ours.read_u8().await.expect("a word"), b't');
}

#[kettle::main]
async fn a_clone_in_another_process() {
    let (mut ours, theirs) = connection().await;
    writes_late(theirs.as_fd().try_clone_to_owned().expect("a clone"));
    assert_eq!(ours.read_u8().await.expect("a word"), b't');
}

#[kettle::main]
async fn a_child_that_connects() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let late = format!("sleep 2; exec 3<>/dev/tcp/127.0.0.1/{port}; sleep 2; echo tea >&3");
    let mut child =
        Command::new("bash").args(["-c", &late]).stdin(Stdio::null()).spawn().expect("bash");
    let mut guest = listener.accept().await.expect("a guest").0;
    assert_eq!(guest.read_u8().await.expect("a word"), b't');
    assert!(child.wait().expect("its end").success());
}

/// The system keeps the end, until the process that could take it ends.
#[kettle::main]
async fn an_end_that_was_sent_over_a_socket() {
    let (mut ours, theirs) = connection().await;
    let (near, far) = std::os::unix::net::UnixStream::pair().expect("a pair");
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec 3<&0; sleep 3 &"]).stdin(OwnedFd::from(far));
    assert!(shell.status().expect("a shell").success());
    drop(shell);
    // A `cmsghdr`: 20 bytes, of `SOL_SOCKET`, `SCM_RIGHTS`; then the descriptor.
    let words = [1, 1, theirs.as_fd().as_raw_fd(), 0].into_iter().flat_map(i32::to_ne_bytes);
    let control: Vec<u8> = 20_usize.to_ne_bytes().into_iter().chain(words).collect();
    let (data, sends) = ([IoSlice::new(b"it")], SockRef::from(&near));
    let sent = sends.sendmsg(&MsgHdr::new().with_buffers(&data).with_control(&control), 0);
    assert_eq!(sent.expect("room"), 2);
    drop((theirs, near));
    assert_eq!(ours.read(&mut [0]).await.expect("the end"), 0);
}

/// What the other process has written is there, and more may come.
#[kettle::main]
async fn a_used_up_report_of_another_process() {
    let (sender, receiver) = pipe::pipe().expect("a pipe");
    let mut shell = Command::new("sh");
    shell.args(["-c", "(echo tea; sleep 20) &"]);
    shell.stdout(sender.into_blocking_fd().expect("its end"));
    assert!(shell.status().expect("a shell").success());
    drop(shell);
    receiver.readable().await.expect("a report");
    receiver.try_io(nothing).expect_err("it takes nothing");
    receiver.readable().await.expect("a report");
}

// ---- something comes ----------------------------------------------------------------------------

#[kettle::main]
async fn answers_that_nagle_holds_back() {
    drop(asks_in_two_pieces(60).await);
}
