//! `process`: children, their pipes, their ends.

use std::io::ErrorKind;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::process::{ChildStdin, ChildStdout, Command};
use kettle::runtime::Builder;

use crate::common::engine::yield_until;
use crate::help::{Polled, Side, panic_of, side, text_of};

fn sh(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

/// A child that ends only if it is killed, or when its input ends.
fn cat() -> Command {
    let mut command = Command::new("cat");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// Does the system still run this process? One that has ended and was not asked for doesn't run.
fn runs(id: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { return false };
    !stat.rsplit(')').next().unwrap().trim_start().starts_with('Z')
}

#[kettle::test]
async fn status_gives_the_code() {
    let status = sh("exit 7").status().await.unwrap();
    assert_eq!(status.code(), Some(7));
    assert!(sh("true").status().await.unwrap().success());
}

#[kettle::test]
async fn output_collects_both() {
    let output = sh("cat; echo out; echo err >&2; exit 3").stdin(Stdio::null()).output().await;
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!((&output.stdout[..], &output.stderr[..]), (&b"out\n"[..], &b"err\n"[..]));
}

#[kettle::test]
async fn more_output_than_a_pipe_holds_does_not_block_the_child() {
    let script = "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2";
    let output = sh(script).output().await.unwrap();
    assert_eq!((output.stdout.len(), output.stderr.len()), (300_000, 300_000));
}

#[kettle::test]
async fn settings_reach_the_child() {
    let output = sh("echo $TEA $0 $1; pwd")
        .arg("zero")
        .args(["one"])
        .env("TEA", "green")
        .current_dir("/")
        .output()
        .await
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "green zero one\n/\n");

    let mut env = Command::new("/usr/bin/env");
    env.env_clear().envs([("A", "1"), ("B", "2")]).env_remove("A");
    assert_eq!(env.output().await.unwrap().stdout, b"B=2\n");
    assert_eq!(env.as_std().get_program(), "/usr/bin/env");
    env.as_std_mut().arg("--version");
    assert_eq!(env.into_std().get_args().count(), 1);
}

#[kettle::test]
async fn a_program_that_is_not_there_is_an_error_at_once() {
    assert_eq!(Command::new("/no/such/program").spawn().unwrap_err().kind(), ErrorKind::NotFound);
    let error = Command::new("/no/such/program").status().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = Command::new("/no/such/program").output().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[kettle::test]
async fn a_program_starts_before_its_future_is_polled() {
    let path = std::env::temp_dir().join(format!("kettle-starts-{}", std::process::id()));
    let status = sh(&format!("touch {}", path.display())).status();
    yield_until(|| path.exists()).await;
    assert!(status.await.unwrap().success());
    std::fs::remove_file(path).unwrap();
}

#[kettle::test]
async fn pipes_carry_bytes_both_ways() {
    let mut child = cat().spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    for word in ["green", "black"] {
        stdin.write_all(word.as_bytes()).await.unwrap();
        stdin.flush().await.unwrap();
        let mut echo = vec![0; word.len()];
        stdout.read_exact(&mut echo).await.unwrap();
        assert_eq!(echo, word.as_bytes());
    }
    assert!(child.stderr.is_none());
    drop(stdin);
    assert_eq!(stdout.read(&mut [0; 8]).await.unwrap(), 0);
    assert!(child.wait().await.unwrap().success());
}

#[kettle::test]
async fn wait_closes_the_input_first() {
    let mut child = cat().spawn().unwrap();
    assert!(child.wait().await.unwrap().success());
    assert!(child.stdin.is_none());
}

#[kettle::test]
async fn a_wait_that_is_dropped_loses_nothing() {
    let mut child = sh("read line; exit 5").stdin(Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take();
    let wait = Polled::waiting(child.wait());
    drop(wait);
    assert!(child.try_wait().unwrap().is_none());
    drop(stdin);
    assert_eq!(child.wait().await.unwrap().code(), Some(5));
    // And it can be asked again.
    assert_eq!(child.wait().await.unwrap().code(), Some(5));
    assert_eq!(child.try_wait().unwrap().unwrap().code(), Some(5));
}

#[kettle::test]
async fn kill_ends_it() {
    let mut child = cat().spawn().unwrap();
    assert!(child.id().is_some_and(runs));
    child.kill().await.unwrap();
    assert_eq!(child.wait().await.unwrap().signal(), Some(9));
    assert_eq!(child.id(), None);
    child.start_kill().unwrap();
    child.kill().await.unwrap();
}

#[kettle::test]
async fn start_kill_does_not_wait() {
    let mut child = cat().spawn().unwrap();
    child.start_kill().unwrap();
    assert_eq!(child.wait_with_output().await.unwrap().status.signal(), Some(9));
}

/// Has the system forgotten this process? One that has ended and was not asked for is a zombie.
fn is_gone(id: u32) -> bool {
    !std::fs::exists(format!("/proc/{id}")).unwrap()
}

#[kettle::test]
async fn a_child_that_is_dropped_runs_on_or_is_killed_and_leaves_no_zombie() {
    let mut child = cat().spawn().unwrap();
    let (id, stdin) = (child.id().unwrap(), child.stdin.take());
    drop(child);
    assert!(runs(id), "until its input ends");
    drop(stdin);
    yield_until(|| is_gone(id)).await;
    let mut command = cat();
    assert!(!command.get_kill_on_drop());
    let mut killed = command.kill_on_drop(true).spawn().unwrap();
    assert!(command.get_kill_on_drop());
    let (id, _stdin) = (killed.id().unwrap(), killed.stdin.take());
    drop(killed);
    yield_until(|| is_gone(id)).await;
}

/// Where no scheduler could wake it later: that would be at once, while it asks.
#[test]
fn a_child_can_be_dropped_without_budget() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let local = kettle::task::LocalSet::new();
    runtime.handle().block_on(local.run_until(async {
        let dropped = kettle::task::spawn_local(async {
            let mut child = cat().spawn().unwrap();
            let input = child.stdin.take();
            for _ in 0..128 {
                kettle::task::consume_budget().await;
            }
            drop(child);
            drop(input);
        });
        dropped.await.unwrap();
    }));
}

#[kettle::test]
async fn kill_on_drop_kills_with_the_future_of_an_output() {
    let path = std::env::temp_dir().join(format!("kettle-kill-{}", std::process::id()));
    let mut command = sh(&format!("echo $$ > {}; exec sleep 1000", path.display()));
    let output = Polled::waiting(command.kill_on_drop(true).output());
    let id = loop {
        let told = std::fs::read_to_string(&path).unwrap_or_default();
        if let Some(line) = told.strip_suffix('\n') {
            break line.parse().unwrap();
        }
        kettle::task::yield_now().await;
    };
    drop(output);
    yield_until(|| !runs(id)).await;
    std::fs::remove_file(path).unwrap();
}

#[kettle::test]
async fn the_end_of_one_wakes_only_those_that_wait_for_it() {
    let (mut short, mut long) = (cat().spawn().unwrap(), cat().spawn().unwrap());
    let input = long.stdin.take();
    let mut waiting = Polled::waiting(long.wait());
    assert!(short.wait().await.unwrap().success());
    kettle::task::yield_now().await;
    assert_eq!(waiting.wakes(), 0);
    drop(input);
    assert!(waiting.when_woken().await.unwrap().success());
}

#[kettle::test]
async fn one_childs_output_is_anothers_input() {
    let mut first = sh("echo tea").stdout(Stdio::piped()).spawn().unwrap();
    let pipe: Stdio = first.stdout.take().unwrap().try_into().unwrap();
    let output = Command::new("cat").stdin(pipe).output().await.unwrap();
    assert_eq!(output.stdout, b"tea\n");
    assert!(first.wait().await.unwrap().success());
}

#[kettle::test]
async fn a_pipe_of_std_can_be_taken_in_and_given_back() {
    let mut std = cat().into_std().spawn().unwrap();
    let mut stdin = ChildStdin::from_std(std.stdin.take().unwrap()).unwrap();
    let mut stdout = ChildStdout::from_std(std.stdout.take().unwrap()).unwrap();
    assert_eq!(stdin.as_fd().as_raw_fd(), stdin.as_raw_fd());
    stdin.write_all(b"tea").await.unwrap();
    drop(stdin.into_owned_fd().unwrap());
    assert_eq!(text_of(&mut stdout).await, "tea");
    std.wait().unwrap();
}

/// std's own take any descriptor. tokio refuses what its selector does, such as a file.
#[kettle::test]
async fn a_pipe_of_std_may_be_a_socket_or_a_file() {
    let (near, far) = UnixStream::pair().unwrap();
    let mut stdin = ChildStdin::from_std(OwnedFd::from(near).into()).unwrap();
    let mut stdout = ChildStdout::from_std(OwnedFd::from(far).into()).unwrap();
    let mut waiting = Polled::waiting(stdout.read_u8());
    stdin.write_all(b"t").await.unwrap();
    assert_eq!(waiting.when_woken().await.unwrap(), b't');
    let program = std::fs::File::open(std::env::current_exe().unwrap()).unwrap();
    match ChildStdout::from_std(OwnedFd::from(program).into()) {
        Ok(mut stdout) => {
            assert_eq!((stdout.read_u8().await.unwrap(), side()), (0x7f, Side::Kettle));
        }
        Err(error) => {
            assert_eq!((error.kind(), side()), (ErrorKind::PermissionDenied, Side::Tokio));
        }
    }
}

#[test]
fn it_needs_a_runtime() {
    let panic = panic_of(|| drop(Command::new("true").spawn()));
    // tokio's names a line of its own.
    assert_eq!(panic.file == file!(), side() == Side::Kettle);
}
