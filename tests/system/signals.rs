//! Signals interrupt a loop that sleeps (`EINTR`): no timer is early, lost or fired twice, no byte
//! is missing, and each listener hears.

use std::fs;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::process::Command;
use kettle::runtime::Handle;
use kettle::signal::unix::{SignalKind, signal};
use kettle::task::JoinSet;
use kettle::time::{Instant, sleep_until};
use rustix::process::{Pid, Signal, getpid, kill_process};

use crate::common::engine::{connection, runtime, yield_until};
use crate::common::time::Xorshift;
use crate::run;

/// So many while the loop sleeps, works and sleeps again.
const SIGNALS: usize = 20_000;

#[test]
fn twenty_thousand_signals_during_parks_lose_no_timer_no_byte_and_no_child() {
    run("signals", ":");
}

pub(crate) fn program() {
    runtime().block_on(async {
        let mut heard = signal(SignalKind::user_defined1()).unwrap();
        let mut last = signal(SignalKind::user_defined2()).unwrap();
        // A task that sleeps: the signals come while the loop does.
        let sender = std::thread::spawn(|| {
            for _ in 0..SIGNALS {
                kill_process(getpid(), Signal::USR1).unwrap();
            }
            kill_process(getpid(), Signal::USR2).unwrap();
        });
        let listener = kettle::spawn(async move {
            let mut count = 0;
            loop {
                kettle::select! {
                    biased; // if the loop was late, both have come
                    Some(()) = heard.recv() => count += 1,
                    Some(()) = last.recv() => return count,
                }
            }
        });
        let mut timers = JoinSet::new();
        let mut dice = Xorshift(7);
        for _ in 0..2_000 {
            let deadline = Instant::now() + Duration::from_micros(dice.below(300_000));
            timers.spawn(async move {
                sleep_until(deadline).await;
                assert!(Instant::now() >= deadline, "early");
            });
        }
        for _ in 0..4 {
            timers.spawn(echoes(200));
        }
        for _ in 0..4 {
            timers.spawn(async {
                let output = Command::new("echo").arg("tea").output().await;
                assert_eq!(output.unwrap().stdout, b"tea\n");
            });
        }
        while let Some(ended) = timers.join_next().await {
            ended.unwrap();
        }
        let count = listener.await.unwrap();
        assert!((1..=SIGNALS).contains(&count), "{count} heard");
        sender.join().unwrap();
        assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    });
}

#[test]
fn signals_while_the_system_is_asked_end_no_wait_for_a_child() {
    run("children", ":");
}

/// So many that are waited for, and so many that are dropped: as many as keep their reports.
const CHILDREN: usize = 64;

pub(crate) fn children() {
    runtime().block_on(async {
        let _heard = signal(SignalKind::user_defined1()).unwrap();
        let thread = fs::read_link("/proc/thread-self").unwrap();
        let thread = thread.file_name().unwrap().to_str().unwrap().parse().unwrap();
        let thread = Pid::from_raw(thread).unwrap(); // which the system prefers, if it is named
        let done = Arc::new(AtomicBool::new(false));
        let seen = done.clone();
        let sender = std::thread::spawn(move || {
            while !seen.load(Ordering::Relaxed) {
                kill_process(thread, Signal::USR1).unwrap();
            }
        });
        for _ in 0..CHILDREN {
            assert!(Command::new("true").status().await.expect("no error").success());
        }
        let mut cat = Command::new("cat");
        let cats: Vec<_> = (0..CHILDREN)
            .map(|_| {
                let mut cat = cat.stdin(Stdio::piped()).spawn().unwrap();
                (cat.id().unwrap(), cat.stdin.take())
            })
            .collect();
        for (id, input) in cats {
            drop(input);
            // No other operation on a child may reap it.
            yield_until(|| !fs::exists(format!("/proc/{id}")).unwrap()).await;
        }
        done.store(true, Ordering::Relaxed);
        sender.join().unwrap();
    });
}

/// So many times something there and back, over a socket.
async fn echoes(times: usize) {
    let (mut client, mut server) = connection().await;
    let server = kettle::spawn(async move {
        let (mut reader, mut writer) = server.split();
        kettle::io::copy(&mut reader, &mut writer).await.unwrap()
    });
    let mut read = [0; 1000];
    for n in 0..times {
        let sent = [u8::try_from(n % 251).unwrap(); 1000];
        client.write_all(&sent).await.unwrap();
        client.read_exact(&mut read).await.unwrap();
        assert!(read == sent);
    }
    drop(client);
    assert_eq!(server.await.unwrap(), 1000 * times as u64);
}
