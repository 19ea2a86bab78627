//! `stdin`, `stdout`, `stderr`.
//!
//! They are there once in a process, so each test runs this program again, as a child that runs
//! [`child`] only, and talks to it through pipes.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use kettle::io::{
    self, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, ErrorKind, stderr, stdin, stdout,
};
use kettle::runtime::{Builder, Runtime};
use kettle::task::spawn_blocking;

use crate::help::Polled;

const PROGRAM: &str = "KETTLE_API_STDIO";

/// What a child does. In the parent it does nothing.
#[test]
fn child() {
    println!(); // ends the harness's own line
    match env::var(PROGRAM).as_deref() {
        Ok("shout") => shout(),
        Ok("last words") => last_words(),
        Ok("too late") => too_late(),
        Ok("cancelled") => cancelled(),
        _ => {}
    }
}

fn start(program: &str) -> Child {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "io::stdio::child", "--nocapture", "--test-threads=1"]);
    child.env(PROGRAM, program);
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    child.spawn().unwrap()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().max_blocking_threads(1).build().unwrap()
}

fn shout() {
    runtime().block_on(async {
        let mut lines = io::BufReader::new(stdin()).lines();
        let (mut out, mut err) = (stdout(), stderr());
        while let Some(line) = lines.next_line().await.unwrap() {
            out.write_all(format!("out {}\n", line.to_uppercase()).as_bytes()).await.unwrap();
            err.write_all(format!("err {}\n", line.to_uppercase()).as_bytes()).await.unwrap();
        }
        out.flush().await.unwrap();
        err.shutdown().await.unwrap();
        err.flush().await.unwrap();
    });
}

/// The lines among a child's output that begin so. (The test harness writes, too.)
fn lines_with(start: &str, output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    text.lines().filter(|line| line.starts_with(start)).map(str::to_owned).collect()
}

#[test]
fn what_comes_in_goes_out() {
    let mut child = start("shout");
    child.stdin.take().unwrap().write_all("grün\ntea".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(lines_with("out", &output.stdout), ["out GRÜN", "out TEA"]);
    assert_eq!(lines_with("err", &output.stderr), ["err GRÜN", "err TEA"]);
}

/// Writes while the only thread for blocking work is busy, and shuts the runtime down before that
/// ends.
fn last_words() {
    let (release, held) = mpsc::channel::<()>();
    let (starts, started) = mpsc::channel();
    let runtime = runtime();
    runtime.block_on(async {
        drop(spawn_blocking(move || {
            starts.send(()).unwrap();
            held.recv().unwrap();
        }));
        started.recv().unwrap();
        assert_eq!(stdout().write(b"last words\n").await.unwrap(), 11);
    });
    runtime.shutdown_background();
    release.send(()).unwrap();
    // Until the parent has read them.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn what_was_accepted_is_written_though_the_runtime_ends() {
    let mut child = start("last words");
    let (found, is_found) = mpsc::channel();
    let out = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            if line == "last words" {
                found.send(()).unwrap();
            }
        }
    });
    let found = is_found.recv_timeout(Duration::from_secs(20));
    let output = child.wait_with_output().unwrap(); // closes its input
    assert!(output.status.success(), "{output:?}");
    found.expect("the last words were written");
}

/// Uses a runtime that is shut down.
fn too_late() {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    let runtime = runtime();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _entered = handle.enter();
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(wrote) = pin!(stdout().write(b"too late\n")).poll(&mut cx) else {
        panic!("it must not wait");
    };
    assert_eq!(wrote.unwrap_err().kind(), ErrorKind::Other);
    let Poll::Ready(read) = pin!(stdin().read(&mut [0])).poll(&mut cx) else {
        panic!("it must not wait");
    };
    assert_eq!(read.unwrap_err().kind(), ErrorKind::Other);
}

#[test]
fn without_its_runtime_nothing_is_read_or_written() {
    let output = start("too late").wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(lines_with("too late", &output.stdout), [""; 0]);
}

/// Begins to read, and gives up before anything has come.
fn cancelled() {
    let mut input = stdin();
    let word = runtime().block_on(async {
        Polled::new(input.read(&mut [0; 9])).pending();
        eprintln!("waiting");
        let mut word = [0; 2];
        let mut n = input.read(&mut word[..1]).await.unwrap();
        n += input.read(&mut word[1..]).await.unwrap();
        word[..n].to_vec()
    });
    println!("answer {}", String::from_utf8(word).unwrap());
}

#[test]
fn a_read_that_is_cancelled_is_kept_for_the_next() {
    let mut child = start("cancelled");
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap() == "waiting"));
    child.stdin.take().unwrap().write_all(b"ok").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(lines_with("answer", &output.stdout), ["answer ok"]);
}
