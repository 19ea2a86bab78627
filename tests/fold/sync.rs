//! Do the events of primitives say who waits at them, who has what, and what was lost?

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::sync::{Mutex, OnceCell, broadcast, mpsc, oneshot, watch};
use kettle::task::{spawn_blocking, yield_now};
use kettle::time::MissedTickBehavior::{Burst, Delay, Skip};
use kettle::time::{advance, interval, sleep, timeout};
use kettle::trace::fold::{State, Wait};
use kettle::trace::{Event, Record, Recorder, Recording, note};
use kettle_events::{Act, Resource, SyncKind, Units};

use super::{folded, run, when_said};
use crate::records::picked;

/// A runtime on the real clock, and what it records.
fn recorded() -> (Runtime, Recording) {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    (builder.enable_all().trace(recorder).build().expect("a runtime"), recording)
}

/// What each waiting task waits for when the program has said this (`note`), in the tasks' order.
fn waits(said: &'static str, records: &[Record]) -> Vec<&'static str> {
    let fold = when_said(said, records);
    let mut tasks: Vec<_> = fold.tasks().map(|task| task.id).collect();
    tasks.sort();
    let of = |id| fold.waits_of(id).into_iter().map(|wait| word(wait.now.on));
    tasks.into_iter().flat_map(of).collect()
}

fn word(on: Resource) -> &'static str {
    match on {
        Resource::Sync(SyncKind::Watch, ..) => "a change",
        Resource::SyncClosed(SyncKind::Watch, _) => "the watchers' end",
        Resource::Sync(SyncKind::Broadcast, ..) => "a value",
        Resource::SyncClosed(SyncKind::Broadcast, _) => "the receivers' end",
        Resource::Sync(SyncKind::OnceCell, ..) => "the cell",
        Resource::Sync(SyncKind::SetOnce, ..) => "the one value",
        _ => "something else",
    }
}

#[test]
fn watchers_wait_for_a_change_and_for_the_end() {
    let records = run(async {
        let (tx, rx) = watch::channel(0);
        for _ in 0..3 {
            let mut rx = rx.clone();
            kettle::spawn(async move { while rx.changed().await.is_ok() {} });
        }
        drop(rx);
        let ends = tx.clone();
        let end = kettle::spawn(async move { ends.closed().await });
        yield_now().await;
        note("all wait");
        tx.send(1).unwrap();
        note("a change came");
        yield_now().await;
        note("they wait again");
        end.abort();
        yield_now().await;
        note("one has left");
        drop(tx);
        note("the end");
        yield_now().await;
    });
    let three = ["a change"; 3];
    assert_eq!(waits("all wait", &records), [&three[..], &["the watchers' end"]].concat());
    assert_eq!(waits("a change came", &records), ["the watchers' end"]);
    assert_eq!(waits("one has left", &records), three);
    assert!(waits("the end", &records).is_empty());
}

#[test]
fn a_reserved_place_is_held_until_it_is_used_or_given_back() {
    let records = run(async {
        let (tx, mut rx) = mpsc::channel(3);
        let (one, two) = (tx.reserve().await.unwrap(), tx.try_reserve_many(2).unwrap());
        note("all reserved");
        one.send(1);
        note("one is used");
        drop(two);
        drop((tx.try_reserve_many(0).unwrap(), tx.reserve_many(0).await.unwrap()));
        note("two are given back");
        assert_eq!(rx.recv().await, Some(1));
        let full = tx.reserve_many(3).await.unwrap();
        let line = kettle::spawn({
            let tx = tx.clone();
            async move { tx.reserve_owned().await.map(|place| place.send(2)).is_ok() }
        });
        yield_now().await;
        drop(full);
        assert!(line.await.unwrap());
        note("the end");
    });
    let held = |said| {
        let fold = when_said(said, &records);
        let (id, channel) = fold.primitives().next().expect("the channel");
        let main = fold.running().first().copied();
        let by_main = channel.holders.iter().all(|holder| holder.now.by == main);
        assert!(by_main && fold.handed(id).next().is_none());
        let places = channel.holders.iter().map(|holder| match holder.now.units {
            Units::Count(places) if places > 0 => places,
            Units::Count(_) => panic!("no place is held"),
            Units::All => panic!("a place is counted"),
        });
        (places.sum::<u32>(), channel.now.count)
    };
    assert_eq!(held("all reserved"), (3, Some(0)));
    assert_eq!(held("one is used"), (2, Some(1)));
    assert_eq!(held("two are given back"), (0, Some(1)));
    assert_eq!(held("the end"), (0, Some(1)));
}

