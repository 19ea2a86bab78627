//! Is somebody who waits for a timer or a socket served soon, whoever keeps the loop busy?
//!
//! Soon: within two `event_interval`s of polls after the moment at which the deadline passes, or
//! the bytes are there. The polls between that moment and the waiting task's own are counted from
//! the records.

mod common;

use std::io::Write;
use std::time::Duration;

use common::engine::*;
use kettle::io::AsyncReadExt;
use kettle::net::TcpStream;
use kettle::runtime::Builder;
use kettle::sync::mpsc::{Receiver, Sender};
use kettle::task::{Id, yield_now};
use kettle::time::sleep;
use kettle::trace::{Event, Record, Recorder};

/// Who keeps the loop busy.
#[derive(Clone, Copy, Debug)]
enum Crowd {
    /// One task that gives way and is ready again at once.
    Yielding,
    /// One task that always finds a value in its channel, and never gives way by itself.
    Receiving,
    /// Two tasks that wake each other in turn: one of them is always ready.
    Talking,
    /// A hundred thousand tasks that give way and are ready again at once.
    Many,
}

impl Crowd {
    fn spawn(self) {
        match self {
            Crowd::Yielding => spawn_yielding(1),
            Crowd::Many => spawn_yielding(100_000),
            Crowd::Talking => {
                let (ask, asked) = kettle::sync::mpsc::channel(1);
                let (answer, answered) = kettle::sync::mpsc::channel(1);
                ask.try_send(()).unwrap();
                spawn_passing_on(asked, answer);
                spawn_passing_on(answered, ask);
            }
            Crowd::Receiving => {
                let (sender, mut receiver) = kettle::sync::mpsc::unbounded_channel();
                kettle::spawn(async move {
                    loop {
                        sender.send(()).unwrap();
                        receiver.recv().await.unwrap();
                    }
                });
            }
        }
    }
}

fn spawn_yielding(tasks: usize) {
    for _ in 0..tasks {
        kettle::spawn(async {
            loop {
                yield_now().await;
            }
        });
    }
}

fn spawn_passing_on(mut from: Receiver<()>, to: Sender<()>) {
    kettle::spawn(async move {
        while let Some(()) = from.recv().await {
            to.send(()).await.unwrap();
        }
    });
}

/// What a run told: its records, and who was who.
struct Run {
    records: Vec<Record>,
    sleeper: Id,
    reader: Id,
    writer: Id,
}

/// A crowd, a task that sleeps for 10 ms, and one that waits for a byte, which is written when the
/// crowd is at work.
fn run(event_interval: u32, crowd: Crowd) -> Run {
    let (recorder, recording) = Recorder::with_capacity(10_000_000);
    let mut builder = Builder::new_current_thread();
    let runtime = builder.event_interval(event_interval).trace(recorder).build().unwrap();
    let (sleeper, reader, writer) = runtime.block_on(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut peer = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        socket.set_nonblocking(true).unwrap();
        let mut socket = TcpStream::from_std(socket).unwrap();

        let reader = kettle::spawn(async move {
            let mut byte = [0];
            socket.read_exact(&mut byte).await.unwrap();
            socket
        });
        settle().await; // it waits, and the selector knows it
        crowd.spawn();
        // Its 10 ms begin with its first poll, among the crowd.
        let sleeper = kettle::spawn(async { sleep(Duration::from_millis(10)).await });
        let writer = kettle::spawn(async move {
            for _ in 0..3 {
                yield_now().await;
            }
            // Over the loopback device the byte is there when `write` returns.
            peer.write_all(b"!").unwrap();
            peer
        });
        let ids = (sleeper.id(), reader.id(), writer.id());
        let (slept, read, written) = kettle::join!(sleeper, reader, writer);
        slept.unwrap();
        drop((read.unwrap(), written.unwrap()));
        ids
    });
    Run { records: recording.records(), sleeper, reader, writer }
}

impl Run {
    /// How many other polls begin in front of the first poll of `task`, from record `from` on.
    fn polls_before(&self, task: Id, from: usize) -> usize {
        let starts = self.records[from..].iter().filter_map(|record| match record.event {
            Event::PollStart { task } => Some(task),
            _ => None,
        });
        let mut served = false;
        let before = starts.take_while(|polled| {
            served = *polled == task;
            !served
        });
        let polls = before.count();
        assert!(served, "it is served");
        polls
    }

    /// Where the records go on when the sleep's deadline has passed.
    fn deadline(&self) -> usize {
        let added = self.records.iter().find_map(|record| match record.event {
            Event::TimerAdd { due, .. } if record.task == Some(self.sleeper) => Some(due),
            _ => None,
        });
        let due = added.expect("the sleep is in the wheel");
        self.records.iter().position(|record| record.time >= due).expect("it came to that")
    }

    /// Where the poll ends that has written the byte.
    fn written(&self) -> usize {
        let is_end = |record: &Record| {
            let ended = |task| task == self.writer;
            matches!(record.event, Event::PollEnd { task, .. } if ended(task))
        };
        self.records.iter().rposition(is_end).expect("the writer ran") + 1
    }

    fn assert_fair(&self, limit: usize, crowd: Crowd) {
        let polls = self.polls_before(self.sleeper, self.deadline());
        assert!(polls <= limit, "{crowd:?}: the timer was due {polls} polls before it was served");
        let polls = self.polls_before(self.reader, self.written());
        assert!(polls <= limit, "{crowd:?}: the socket was ready {polls} polls before");
    }
}

#[test]
fn timer_and_socket_are_served_beside_an_always_ready_loop_at_61() {
    for crowd in [Crowd::Yielding, Crowd::Receiving, Crowd::Talking] {
        within_a_minute(move || run(61, crowd).assert_fair(2 * 61, crowd));
    }
}

#[test]
fn timer_and_socket_are_served_beside_an_always_ready_loop_at_7() {
    for crowd in [Crowd::Yielding, Crowd::Receiving, Crowd::Talking] {
        within_a_minute(move || run(7, crowd).assert_fair(2 * 7, crowd));
    }
}

#[test]
fn timer_and_socket_are_served_beside_a_hundred_thousand_tasks_at_61() {
    within_a_minute(|| run(61, Crowd::Many).assert_fair(2 * 61, Crowd::Many));
}

#[test]
fn timer_and_socket_are_served_beside_a_hundred_thousand_tasks_at_7() {
    within_a_minute(|| run(7, Crowd::Many).assert_fair(2 * 7, Crowd::Many));
}

#[test]
fn a_thousand_due_timers_do_not_starve_a_ready_task() {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    let runtime = builder.start_paused(true).trace(recorder).build().unwrap();
    let ready = runtime.block_on(async {
        for _ in 0..1000 {
            kettle::spawn(async { sleep(Duration::from_millis(1)).await });
        }
        settle().await;
        let ready = kettle::spawn(async {
            loop {
                yield_now().await;
            }
        });
        kettle::time::advance(Duration::from_millis(1)).await;
        settle().await;
        ready.id()
    });
    // From the moment at which all of them are due, it has every second poll.
    let records = recording.records();
    let due = records.iter().position(|record| matches!(record.event, Event::TimerFire { .. }));
    let due = &records[due.expect("they fire")..];
    let polled = due.iter().filter_map(|record| match record.event {
        Event::PollStart { task } => Some(task),
        _ => None,
    });
    let first: Vec<_> = polled.take(200).collect();
    let served = first.iter().filter(|task| **task == ready).count();
    assert!((99..=101).contains(&served), "{served} of 200 polls");
}
