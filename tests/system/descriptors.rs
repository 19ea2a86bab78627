//! The process may open no more descriptors (`EMFILE`): a call that needs one returns the error,
//! and nothing else is disturbed. Once some are free, the same call works.

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::unix::pipe;
use kettle::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream};
use kettle::runtime::{Builder, Handle};
use kettle::signal::unix::{SignalKind, signal};
use kettle::time::sleep;

use crate::common::engine::runtime;
use crate::common::folder::Folder;
use crate::{on_the_page, run};

/// `ulimit -n` before the program: enough to start, and soon used up.
const FEW: &str = "ulimit -n 64";
/// The same number on Linux and everywhere else.
const EMFILE: Option<i32> = Some(24);

#[test]
fn a_call_without_a_descriptor_fails_and_works_later() {
    run("descriptors", FEW);
}

#[test]
fn a_connection_that_could_not_be_accepted_is_accepted_later_and_nothing_spins_meanwhile() {
    run("accept", FEW);
}

/// Takes every descriptor that there still is.
fn take_all() -> Vec<File> {
    let mut taken = Vec::new();
    loop {
        match File::open("/dev/null") {
            Ok(file) => taken.push(file),
            Err(error) => {
                assert_eq!(error.raw_os_error(), EMFILE);
                return taken;
            }
        }
    }
}

type Asked<'a> = Pin<Box<dyn Future<Output = io::Result<()>> + 'a>>;

/// Everything that takes a descriptor, by its name.
type Ask<'a> = (&'static str, Box<dyn Fn() -> Asked<'a> + 'a>);

fn ask<'a, T, F>(name: &'static str, call: impl Fn() -> F + 'a) -> Ask<'a>
where
    F: Future<Output = io::Result<T>> + 'a,
{
    let call = move || -> Asked<'a> {
        let asked = call();
        Box::pin(async move { asked.await.map(drop) })
    };
    (name, Box::new(call))
}

pub(crate) fn program() {
    runtime().block_on(async {
        let place = Folder::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let unix = UnixListener::bind(place.at("listener")).unwrap();
        let (there, fifo) = (place.at("there"), place.at("fifo"));
        std::fs::write(&there, "tea").unwrap();
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.expect("it is everywhere").success());
        let entries = place.at("");
        // A thread of the pool, and what a name's look-up needs.
        drop(kettle::net::lookup_host("localhost:80").await.unwrap());

        let all: Vec<Ask> = vec![
            ask("TcpListener::bind", || TcpListener::bind("127.0.0.1:0")),
            ask("TcpStream::connect", || TcpStream::connect(address)),
            ask("UdpSocket::bind", || UdpSocket::bind("127.0.0.1:0")),
            ask("UnixListener::bind", || async {
                let _ = std::fs::remove_file(place.at("other"));
                UnixListener::bind(place.at("other"))
            }),
            ask("UnixStream::connect", || UnixStream::connect(place.at("listener"))),
            ask("UnixStream::pair", || async { UnixStream::pair() }),
            ask("UnixDatagram::unbound", || async { UnixDatagram::unbound() }),
            ask("pipe::pipe", || async { pipe::pipe() }),
            ask("open_receiver", || async { pipe::OpenOptions::new().open_receiver(&fifo) }),
            ask("fs::File::open", || kettle::fs::File::open(&there)),
            ask("fs::read", || kettle::fs::read(&there)),
            ask("fs::read_dir", || kettle::fs::read_dir(&entries)),
            ask("Command::output", || kettle::process::Command::new("true").output()),
            ask("signal", || async { signal(SignalKind::user_defined1()) }),
            ask("Builder::build", || async {
                Builder::new_current_thread().enable_all().build().map(kettle_end)
            }),
        ];
        on_the_page(&format!("for {} calls that need one", all.len()));
        for (name, call) in &all {
            let taken = take_all();
            let error = call().await.expect_err(name);
            assert_eq!(error.raw_os_error(), EMFILE, "{name}: {error}");
            drop(taken);
            call().await.unwrap_or_else(|error| panic!("{name}, later: {error}"));
            while accept_those_that_came(&listener, &unix).await {}
        }
    });
}

/// A runtime may not be dropped where another is driven.
fn kettle_end(runtime: kettle::runtime::Runtime) {
    runtime.shutdown_background();
}

async fn accept_those_that_came(tcp: &TcpListener, unix: &UnixListener) -> bool {
    let now = Duration::ZERO;
    kettle::time::timeout(now, tcp.accept()).await.is_ok()
        || kettle::time::timeout(now, unix.accept()).await.is_ok()
}

pub(crate) fn accepts() {
    runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut taken = take_all();
        let (told, mut errors) = kettle::sync::mpsc::unbounded_channel();
        let server = kettle::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, peer)) => return (stream, peer),
                    Err(error) => told.send(error).unwrap(),
                }
                // As a server does: that it tries at once is the program's, not the runtime's.
                sleep(Duration::from_millis(20)).await;
            }
        });
        taken.pop(); // for the client's own end
        let mut client = TcpStream::connect(address).await.unwrap();
        for _ in 0..3 {
            let error = errors.recv().await.expect("the server waits");
            assert_eq!(error.raw_os_error(), EMFILE, "{error}");
        }
        // Between two tries there is nothing to do: the connection that waits is not told again and
        // again.
        let parks = || Handle::current().metrics().worker_park_count(0);
        let before = parks();
        errors.recv().await.expect("the server waits");
        assert!(parks() - before <= 2, "{} parks for one sleep", parks() - before);
        // Everybody else goes on.
        client.write_all(b"tea").await.unwrap();
        drop(taken);
        let (mut stream, peer) = server.await.unwrap();
        assert_eq!(peer, client.local_addr().unwrap(), "the connection that came meanwhile");
        let mut read = [0; 3];
        stream.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"tea");
    });
}