#[test]
fn receivers_wait_for_a_value_and_miss_some() {
    let records = run(async {
        let (tx, mut slow) = broadcast::channel(2);
        let mut fast = tx.subscribe();
        let receives = kettle::spawn(async move { while fast.recv().await.is_ok() {} });
        yield_now().await;
        note("one waits");
        for number in 0..3 {
            tx.send(number).unwrap();
            yield_now().await;
        }
        assert!(slow.recv().await.is_err());
        drop(slow);
        note("it waits again");
        drop(tx);
        note("the end");
        receives.await.unwrap();
    });
    assert_eq!(waits("one waits", &records), ["a value"]);
    assert_eq!(waits("it waits again", &records), ["a value"]);
    assert!(waits("the end", &records).is_empty());
    let forgotten = picked!(
        records,
        Event::SyncAct { act: Act::Forget, units, count, .. } => (units, count),
    );
    let expected = [(Units::Count(1), 2), (Units::All, 0)];
    assert_eq!(forgotten, expected, "one value was overwritten, two were left");
}

#[test]
fn tasks_wait_for_the_one_that_computes() {
    let records = run(async {
        let cell = Arc::new(OnceCell::new());
        let tasks: Vec<_> = (0..3)
            .map(|number| {
                let cell = cell.clone();
                let compute = move || async move {
                    yield_now().await;
                    yield_now().await;
                    number
                };
                kettle::spawn(async move { *cell.get_or_init(compute).await })
            })
            .collect();
        yield_now().await;
        note("two wait");
        tasks[0].abort();
        yield_now().await;
        note("one waits");
        assert_eq!(*cell.get_or_init(|| async { 9 }).await, 1);
        for task in tasks.into_iter().skip(1) {
            assert_eq!(task.await.unwrap(), 1);
        }
        note("none");
    });
    assert_eq!(waits("two wait", &records), ["the cell"; 2]);
    assert_eq!(waits("one waits", &records), ["the cell"]);
    assert!(waits("none", &records).is_empty());
}

/// A job waits for room, and a thread of the program's own for a value.
#[test]
fn what_threads_do_with_channels_and_locks_is_told() {
    let (runtime, recording) = recorded();
    let until = async |on: &dyn Fn(&Record) -> bool| {
        while !recording.records().iter().any(on) {
            yield_now().await;
        }
    };
    runtime.block_on(async {
        let (tx, mut rx) = mpsc::channel(1);
        let job = spawn_blocking(move || [1, 2].map(|number| tx.blocking_send(number).is_ok()));
        until(&|record| record.job.is_some() && matches!(record.event, Event::Wait { .. })).await;
        note("the job waits");
        assert_eq!((rx.recv().await, rx.recv().await, rx.recv().await), (Some(1), Some(2), None));
        assert_eq!(job.await.unwrap(), [true; 2]);
        let (tx, rx) = oneshot::channel();
        let thread = std::thread::spawn(move || rx.blocking_recv());
        let value = |on| matches!(on, Resource::SyncValue(SyncKind::Oneshot, _));
        until(&|record| matches!(record.event, Event::Wait { on, .. } if value(on))).await;
        note("the thread waits");
        tx.send(3).unwrap();
        assert_eq!(thread.join().unwrap(), Ok(3));
        note("the end");
        let lock = Arc::new(Mutex::new(0));
        let held = lock.lock().await;
        let theirs = Arc::clone(&lock);
        spawn_blocking(move || *theirs.blocking_lock() += 1);
        let locks = |on| matches!(on, Resource::Sync(SyncKind::Mutex, ..));
        until(&|record| matches!(record.event, Event::Wait { on, .. } if locks(on))).await;
        note("the job waits in line");
        drop(held);
        drop(lock.lock().await);
    });
    let records = recording.records();
    folded::whole(&records);
    let waits = |said| {
        let fold = when_said(said, &records);
        let at = |id, kind| {
            [fold.waiters(Resource::SyncValue(kind, id)), fold.line(id).copied().collect()]
        };
        let lines = fold.primitives().flat_map(|(id, one)| at(id, one.now.kind)).flatten();
        let known = |it: Wait| (it.now.by.is_some(), it.now.at.is_some(), it.now.own);
        lines.map(known).collect::<Vec<_>>()
    };
    assert_eq!(waits("the job waits"), [(true, true, true)]);
    assert_eq!(waits("the thread waits"), [(false, true, true)]);
    assert_eq!(waits("the end"), []);
    assert_eq!(waits("the job waits in line"), [(true, true, true)]);
}

