//! Do the events of a program lead to the state that it is in?
//!
//! Small programs that are looked at in the middle: the records up to a certain one are folded, and
//! the state must be the one that the program was written to be in. One record is put in by hand:
//! that of another thread, which would come at any time.
//!
//! The replay's page must come to the same states as the fold: `cargo xtask test page` has the
//! programs below written out for it (`common/page_states.rs`).
//!
//! Not here: that no record contradicts those before it, of the examples (`golden_traces.rs`).

#[path = "common/folded.rs"]
mod folded;
#[path = "common/page_states.rs"]
mod page_states;
#[path = "common/records.rs"]
mod records;
#[path = "fold/sync.rs"]
mod sync;
#[path = "fold/waits.rs"]
mod waits;

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, duplex};
use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::task::{JoinSet, spawn_blocking, yield_now};
use kettle::time::{Instant, sleep, timeout};
use kettle::trace::fold::Fold;
use kettle::trace::{Event, Record, note};
use kettle_events::{Cause, Id, Resource, SyncKind};

/// Runs this with the clock paused; what was recorded is free of contradictions.
fn run(future: impl Future<Output = ()>) -> Vec<Record> {
    let records = records::recorded(future);
    folded::whole(&records);
    page_states::write_for_the_page(&records);
    records
}

/// The state when the program has said this (`note`).
fn when_said(said: &'static str, records: &[Record]) -> Fold {
    let until = records.iter().position(|record| record.event == Event::Note { text: said });
    Fold::of(&records[..=until.expect("it was said")])
}

/// What the future that is being polled, `main`, waits for.
fn waits_of_main(fold: &Fold) -> Vec<Resource> {
    let main = *fold.running().first().expect("main runs");
    fold.waits_of(main).iter().map(|wait| wait.now.on).collect()
}

#[test]
fn a_line_for_room_moves_up_when_the_first_is_served() {
    let records = run(async {
        let (tx, mut rx) = mpsc::channel(1);
        for number in 0..4 {
            let tx = tx.clone();
            kettle::spawn(async move { tx.send(number).await });
        }
        yield_now().await;
        note("now");
        rx.recv().await;
        note("later");
        drop(tx);
        while rx.recv().await.is_some() {}
    });
    let line = |fold: &Fold| {
        let (id, channel) = fold.primitives().next().expect("the channel");
        assert!(fold.line(id).all(|wait| wait.now.by.is_some()));
        (channel.now.count, fold.line(id).map(|wait| wait.now.by).collect::<Vec<_>>())
    };
    let (len, before) = line(&when_said("now", &records));
    let (later, after) = line(&when_said("later", &records));
    assert_eq!((len, before.len(), later), (Some(1), 3, Some(0)));
    assert_eq!(after, before[1..], "the first has room, and only has to come for it");
    let on_room = |on| matches!(on, Resource::Sync(SyncKind::Mpsc, ..));
    let rooms = records::picked!(records, Event::Wait { wait, on, .. } if on_room(on) => wait);
    let served = records::picked!(records, Event::Served { wait } if rooms.contains(&wait) => wait);
    assert_eq!(served, rooms);
}

#[test]
fn a_timer_that_is_moved_is_the_same_and_is_waited_for() {
    let records = run(async {
        let mut nap = pin!(sleep(Duration::from_secs(1)));
        assert!(timeout(Duration::ZERO, &mut nap).await.is_err());
        nap.as_mut().reset(Instant::now() + Duration::from_secs(5));
        kettle::spawn(async { note("now") });
        nap.await;
    });
    let fold = when_said("now", &records);
    let waits = fold.waits_of(fold.tasks().next().expect("main").id);
    let [wait] = waits[..] else { panic!("{waits:?}") };
    let Resource::Timer(timer) = wait.now.on else { panic!("{wait:?}") };
    let due = fold.timer(timer).expect("in the wheel").due;
    assert!(due >= Duration::from_secs(4), "{due:?}");
}

#[test]
fn timers_of_one_slot_leave_it_together() {
    let records = run(async {
        let naps = (2_000..2_040).map(|millis| kettle::spawn(sleep(Duration::from_millis(millis))));
        for nap in naps.collect::<Vec<_>>() {
            nap.await.expect("it isn't aborted");
        }
    });
    let moved = records::picked!(records, Event::TimerCascade { moved, .. } => moved);
    assert!(moved.into_iter().any(|moved| moved > 30), "most move down together");
}

#[test]
fn a_task_that_awaits_a_set_waits_there_in_each_poll_until_it_is_over() {
    let records = run(async {
        let mut set = JoinSet::new();
        for nap in [1, 2] {
            set.spawn(sleep(Duration::from_millis(nap)));
        }
        set.join_next().await.expect("a task").expect("it is done");
        kettle::spawn(async { note("now") });
        set.join_next().await.expect("a task").expect("it is done");
        note("later");
    });
    let fold = when_said("now", &records);
    let main = fold.tasks().next().expect("main");
    let waits = fold.waits_of(main.id);
    let set = |on| matches!(on, Resource::SyncValue(SyncKind::JoinSet, _));
    assert!(waits.iter().any(|wait| set(wait.now.on)), "{waits:?}");
    assert_eq!(main.clones, None, "kettle has its waker");
    let later = when_said("later", &records);
    assert!(!waits_of_main(&later).into_iter().any(set), "the last end was told");
}

