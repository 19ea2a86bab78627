//! Does the fold know who waits, where, and what for?
//!
//! Small programs, looked at in the middle.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, duplex, simplex};
use kettle::runtime::Builder;
use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::task::{spawn_blocking, yield_now};
use kettle::time::{Instant, sleep, timeout};
use kettle::trace::fold::{Fold, State};
use kettle::trace::{Event, Record, Recorder, note, record};
use kettle_events::{Cause, Outcome, Replaced, Resource, SyncKind, Units};

use crate::{folded, watch, when_said};

/// What the future that is being polled, `main`, waits for.
fn waits_of_main(fold: &Fold) -> Vec<Resource> {
    let main = *fold.running().first().expect("main runs");
    fold.waits_of(main).iter().map(|wait| wait.on).collect()
}

#[test]
fn a_line_for_room_moves_up_when_the_first_is_served() {
    let records = watch(async {
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
        let (_, channel) = fold.primitives().next().expect("the channel");
        assert!(channel.line.iter().all(|waiter| waiter.task.is_some()));
        (channel.count, channel.line.iter().map(|waiter| waiter.task).collect::<Vec<_>>())
    };
    let (len, before) = line(&when_said("now", &records));
    let (later, after) = line(&when_said("later", &records));
    assert_eq!((len, before.len(), later), (Some(1), 3, Some(0)));
    assert_eq!(after, before[1..], "the first has room, and only has to come for it");
    let served = |record: &Record| match record.event {
        Event::Served { on: Resource::Sync(SyncKind::Mpsc, _, _, ticket) } => Some(ticket),
        _ => None,
    };
    assert_eq!(records.iter().filter_map(served).collect::<Vec<_>>(), [0, 0, 0]);
}

#[test]
fn a_receiver_is_told_that_nothing_will_come() {
    let records = watch(async {
        let (tx, mut rx) = mpsc::channel::<u32>(2);
        let permit = tx.reserve().await.expect("room");
        rx.close();
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(rx.poll_recv(&mut cx), Poll::Pending, "the permit may still be used");
        note("now");
        drop(permit);
        note("later");
        assert_eq!(rx.recv().await, None);
    });
    let waits = |said| {
        let fold = when_said(said, &records);
        fold.primitives().filter(|(_, channel)| channel.value.is_some()).count()
    };
    assert_eq!((waits("now"), waits("later")), (1, 0));
}

#[test]
fn a_timer_that_is_moved_is_the_same_and_is_waited_for() {
    let records = watch(async {
        let mut nap = pin!(sleep(Duration::from_secs(1)));
        assert!(timeout(Duration::ZERO, &mut nap).await.is_err());
        nap.as_mut().reset(Instant::now() + Duration::from_secs(5));
        note("now");
        nap.await;
    });
    let fold = when_said("now", &records);
    let [Resource::Timer(timer)] = waits_of_main(&fold)[..] else {
        panic!("{:?}", waits_of_main(&fold))
    };
    let (now, due) = (fold.time(), fold.timer(timer).expect("in the wheel").due);
    assert!(due >= now + Duration::from_secs(4), "{now:?} {due:?}");
    let told =
        |event: &Event| matches!(event, Event::TimerMove { timer: told, .. } if *told == timer);
    assert_eq!(records.iter().filter(|record| told(&record.event)).count(), 1);
}

#[test]
fn a_select_waits_in_two_places_and_leaves_one_of_them() {
    let records = watch(async {
        let (tx, rx) = oneshot::channel::<()>();
        kettle::spawn(async move {
            note("now");
            sleep(Duration::from_millis(1)).await;
            let _ = tx.send(());
        });
        kettle::select! {
            biased;
            _ = rx => {}
            () = sleep(Duration::from_secs(1)) => unreachable!("later"),
        }
        note("later");
    });
    let fold = when_said("now", &records);
    let main = fold.tasks().next().expect("main").id;
    let waits = fold.waits_of(main);
    let on: Vec<_> = waits.iter().map(|wait| wait.on).collect();
    assert!(
        matches!(
            on[..],
            [Resource::Timer(_), Resource::SyncValue(..)]
                | [Resource::SyncValue(..), Resource::Timer(_)]
        ),
        "{on:?}"
    );
    assert!(waits.iter().all(|wait| wait.waiter.poll == 1 && wait.waiter.at.is_some()));
    assert_eq!(fold.task(main).expect("main").state, State::Waiting);
    let later = when_said("later", &records);
    assert_eq!((waits_of_main(&later), later.timer_count()), (vec![], 0));
}

#[test]
fn two_locks_taken_crosswise_show_who_waits_for_whom() {
    let records = watch(async {
        let locks = Arc::new([Mutex::new(()), Mutex::new(())]);
        let crossed = |first: usize| {
            let locks = locks.clone();
            kettle::spawn(async move {
                let _one = locks[first].lock().await;
                yield_now().await;
                let _other = locks[1 - first].lock().await;
            })
        };
        let (a, b) = (crossed(0), crossed(1));
        sleep(Duration::from_millis(1)).await;
        note("now");
        a.abort();
        b.await.expect("a lock that is free by now");
    });
    let fold = when_said("now", &records);
    let edges: Vec<_> = fold
        .primitives()
        .map(|(_, lock)| {
            let [(Units::All, holder)] = lock.holders[..] else { panic!("{lock:?}") };
            (lock.line.first().expect("it has a line").task, holder.task)
        })
        .collect();
    let [(waits, holds), (waits_too, holds_too)] = edges[..] else { panic!("{edges:?}") };
    assert_eq!((waits, holds), (holds_too, waits_too), "a circle");
    assert_ne!(waits, holds);
}

#[test]
fn a_waiter_that_was_given_the_lock_and_goes_passes_it_on() {
    let records = watch(async {
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.lock().await;
        let waiting = |lock: Arc<Mutex<()>>| kettle::spawn(async move { drop(lock.lock().await) });
        let (first, second) = (waiting(lock.clone()), waiting(lock.clone()));
        yield_now().await;
        drop(guard); // the first is given it ...
        first.abort(); // ... and never comes
        assert!(first.await.unwrap_err().is_cancelled());
        second.await.expect("the lock");
        note("later");
    });
    let unwait = |record: &Record| {
        matches!(record.event, Event::Unwait { on: Resource::Sync(SyncKind::Mutex, _, _, 1) })
    };
    let left = records.iter().position(unwait).expect("it leaves what it was given");
    let lock = |records: &[Record]| {
        let fold = Fold::of(records);
        let (_, lock) = fold.primitives().next().expect("the lock");
        (lock.holders.len(), lock.handed.len(), lock.line.len())
    };
    assert_eq!(lock(&records[..left]), (0, 1, 1), "the first has it, the second waits");
    assert_eq!(lock(&records[..=left]), (0, 0, 1));
    let served = |record: &Record| matches!(record.event, Event::Served { .. });
    let next = left + records[left..].iter().position(served).expect("the second is served");
    assert_eq!(lock(&records[..=next]), (0, 1, 0));
    assert_eq!(lock(&records), (0, 0, 0));
}

#[test]
fn a_handle_on_a_job_says_whose_waker_it_replaces() {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let records = watch(async move {
        let mut job = spawn_blocking(move || gate.recv().is_ok());
        for _ in 0..3 {
            let polled = poll_fn(|cx| Poll::Ready(pin!(&mut job).poll(cx))).await;
            assert!(polled.is_pending());
        }
        open.send(()).expect("a job that waits");
        assert!(job.await.expect("no panic"));
    });
    let replaced = records.iter().filter_map(|record| match record.event {
        Event::Wait { on: Resource::Task(_), replaced } => Some(replaced),
        _ => None,
    });
    let replaced: Vec<_> = replaced.collect();
    assert_eq!(replaced[..3], [Replaced::None, Replaced::Same, Replaced::Same]);
}

#[test]
fn each_poll_knows_the_wake_that_caused_it() {
    let records = watch(async {
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
        (woken.by, task.polls, task.parent)
    };
    assert_eq!(woken_by("now"), (Cause::Task(main), 2, Some(main)));
    assert_eq!(woken_by("later"), (Cause::Timer, 3, Some(main)));
}

#[test]
fn a_panic_of_the_main_future_ends_its_poll() {
    let ((), records) = record(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let main =
            std::panic::AssertUnwindSafe(|| runtime.block_on(async { panic!("on purpose") }));
        std::panic::catch_unwind(main).expect_err("it panics");
        runtime.block_on(async { note("now") });
    });
    folded::whole(&records);
    let panicked = |record: &&Record| {
        matches!(record.event, Event::PollEnd { outcome: Outcome::Panicked, .. })
    };
    assert_eq!(records.iter().filter(panicked).count(), 1);
    assert_eq!(when_said("now", &records).running().len(), 1);
}

#[test]
fn what_is_over_is_forgotten() {
    let records = watch(async {
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
fn a_task_that_was_spawned_before_the_run_is_joined_in_it() {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().trace(recorder).build().expect("a runtime");
    let task = runtime.spawn(async { 42 });
    let waits = runtime.spawn(std::future::pending::<()>());
    assert_eq!(runtime.block_on(task).expect("no panic"), 42);
    drop(waits); // while nobody drives the runtime
    runtime.block_on(async { note("now") });
    let (_, turns) = folded::whole(&recording.records());
    assert_eq!(turns, 2);
    let fold = when_said("now", &recording.records());
    let kept: Vec<_> = fold.tasks().map(|task| (task.polls, task.is_over())).collect();
    assert_eq!(kept, [(1, false), (1, false)], "the one that waits, and main");
}

#[test]
fn a_pipe_knows_its_bytes_and_the_task_at_an_end() {
    let records = watch(async {
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
    let pipe = |fold: &Fold| {
        let (_, pipe) = fold.primitives().find(|(_, known)| known.waits > 0).expect("a pipe");
        assert_eq!(pipe.kind, SyncKind::Pipe);
        (pipe.count, pipe.line.iter().map(|waiter| waiter.task).collect::<Vec<_>>())
    };
    let reader = records.iter().find_map(|record| match record.event {
        Event::Note { text: "asks" } => record.task,
        _ => None,
    });
    assert_eq!(pipe(&when_said("empty", &records)), (Some(0), vec![reader]));
    let (count, waiting) = pipe(&when_said("more", &records));
    assert!(count.is_some_and(|count| count <= 4) && waiting.is_empty());
    let end = Fold::of(&records);
    let (_, used) = end.primitives().find(|(_, known)| known.waits > 0).expect("a pipe");
    assert!(used.closed && used.line.is_empty() && used.count == Some(0));
}

/// Whatever is cancelled, closed and dropped: no record contradicts another.
#[test]
fn pipes_that_are_given_up_are_free_of_contradictions() {
    watch(async {
        let (mut a, mut b) = duplex(1);
        for _ in 0..3 {
            let ms = Duration::from_millis(1);
            timeout(ms, b.read_u8()).await.expect_err("nothing is in it");
            timeout(ms, a.write_all(b"xyz")).await.expect_err("there is room for one");
            b.read_u8().await.unwrap();
        }
        timeout(Duration::from_millis(1), a.read_u8()).await.expect_err("nothing is in it");
        a.shutdown().await.unwrap();
        a.shutdown().await.unwrap();
        drop(a);
        drop(b);
        let (mut reader, mut writer) = simplex(1);
        timeout(Duration::from_millis(1), writer.write_all(b"xy")).await.expect_err("no room");
        writer.shutdown().await.unwrap();
        assert_eq!(reader.read_u8().await.unwrap(), b'x');
        drop(reader.unsplit(writer));
    });
}
