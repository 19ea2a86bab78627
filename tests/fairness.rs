//! Is a task served soon that waits for a timer or a socket, or gave way, whatever keeps the loop
//! busy?
//!
//! Soon: within two `event_interval`s of polls after the moment at which the deadline passes, the
//! bytes are there, or the task's waker was deferred. The polls between that moment and the task's
//! own are counted from the records.

mod common;
#[path = "common/records.rs"]
mod records;

use std::collections::HashSet;
use std::future::poll_fn;
use std::io::Write;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use common::engine::*;
use kettle::io::AsyncReadExt;
use kettle::net::TcpStream;
use kettle::runtime::Builder;
use kettle::sync::mpsc::{Receiver, Sender};
use kettle::task::{Id, yield_now};
use kettle::time::{advance, sleep};
use kettle::trace::{Event, Record, Recorder};
use kettle_events::Cause;
use kettle_runtime::{Timer, clock};
use records::*;

/// Who keeps the loop busy.
#[derive(Clone, Copy, Debug)]
enum Crowd {
    /// One task that gives way and is ready again at once.
    Yielding,
    /// One task that always finds a value in its channel, and never gives way by itself.
    Receiving,
    /// Two tasks that wake each other in turn: one of them is always ready.
    Talking,
    /// Ten thousand tasks that give way and are ready again at once.
    Many,
}

impl Crowd {
    const FEW: [Crowd; 3] = [Crowd::Yielding, Crowd::Receiving, Crowd::Talking];