#[test]
fn each_poll_knows_the_wake_that_caused_it() {
    let records = run(async {
        let (tx, rx) = oneshot::channel();
        let task = kettle::spawn(async move {
            let _ = rx.await;
            note("now");
            sleep(Duration::from_millis(1)).await;
            note("later");
        });
        yield_now().await;
        tx.send(()).expect("somebody waits");
        task.await.expect("no panic");
    });
    let main = Fold::of(&records[..2]).tasks().next().expect("main").id;
    let woken_by = |said| {
        let fold = when_said(said, &records);
        let task = fold.task(*fold.running().last().expect("the task")).expect("known");
        let woken = task.woken_by.expect("polled after a wake");
        let wake = records.iter().find(|record| record.seq == woken.seq).expect("its record");
        assert!(matches!(wake.event, Event::Wake { task: woken, .. } if woken == task.id));
        (woken.by, task.polls)
    };
    assert_eq!(woken_by("now"), (Cause::Task(main), 2));
    assert_eq!(woken_by("later"), (Cause::Timer, 3));
}

#[test]
fn what_is_over_is_forgotten() {
    let records = run(async {
        let lock = Arc::new(Mutex::new(0));
        for number in 0..500 {
            let lock = lock.clone();
            kettle::spawn(async move { *lock.lock().await += number }).await.expect("no panic");
            let (tx, rx) = oneshot::channel();
            drop(kettle::spawn(async move { tx.send(number) }));
            let _ = timeout(Duration::from_secs(1), rx).await;
            let (tx, mut rx) = mpsc::unbounded_channel();
            tx.send(number).expect("a receiver");
            assert_eq!(rx.recv().await, Some(number));
            drop(tx);
        }
        spawn_blocking(|| {}).await.expect("no panic");
        // The clock stands until the news of the job's end has come.
        sleep(Duration::from_millis(1)).await;
        note("later");
    });
    let fold = when_said("later", &records);
    let tasks = fold.tasks().count();
    // No event tells the end of the lock.
    let rest = (fold.timer_count(), fold.primitives().count(), fold.jobs().count());
    assert!(tasks <= 2, "{tasks} tasks are remembered");
    assert_eq!(rest, (0, 1, 0));
}

#[test]
fn a_pipe_knows_its_bytes_and_the_task_at_an_end() {
    let records = run(async {
        let (mut a, mut b) = duplex(4);
        let reading = kettle::spawn(async move {
            note("asks");
            let first = b.read_u8().await.unwrap();
            yield_now().await;
            let mut rest = String::new();
            b.read_to_string(&mut rest).await.unwrap();
            (first, rest)
        });
        yield_now().await;
        note("empty");
        a.write_all(b"green").await.unwrap();
        note("more");
        a.write_all(b" tea").await.unwrap();
        a.shutdown().await.unwrap();
        assert_eq!(reading.await.unwrap(), (b'g', "reen tea".to_owned()));
    });
    let ids = records::picked!(
        records,
        Event::Wait { on: Resource::Sync(SyncKind::Pipe, id, ..), .. } => id,
    );
    let id = *ids.first().expect("a task waits at a pipe");
    let pipe = |fold: &Fold| {
        let count = fold.primitive(id).expect("the pipe").now.count;
        (count, fold.line(id).map(|wait| wait.now.by).collect::<Vec<_>>())
    };
    let reader = records.iter().find_map(|record| match record.event {
        Event::Note { text: "asks" } => record.task,
        _ => None,
    });
    assert_eq!(pipe(&when_said("empty", &records)), (Some(0), vec![reader]));
    let (count, waiting) = pipe(&when_said("more", &records));
    assert!(count.is_some_and(|count| count <= 4) && waiting.is_empty());
    let end = Fold::of(&records);
    let used = end.primitive(id).expect("the pipe");
    assert!(used.now.closed && end.line(id).next().is_none() && used.now.count == Some(0));
}

#[test]
fn clones_are_counted_at_a_park_of_a_task_that_waits_for_nothing_of_ours() {
    let records = run(async {
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.clone().lock_owned().await;
        let ours = kettle::spawn(async move { drop(lock.lock().await) });
        let mut clones = Vec::new();
        let foreign = kettle::spawn(poll_fn(move |cx| {
            clones.extend([cx.waker().clone(), cx.waker().clone()]);
            Poll::<()>::Pending
        }));
        let (_handle, lost) = (foreign.abort_handle(), kettle::spawn(pending::<()>()));
        yield_now().await;
        note("before");
        sleep(Duration::from_millis(1)).await;
        note("now");
        drop((guard, lost));
        ours.await.expect("no panic");
    });
    let clones = |fold: &Fold| fold.tasks().skip(1).map(|task| task.clones).collect::<Vec<_>>();
    assert_eq!(clones(&when_said("before", &records)), [None; 3], "nobody has asked yet");
    assert_eq!(clones(&when_said("now", &records)), [None, Some(2), Some(0)]);
}

/// The loop has counted no timer. Then another thread adds one, which is recorded before the count.
#[test]
fn a_timer_of_another_thread_may_be_newer_than_the_count() {
    let records = run(async { sleep(Duration::from_secs(2)).await });
    let is_turn = |record: &Record| matches!(record.event, Event::Turn { .. });
    let (before, after) = records.split_at(records.iter().position(is_turn).expect("a turn"));
    let (timer, due, count) = (Id::next(), Duration::from_secs(9), after[0]);
    let added = Event::TimerAdd { timer, due, level: 2, slot: 2 };
    let theirs = Record { task: None, turn: before[before.len() - 1].turn, event: added, ..count };
    let count = Record { seq: theirs.seq + 1, ..count };
    let mut all = [before, &[theirs, count]].concat();
    let fold = Fold::of(&all);
    assert_eq!((fold.timer_count(), fold.contradictions()), (1, &[][..]));
    // But where it is counted once more, it is missed.
    all.push(Record { seq: count.seq + 1, turn: count.turn + 1, ..count });
    let fold = Fold::of(&all);
    let [missed] = fold.contradictions() else { panic!("{:#?}", fold.contradictions()) };
    assert!(missed.what.contains("timers wait"), "{missed}");
}
