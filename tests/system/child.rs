//! A child is killed while its pipes are in use: what it has written is read, then its output ends; writing
//! to it is an error; and its end is told once, with the signal.

use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::process::Command;

use crate::common::engine::runtime;
use crate::{open_descriptors, run};

#[test]
fn of_a_killed_child_nothing_that_it_wrote_is_lost() {
    run("a child", ":");
}

/// `SIGKILL`.
const KILL: Option<i32> = Some(9);

pub(crate) fn program() {
    runtime().block_on(async {
        let before = open_descriptors();
        for _ in 0..20 {
            let mut command = Command::new("sh");
            command.args(["-c", "yes | head -c 40000; echo; echo ready; exec sleep 1000"]);
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut input = child.stdin.take().unwrap();
            let mut output = BufReader::new(child.stdout.take().unwrap());
            // Full, because the child does not read: the rest of it waits.
            let writer = kettle::spawn(async move { input.write_all(&vec![7; 1 << 20]).await });
            let mut text = Vec::new();
            while !text.ends_with(b"ready\n") {
                assert_ne!(output.read_until(b'\n', &mut text).await.unwrap(), 0);
            }
            assert_eq!(text.len(), 40_000 + 1 + 6);
            let waiting = kettle::spawn(async move {
                child.start_kill().unwrap();
                let status = child.wait().await.unwrap();
                assert_eq!(child.wait().await.unwrap(), status, "the same again");
                status
            });
            assert_eq!(waiting.await.unwrap().signal(), KILL);
            let error = writer.await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BrokenPipe);
            text.clear();
            assert_eq!(output.read_to_end(&mut text).await.unwrap(), 0);
        }
        while open_descriptors() > before {
            kettle::task::yield_now().await;
        }
        // Its end wakes a reader that waits.
        let mut command = Command::new("cat");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        input.write_all(b"tea").await.unwrap();
        let mut read = [0; 3];
        output.read_exact(&mut read).await.unwrap();
        let reader = kettle::spawn(async move { output.read(&mut [0; 8]).await });
        child.kill().await.unwrap();
        assert_eq!(reader.await.unwrap().unwrap(), 0, "the end of its output");
        let error = input.write_all(b"tea").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    });
}