    fn spawn(self) {
        match self {
            Crowd::Yielding => spawn_yielding(1),
            Crowd::Many => spawn_yielding(10_000),
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

/// How many other polls begin in front of the first poll of `task`, from record `from` on.
fn polls_before(records: &[Record], task: Id, from: usize) -> usize {
    let starts = records[from..].iter().filter_map(|record| match record.event {
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
        let polls = polls_before(&self.records, self.sleeper, self.deadline());
        assert!(polls <= limit, "{crowd:?}: the timer was due {polls} polls before it was served");
        let polls = polls_before(&self.records, self.reader, self.written());
        assert!(polls <= limit, "{crowd:?}: the socket was ready {polls} polls before");
    }
}

#[test]
fn timer_and_socket_are_served_beside_an_always_ready_loop() {
    for (interval, crowd) in [61, 7].into_iter().flat_map(|n| Crowd::FEW.map(|crowd| (n, crowd))) {
        within_a_minute(move || run(interval, crowd).assert_fair(2 * interval as usize, crowd));
    }
}

#[test]
fn timer_and_socket_are_served_beside_ten_thousand_tasks() {
    for interval in [61, 7] {
        within_a_minute(move || {
            run(interval, Crowd::Many).assert_fair(2 * interval as usize, Crowd::Many);
        });
    }
}

/// The waits of a task that gives way some fifteen times, beside a crowd, with neither a timer nor
/// a socket: how many other polls begin each time before its own.
fn waits<F>(event_interval: u32, crowd: Crowd, gives_way: F) -> Vec<usize>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (recorder, recording) = Recorder::with_capacity(1_000_000);
    let mut builder = Builder::new_current_thread();
    let runtime = builder.event_interval(event_interval).trace(recorder).build().unwrap();
    let giver = runtime.block_on(async {
        crowd.spawn();
        let giver = kettle::spawn(gives_way);
        let id = giver.id();
        giver.await.unwrap();
        id
    });
    let records = recording.records();
    let deferred = records.iter().enumerate().filter_map(|(at, record)| {
        let defers = matches!(record.event, Event::Defer { .. }) && record.task == Some(giver);
        defers.then_some(at)
    });
    deferred.map(|at| polls_before(&records, giver, at)).collect()
}

/// Finds a value in its channel each time, until its budget is spent.
async fn receive_2000() {
    let (sender, mut receiver) = kettle::sync::mpsc::unbounded_channel();
    for value in 0..2000 {
        sender.send(value).unwrap();
    }
    for _ in 0..2000 {
        receiver.recv().await.unwrap();
    }
}

/// As a combinator that gives each of its futures a waker of its own.
async fn yield_under_a_foreign_waker() {
    for _ in 0..15 {
        let mut yielding = pin!(yield_now());
        poll_fn(|cx| {
            let waker = cx.waker().clone();
            let foreign = waker_that(move || waker.wake_by_ref());
            yielding.as_mut().poll(&mut Context::from_waker(&foreign))
        })
        .await;
    }
}

fn assert_short(event_interval: u32, crowd: Crowd, waits: &[usize]) {
    assert_eq!(waits.len(), 15, "{crowd:?}: it gave way");
    let limit = 2 * event_interval as usize;
    assert!(waits.iter().all(|polls| *polls <= limit), "{crowd:?} at {event_interval}: {waits:?}");
}

#[test]
fn a_task_that_has_spent_its_budget_is_polled_again_soon() {
    for (interval, crowd) in [7, 61].into_iter().flat_map(|n| Crowd::FEW.map(|crowd| (n, crowd))) {
        let waits = within_a_minute(move || waits(interval, crowd, receive_2000()));
        assert_short(interval, crowd, &waits);
    }
}

#[test]
fn a_task_that_yields_under_a_foreign_waker_is_polled_again_soon() {
    for (interval, crowd) in [7, 61].into_iter().flat_map(|n| Crowd::FEW.map(|crowd| (n, crowd))) {
        let waits = within_a_minute(move || waits(interval, crowd, yield_under_a_foreign_waker()));
        assert_short(interval, crowd, &waits);
    }
}

/// A turn ends when all of them have given way, and then the loop looks at timers, sockets and
/// messages. If a yield queued its task at once, it would only look after an interval of polls.
#[test]
fn tasks_that_yield_are_polled_once_in_a_turn() {
    let (recorder, recording) = Recorder::new();
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    runtime.block_on(async {
        let own = (0..6).map(|_| kettle::spawn(yield_15_times()));
        let foreign = (0..6).map(|_| kettle::spawn(yield_under_a_foreign_waker()));
        for task in own.chain(foreign).collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
    let records = recording.records();
    let turns = records.split(|record| matches!(record.event, Event::Turn { .. }));
    let mut polls = 0;
    for turn in turns {
        let polled = turn.iter().filter_map(|record| match record.event {
            Event::PollStart { task } => Some(task),
            _ => None,
        });
        let polled: Vec<_> = polled.collect();
        let tasks: HashSet<_> = polled.iter().collect();
        assert_eq!(tasks.len(), polled.len(), "a task is polled again in the same turn");
        polls += polled.len();
    }
    assert!(polls >= 12 * 16, "{polls} polls");
}

/// So many give way in one turn that half of their wakers, say, would take as many turns again.
#[test]
fn all_that_yield_in_a_turn_are_polled_in_the_next() {
    const TASKS: usize = 50;
    let (recorder, recording) = Recorder::with_capacity(100_000);
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    runtime.block_on(async {
        for task in (0..TASKS).map(|_| kettle::spawn(yield_15_times())).collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
    let records = recording.records();
    let turns = records.split(|record| matches!(record.event, Event::Turn { .. }));
    let woken = |turn: &[Record]| {
        let by = |record: &&Record| matches!(record.event, Event::Wake { by: Cause::Deferred, .. });
        turn.iter().filter(by).count()
    };
    let woken: Vec<usize> = turns.map(woken).filter(|tasks| *tasks > 0).collect();
    assert_eq!(woken, [TASKS; 15]);
}

async fn yield_15_times() {
    for _ in 0..15 {
        yield_now().await;
    }
}

#[test]
fn a_thousand_due_timers_do_not_starve_ready_tasks() {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    let runtime = builder.start_paused(true).trace(recorder).build().unwrap();
    let asleep = runtime.block_on(async {
        let sleepers = (0..1000).map(|_| kettle::spawn(sleep(Duration::from_millis(1))).id());
        let asleep: HashSet<_> = sleepers.collect();
        settle().await;
        kettle::spawn(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        }));
        kettle::time::advance(Duration::from_millis(1)).await;
        settle().await;
        asleep
    });
    // From the moment at which all of them are due, every second poll is that task's, or `main`'s,
    // which looks in each turn whether all have run.
    let records = recording.records();
    let due = records.iter().position(|record| matches!(record.event, Event::TimerFire { .. }));
    let due = &records[due.expect("they fire")..];
    let polled = due.iter().filter_map(|record| match record.event {
        Event::PollStart { task } => Some(task),
        _ => None,
    });
    let first: Vec<_> = polled.take(200).collect();
    let served = first.iter().filter(|task| !asleep.contains(task)).count();
    assert!((99..=101).contains(&served), "{served} of 200 polls");
}

#[test]
fn a_hundred_thousand_timers_due_at_once_leave_room_for_others_and_can_be_cancelled() {
    const TIMERS: usize = 100_000;
    paused().block_on(async {
        let fired = Arc::new(AtomicUsize::new(0));
        let count = fired.clone();
        let waker = waker_that(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let hour = Duration::from_hours(1);
        let due = clock::now() + hour;
        let mut timers: Vec<_> = (0..TIMERS)
            .map(|_| {
                let mut timer = Timer::new(due);
                assert!(timer.poll(&mut Context::from_waker(&waker)).is_pending());
                timer
            })
            .collect();
        // Looks at each of its polls how many have fired since, and then cancels the last one.
        let seen = fired.clone();
        let witness = kettle::spawn(async move {
            let (mut most, mut polls, mut before) = (0, 0, 0);
            while before < TIMERS - 1 {
                let now = seen.load(Ordering::Relaxed);
                if before == 0 && now > 0 {
                    drop(timers.pop());
                }
                most = most.max(now - before);
                polls += usize::from(now > before);
                before = now;
                yield_now().await;
            }
            (most, polls, timers)
        });
        advance(hour).await;
        assert_eq!(fired.load(Ordering::Relaxed), TIMERS - 1, "all are woken, but for one");
        let (most, polls, timers) = witness.await.unwrap();
        assert!(
            most <= 2 * 1024 && polls >= TIMERS / 2048,
            "{most} at once, {polls} polls between"
        );
        assert!(timers.iter().all(Timer::is_elapsed));
    });
}
