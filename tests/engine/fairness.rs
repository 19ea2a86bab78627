//! Is a task served soon that waits for a timer or a socket, or gave way, whatever keeps the loop
//! busy?
//!
//! Soon: within two `event_interval`s of polls after the moment at which the deadline passes, the
//! bytes are there, or the task's waker was deferred. The polls between that moment and the task's
//! own are counted from the records.

use std::collections::HashSet;
use std::future::poll_fn;
use std::io::Write;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::common::Wakes;
use crate::common::engine::*;
use crate::records::*;
use kettle::io::AsyncReadExt;
use kettle::net::TcpStream;
use kettle::runtime::Builder;
use kettle::sync::mpsc::{Receiver, Sender};
use kettle::task::{Id, yield_now};
use kettle::time::{advance, sleep};
use kettle::trace::{Event, Record};
use kettle_events::Cause;
use kettle_runtime::{Timer, clock};

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
    let starts = picked!(records[from..], Event::PollStart { task } => task);
    starts.iter().position(|polled| *polled == task).expect("it is served")
}

/// A crowd, a task that sleeps for 10 ms, and one that waits for a byte, which is written when the
/// crowd is at work.
fn run(event_interval: u32, crowd: Crowd) -> Run {
    let mut builder = Builder::new_current_thread();
    let (ids, records) = recorded_by(builder.event_interval(event_interval), async || {
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
            yield_times(3).await;
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
    let (sleeper, reader, writer) = ids;
    Run { records, sleeper, reader, writer }
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
fn timer_and_socket_are_served_beside_any_crowd() {
    for interval in [61, 7] {
        for crowd in Crowd::FEW.into_iter().chain([Crowd::Many]) {
            within_a_minute(move || run(interval, crowd).assert_fair(2 * interval as usize, crowd));
        }
    }
}

/// The waits of a task that gives way some fifteen times, beside a crowd, with neither a timer nor
/// a socket: how many other polls begin each time before its own.
fn waits<F>(event_interval: u32, crowd: Crowd, gives_way: F) -> Vec<usize>
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut builder = Builder::new_current_thread();
    let (giver, records) = recorded_by(builder.event_interval(event_interval), async || {
        crowd.spawn();
        let giver = kettle::spawn(gives_way);
        let id = giver.id();
        giver.await.unwrap();
        id
    });
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
    let ((), records) = run_recorded(async || {
        let own = (0..6).map(|_| kettle::spawn(yield_15_times()));
        let foreign = (0..6).map(|_| kettle::spawn(yield_under_a_foreign_waker()));
        outputs_of(own.chain(foreign)).await;
    });
    let turns = records.split(|record| matches!(record.event, Event::Turn { .. }));
    let mut polls = 0;
    for turn in turns {
        let polled = picked!(turn, Event::PollStart { task } => task);
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
    let ((), records) = run_recorded(async || {
        outputs_of((0..TASKS).map(|_| kettle::spawn(yield_15_times()))).await;
    });
    let turns = records.split(|record| matches!(record.event, Event::Turn { .. }));
    let woken = |turn: &[Record]| {
        let by = |record: &&Record| matches!(record.event, Event::Wake { by: Cause::Deferred, .. });
        turn.iter().filter(by).count()
    };
    let woken: Vec<usize> = turns.map(woken).filter(|tasks| *tasks > 0).collect();
    assert_eq!(woken, [TASKS; 15]);
}

async fn yield_15_times() {
    yield_times(15).await;
}

#[test]
fn a_thousand_due_timers_do_not_starve_ready_tasks() {
    let (asleep, records) =
        recorded_by(Builder::new_current_thread().start_paused(true), async || {
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
    let due = records.iter().position(|record| matches!(record.event, Event::TimerFire { .. }));
    let due = &records[due.expect("they fire")..];
    let polled = picked!(due, Event::PollStart { task } => task);
    let served = polled[..200].iter().filter(|task| !asleep.contains(task)).count();
    assert!((99..=101).contains(&served), "{served} of 200 polls");
}

#[kettle::test(start_paused = true)]
async fn a_hundred_thousand_timers_due_at_once_leave_room_for_others_and_can_be_cancelled() {
    const TIMERS: usize = 100_000;
    let fired = Arc::new(Wakes::default());
    let waker = Waker::from(fired.clone());
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
            let now = seen.count();
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
    assert_eq!(fired.count(), TIMERS - 1, "all are woken, but for one");
    let (most, polls, timers) = witness.await.unwrap();
    let is_fair = most <= 2 * 1024 && polls >= TIMERS / 2048;
    assert!(is_fair, "{most} at once, {polls} polls between");
    assert!(timers.iter().all(Timer::is_elapsed));
}