#[test]
fn a_late_tick_says_how_many_more_are_due() {
    let ticks = |behavior, work| {
        let records = run(async move {
            let mut interval = interval(Duration::from_millis(50));
            interval.set_missed_tick_behavior(behavior);
            interval.tick().await;
            advance(Duration::from_millis(work)).await;
            for _ in 0..4 {
                interval.tick().await;
            }
        });
        picked!(
            records,
            Event::LateTick { late, overdue, made_up } => (late.as_millis(), overdue, made_up),
        )
    };
    assert_eq!(ticks(Burst, 170), [(120, 2, true), (70, 1, true), (20, 0, true)]);
    for behavior in [Skip, Delay] {
        assert_eq!(ticks(behavior, 170), [(120, 2, false)], "{behavior:?}");
        assert_eq!(ticks(behavior, 55), [], "{behavior:?}: that is the clock's own coarseness");
    }
}

#[test]
fn a_value_that_meets_a_closed_or_full_channel_is_told() {
    let records = run(async {
        let (one, receiver) = oneshot::channel();
        drop(receiver);
        assert!(one.send(1).is_err());
        let (many, receiver) = mpsc::channel(1);
        drop(receiver);
        assert!(many.send(1).await.is_err() && many.try_send(1).is_err());
        assert!(many.reserve().await.is_err(), "nothing was sent");
        let (reserved, receiver) = mpsc::channel(1);
        let permit = reserved.reserve().await.unwrap();
        drop(receiver);
        permit.send(1);
        let (narrow, _receiver) = mpsc::channel(2);
        let _kept = narrow.reserve().await.unwrap();
        assert!(narrow.try_send(1).is_ok() && narrow.try_send(2).is_err());
        let (to_all, receiver) = broadcast::channel(1);
        drop(receiver);
        assert!(to_all.send(1).is_err());
        let (newest, receiver) = watch::channel(0);
        drop(receiver);
        assert!(newest.send(1).is_err());
    });
    let refused = picked!(records, Event::SyncAct { act: Act::Refuse, .. } => ());
    assert_eq!(refused.len(), 7);
}

#[test]
fn a_wait_is_in_its_branch_however_long_it_lasts() {
    let records = run(async {
        let minute = Duration::from_mins(1);
        let task = kettle::spawn(timeout(minute, async move {
            kettle::select! {
                () = pending() => {}
                () = sleep(minute) => {}
            }
        }));
        for _ in 0..40 {
            sleep(Duration::from_millis(1)).await;
        }
        note("now");
        task.abort();
    });
    let fold = when_said("now", &records);
    let waiting = fold.tasks().find(|task| task.state == State::Waiting).expect("the task");
    let scopes = fold.waits_of(waiting.id).into_iter().map(|wait| wait.now.scope);
    let [Some(inner), Some(outer)] = scopes.collect::<Vec<_>>()[..] else { panic!("two waits") };
    assert_ne!(inner, outer);
}
