//! Signals interrupt a loop that sleeps (`EINTR`), and `SIGSTOP` takes the machine away from it for a while:
//! no timer is early, lost or fired twice, no byte is missing, and each listener hears.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Handle;
use kettle::signal::unix::{SignalKind, signal};
use kettle::task::JoinSet;
use kettle::time::{Instant, MissedTickBehavior, interval, sleep_until};
use rustix::process::{Signal, getpid, kill_process};

use crate::common::engine::{let_run, runtime};
use crate::common::time::Xorshift;
use crate::{program_that, run};

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
                let output = kettle::process::Command::new("echo").arg("tea").output().await;
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

/// So many times something there and back, over a socket.
async fn echoes(times: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (client, server) = kettle::join!(TcpStream::connect(address), listener.accept());
    let (mut client, (mut server, _)) = (client.unwrap(), server.unwrap());
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

/// What it waits for meanwhile is over when it goes on: timers, ticks, a pipe, sockets.
#[test]
fn a_program_that_was_stopped_goes_on_with_everything_late_and_nothing_lost() {
    let mut program = program_that("stopped", ":");
    program.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut program = program.spawn().unwrap();
    let mut input = program.stdin.take().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("waiting")));
    let stop = |how: &str| {
        let id = program.id().to_string();
        assert!(Command::new("kill").args([how, &id]).status().unwrap().success());
    };
    stop("-STOP");
    let status = format!("/proc/{}/stat", program.id());
    while !std::fs::read_to_string(&status).unwrap().contains(") T ") {
        std::thread::yield_now();
    }
    // While it is stopped, its timers' deadlines pass and bytes come.
    input.write_all(&[7; 10_000]).unwrap();
    std::thread::sleep(STOPPED);
    stop("-CONT");
    drop(input);
    let rest: Vec<String> = lines.collect();
    assert!(program.wait().unwrap().success(), "{rest:#?}");
}

/// All of the timers' deadlines are within.
const STOPPED: Duration = Duration::from_millis(150);

pub(crate) fn stopped() {
    runtime().block_on(async {
        let begun = Instant::now();
        let (told, mut fired) = kettle::sync::mpsc::unbounded_channel();
        for n in (1..=100).rev() {
            let (told, deadline) = (told.clone(), begun + Duration::from_millis(n));
            kettle::spawn(async move {
                sleep_until(deadline).await;
                assert!(Instant::now() >= deadline, "early");
                told.send(n).unwrap();
            });
        }
        drop(told);
        let (over, is_over) = kettle::sync::watch::channel(false);
        let behaviors =
            [MissedTickBehavior::Burst, MissedTickBehavior::Delay, MissedTickBehavior::Skip];
        let ticks = behaviors.map(|behavior| kettle::spawn(ticks(behavior, is_over.clone())));
        let echoes = kettle::spawn(echoes(50));
        let_run().await;
        println!("waiting"); // and everything else does, too
        let mut input = Vec::new();
        kettle::io::stdin().read_to_end(&mut input).await.unwrap();
        assert_eq!(input.len(), 10_000);
        assert!(begun.elapsed() >= STOPPED);
        let mut all = Vec::new();
        while let Some(n) = fired.recv().await {
            all.push(n);
        }
        all.sort_unstable();
        assert!(all.into_iter().eq(1..=100), "each fires once");
        over.send(true).unwrap();
        for ticks in ticks {
            ticks.await.unwrap();
        }
        echoes.await.unwrap();
    });
}

/// Ticks until it is over: what was missed is made up or left out, as was asked for.
async fn ticks(behavior: MissedTickBehavior, is_over: kettle::sync::watch::Receiver<bool>) {
    const PERIOD: Duration = Duration::from_millis(10);
    let mut interval = interval(PERIOD);
    interval.set_missed_tick_behavior(behavior);
    let first = interval.tick().await;
    let (mut before, mut count, mut more) = (first, 0, 2);
    // Two more: what was missed shows in the tick after the late one.
    while more > 0 {
        more -= u32::from(*is_over.borrow());
        let due = interval.tick().await;
        assert!(due > before && due <= Instant::now(), "{behavior:?}");
        (before, count) = (due, count + 1);
    }
    let (took, without_gap) = (before - first, PERIOD * count);
    match behavior {
        MissedTickBehavior::Burst => assert_eq!(took, without_gap),
        MissedTickBehavior::Delay => assert!(took > without_gap),
        MissedTickBehavior::Skip => {
            assert!(took > without_gap && took.as_nanos() % PERIOD.as_nanos() == 0);
        }
    }
}
