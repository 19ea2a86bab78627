//! Do the events of a program lead to the state that it is in?
//!
//! Small programs that are looked at in the middle: the records up to a certain one are folded, and the
//! state must be the one that the program was written to be in. A few records are put in by hand: what
//! another thread does comes where chance wants it.
//!
//! The replay's page must come to the same states as the fold: `cargo xtask test page` has the programs
//! below written out for it (`common/page_states.rs`).
//!
//! Not here: that no record contradicts those before it, of the examples (`golden_traces.rs`).

#[path = "common/folded.rs"]
mod folded;
#[path = "common/page_states.rs"]
mod page_states;

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, duplex, simplex};
use kettle::net::UnixStream;
use kettle::runtime::{Builder, Handle, Runtime};
use kettle::sync::{Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, SetOnce};
use kettle::sync::{broadcast, mpsc, oneshot, watch};
use kettle::task::{JoinSet, spawn_blocking, yield_now};
use kettle::time::MissedTickBehavior::{Burst, Delay, Skip};
use kettle::time::{Instant, advance, interval, sleep, timeout};
use kettle::trace::fold::{Fold, State};
use kettle::trace::{Event, Record, Recorder, Recording, note, record, story};
use kettle_events::{Act, Cause, Id, MessageKind, Outcome, Replaced, Resource, SyncKind, Units};

/// A runtime on the real clock, and what it records.
fn recorded() -> (Runtime, Recording) {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    (builder.enable_all().trace(recorder).build().expect("a runtime"), recording)
}

/// Runs this with the clock paused; what was recorded is free of contradictions.
fn run<F: Future<Output = ()>>(future: F) -> Vec<Record> {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).trace(recorder);
    builder.build().expect("a runtime").block_on(future);
    let records = recording.records();
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
    fold.waits_of(main).iter().map(|wait| wait.on).collect()
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
    let records = run(async {
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
    let records = run(async {
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
fn timers_of_one_slot_leave_it_together() {
    let records = run(async {
        let naps = (2_000..2_040).map(|millis| kettle::spawn(sleep(Duration::from_millis(millis))));
        for nap in naps.collect::<Vec<_>>() {
            nap.await.expect("it isn't aborted");
        }
    });
    let moved = |record: &Record| match record.event {
        Event::TimerCascade { moved, .. } => Some(moved),
        _ => None,
    };
    assert!(records.iter().filter_map(moved).any(|moved| moved > 30), "most move down together");
}

#[test]
fn a_select_waits_in_two_places_and_leaves_one_of_them() {
    let records = run(async {
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
    assert!(waits.iter().any(|wait| set(wait.on) && wait.waiter.poll == main.polls), "{waits:?}");
    assert_eq!(main.clones, 0, "kettle has its waker");
    let later = when_said("later", &records);
    assert!(!waits_of_main(&later).into_iter().any(set), "the last end was told");
    let told = story::plain(&records);
    assert!(told.contains("main waits for the next task of joinset 1 to end"), "{told}");
    assert!(told.contains("a task of joinset 1 has ended: the set's waker is called"), "{told}");
}

#[test]
fn nothing_waits_for_a_set_that_is_gone() {
    let leaves: [fn(JoinSet<()>); 2] = [drop, |mut set| set.detach_all()];
    for leave in leaves {
        let records = run(async move {
            let mut set = JoinSet::new();
            set.spawn(pending::<()>());
            let over = timeout(Duration::from_millis(1), set.join_next()).await;
            over.expect_err("its task never ends");
            note("kept");
            leave(set);
            note("gone");
        });
        let waits = |said| waits_of_main(&when_said(said, &records));
        let set = |on: &Resource| matches!(on, Resource::SyncValue(SyncKind::JoinSet, _));
        assert!(waits("kept").iter().any(set), "the set still has the waker");
        assert!(!waits("gone").iter().any(set), "{:?}", waits("gone"));
    }
}

#[test]
fn what_a_dropped_branch_had_taken_is_told() {
    let records = run(async {
        let (mut writer, mut reader) = duplex(64);
        let (tx, mut rx) = mpsc::channel(4);
        writer.write_all(b"tea").await.expect("there is room");
        tx.send("cup").await.expect("there is room");
        kettle::select! {
            biased;
            _ = async { reader.read_exact(&mut [0; 8]).await } => unreachable!("five are missing"),
            _ = async { (rx.recv().await, rx.recv().await) } => unreachable!("one is missing"),
            () = sleep(Duration::from_millis(5)) => {}
        }
        drop((writer, tx));
    });
    let told = story::plain(&records);
    let said = "branch 3 wins: the other futures are dropped; branch 1 had read 3 bytes from pipe 1, \
        branch 2 had received 1 value from channel 1";
    assert!(told.contains(said), "{told}");
}

/// Each leaves a waker behind, or takes it along.
#[test]
fn what_a_timeout_gave_up_is_not_waited_for() {
    let records = run(async {
        let (tx, mut values) = mpsc::channel::<u8>(1);
        let (_one, mut value) = oneshot::channel::<u8>();
        let (_news, mut watched) = watch::channel(1);
        let (_all, mut heard) = broadcast::channel::<u8>(1);
        let (mut task, mut set) = (kettle::spawn(pending::<()>()), JoinSet::new());
        set.spawn(pending::<()>());
        let (lock, permits) = (Mutex::new(1), Semaphore::new(0));
        let _held = lock.lock().await;
        let (notify, barrier) = (Notify::new(), Barrier::new(2));
        let ((mut near, _far), (mut end, _other)) = (UnixStream::pair().unwrap(), duplex(8));
        let mut byte = [0];
        macro_rules! given_up {
            ($($wait:expr),*) => {$(
                assert!(timeout(Duration::from_millis(5), $wait).await.is_err());
                note("given up");
            )*};
        }
        given_up!(values.recv(), &mut value, &mut task, set.join_next(), lock.lock());
        given_up!(permits.acquire(), notify.notified(), barrier.wait(), watched.changed());
        given_up!(heard.recv(), near.read(&mut byte), near.readable(), end.read(&mut byte));
        given_up!(tx.closed());
    });
    let mut fold = Fold::new();
    let mut given_up = 0;
    for record in &records {
        fold.step(record);
        if record.event == (Event::Note { text: "given up" }) {
            let (main, waits) =
                (fold.task(fold.running()[0]).unwrap(), fold.waits_of(fold.running()[0]));
            let now = waits.iter().find(|wait| wait.waiter.poll == main.polls);
            assert!(now.is_none(), "{given_up}: {now:?}");
            given_up += 1;
        }
    }
    assert_eq!(given_up, 14);
}

#[test]
fn two_locks_taken_crosswise_show_who_waits_for_whom() {
    let records = run(async {
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
fn the_abort_of_a_job_that_has_begun_is_told_and_changes_nothing() {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let records = run(async move {
        let (begins, begun) = oneshot::channel();
        let job = spawn_blocking(move || begins.send(()).is_ok() && gate.recv().is_ok());
        begun.await.expect("it begins");
        job.abort();
        open.send(()).expect("a job that waits");
        assert!(job.await.expect("no panic"));
    });
    let asked = records.iter().filter(|record| matches!(record.event, Event::Cancel { .. }));
    assert_eq!(asked.count(), 1);
}

#[test]
fn a_handle_on_a_job_says_whose_waker_it_replaces() {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let records = run(async move {
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
        (woken.by, task.polls, task.parent)
    };
    assert_eq!(woken_by("now"), (Cause::Task(main), 2, Some(main)));
    assert_eq!(woken_by("later"), (Cause::Timer, 3, Some(main)));
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
fn a_task_that_was_spawned_before_the_run_is_joined_in_it() {
    let (runtime, recording) = recorded();
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
    let told = story::plain(&records);
    assert!(told.contains("task 1 waits for bytes in pipe 1"), "{told}");
    assert!(told.contains("main waits for room in pipe 1"), "four of the five had room: {told}");
}

/// Whatever is cancelled, closed and dropped: no record contradicts another.
#[test]
fn pipes_that_are_given_up_are_free_of_contradictions() {
    run(async {
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

#[test]
fn nothing_is_kept_of_main_futures_that_panic() {
    let ((), records) = record(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        for _ in 0..10 {
            let main = AssertUnwindSafe(|| {
                runtime.block_on(async {
                    let (_tx, rx) = oneshot::channel::<()>();
                    let mut rx = Box::pin(rx);
                    wait(&mut rx).await;
                    panic!("on purpose")
                });
            });
            catch_unwind(main).expect_err("it panics");
        }
        runtime.block_on(async { note("now") });
    });
    folded::whole(&records);
    let panicked = |record: &&Record| {
        matches!(record.event, Event::PollEnd { outcome: Outcome::Panicked, .. })
    };
    assert_eq!(records.iter().filter(panicked).count(), 10);
    let fold = when_said("now", &records);
    let kept = (fold.running().len(), fold.tasks().count(), fold.primitives().count());
    assert_eq!(kept, (1, 1, 0), "the main future that speaks");
}

#[test]
fn wakers_that_are_stored_with_us_are_told_from_clones() {
    let records = run(async {
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.clone().lock_owned().await;
        let task = kettle::spawn(async move {
            let mut clone = None;
            let mut both =
                pin!(async { kettle::join!(lock.lock(), sleep(Duration::from_secs(2))) });
            poll_fn(|cx| {
                clone = Some(cx.waker().clone());
                both.as_mut().poll(cx).map(drop)
            })
            .await;
        });
        yield_now().await;
        note("now");
        drop(guard);
        task.await.expect("no panic");
    });
    let fold = when_said("now", &records);
    let task = fold.tasks().find(|task| task.state == State::Waiting).expect("the task");
    assert_eq!((task.clones, task.stored(), task.handles), (1, 2, 1));
}

#[test]
fn a_wake_on_its_way_is_no_clone() {
    let records = run(async {
        let mut woken = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut woken, true) {
                return Poll::Ready(());
            }
            let waker = cx.waker().clone();
            std::thread::spawn(|| waker.wake()).join().expect("no panic");
            Poll::Pending
        })
        .await;
    });
    let ends = records.iter().filter_map(|record| match record.event {
        Event::PollEnd { wakers, .. } => Some(wakers),
        _ => None,
    });
    assert!(ends.eq([0, 0]));
}

#[test]
fn a_handle_that_goes_can_abort_no_more() {
    let records = run(async {
        let task = kettle::spawn(pending::<()>());
        let _abort = task.abort_handle();
        yield_now().await;
        note("two");
        drop(task);
        note("one");
    });
    let handles = |said| {
        let fold = when_said(said, &records);
        let task = fold.tasks().find(|task| task.state == State::Waiting).expect("the task");
        (task.handle, task.handles)
    };
    assert_eq!(handles("two"), (true, 2));
    assert_eq!(handles("one"), (false, 1), "the abort handle is left");
}

#[test]
fn a_handle_of_another_runtime_is_forgotten_when_it_was_asked() {
    let other = Builder::new_current_thread().build().expect("a runtime");
    let theirs = other.spawn(yield_now());
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    let ours: Runtime = builder.trace(recorder).build().expect("a runtime");
    ours.block_on(async {
        let mut theirs = Box::pin(theirs);
        wait(&mut theirs).await;
        note("asked");
        std::thread::spawn(move || drop(other)).join().expect("no panic");
        theirs.await.expect_err("its runtime has ended");
    });
    let records = recording.records();
    let fold = when_said("asked", &records);
    assert!(fold.jobs().all(|(_, job)| !job.out) && fold.contradictions()[0].unseen);
    let (fold, main) = (Fold::of(&records), fold.tasks().next().expect("main").id);
    assert_eq!((fold.jobs().count(), fold.waits_of(main).len()), (0, 0));
}

// ---- what other threads did is told later, among other records ------------------------------------

/// These records up to the first that fits, with foreign ones in front of it.
fn with(
    foreign: &[Event],
    records: &[Record],
    mut before: impl FnMut(&Event) -> bool,
) -> Vec<Record> {
    let at = records.iter().position(|one| before(&one.event)).expect("there is such a record");
    let turn = records[at - 1].turn;
    let record = |event: &Event| Record { task: None, turn, event: *event, ..records[at] };
    let foreign = foreign.iter().map(record);
    let mut all: Vec<_> = records[..at].iter().copied().chain(foreign).collect();
    all.push(records[at]);
    all.iter_mut().zip(1..).for_each(|(one, seq)| one.seq = seq);
    all
}

fn is_turn(event: &Event) -> bool {
    matches!(event, Event::Turn { .. })
}

/// The loop has counted none. Then one came, and it is told before the count is.
#[test]
fn a_timer_of_another_thread_may_be_newer_than_the_count() {
    let records = run(async { sleep(Duration::from_secs(2)).await });
    let (timer, due) = (Id::next(), Duration::from_secs(9));
    let theirs = Event::TimerAdd { timer, due, level: 2, slot: 2 };
    let mut all = with(&[theirs], &records, is_turn);
    let fold = Fold::of(&all);
    assert_eq!((fold.timer_count(), fold.contradictions()), (1, &[][..]));
    // But where it is counted once more, it is missed.
    let last = *all.last().expect("the turn");
    all.push(Record { seq: last.seq + 1, turn: last.turn + 1, ..last });
    let fold = Fold::of(&all);
    let [missed] = fold.contradictions() else { panic!("{:#?}", fold.contradictions()) };
    assert!(missed.what.contains("timers wait"), "{missed}");
}

#[test]
fn what_another_thread_did_comes_between_a_look_at_the_clock_and_what_is_due() {
    let records = run(async { sleep(Duration::from_secs(2)).await });
    let theirs = Event::SourceAdd { source: Id::next(), what: "UdpSocket" };
    let fires = |event: &Event| matches!(event, Event::TimerFire { .. });
    let fold = Fold::of(&with(&[theirs], &records, fires));
    assert_eq!((fold.timer_count(), fold.contradictions()), (0, &[][..]));
}

#[test]
fn what_another_thread_did_comes_between_a_message_and_its_wake() {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let records = run(async move {
        let job = spawn_blocking(move || gate.recv().is_ok());
        let after = kettle::spawn(async move { open.send(()) });
        assert!(job.await.expect("no panic"));
        after.await.expect("no panic").expect("a job that waits");
    });
    let task = Id::next();
    let theirs = [Event::BlockingStart { task }, Event::BlockingEnd { task, ran: None }];
    let mut is_after = false;
    let after_a_message = |event: &Event| {
        let message = matches!(event, Event::Message { kind: MessageKind::Wake });
        std::mem::replace(&mut is_after, message)
    };
    let all = with(&theirs, &records, after_a_message);
    assert_eq!(Fold::of(&all).contradictions(), []);
}

// ---- what comes to many ---------------------------------------------------------------------------

/// What each waiting task waits for when the program has said this (`note`), in the tasks' order.
fn waits(said: &'static str, records: &[Record]) -> Vec<&'static str> {
    let fold = when_said(said, records);
    let mut tasks: Vec<_> = fold.tasks().map(|task| task.id).collect();
    tasks.sort();
    let of = |id| fold.waits_of(id).into_iter().map(|wait| word(wait.on));
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

/// What was done with primitives.
fn acts(records: &[Record]) -> Vec<(Act, Units, usize)> {
    let act = |record: &Record| match record.event {
        Event::SyncAct { act, units, count, .. } => Some((act, units, count)),
        _ => None,
    };
    records.iter().filter_map(act).collect()
}

/// Polls with the running task's own waker, and must have to wait.
async fn wait<F: Future>(future: &mut Pin<Box<F>>) {
    let polled = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending()));
    assert!(polled.await);
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
        let (_, channel) = fold.primitives().next().expect("the channel");
        let by_main =
            channel.holders.iter().all(|(_, by)| by.task == fold.running().first().copied());
        assert!(by_main && channel.handed.is_empty());
        let places = channel.holders.iter().map(|(units, _)| match *units {
            Units::Count(places) if places > 0 => places,
            Units::Count(_) => panic!("no place is held"),
            Units::All => panic!("a place is counted"),
        });
        (places.sum::<u32>(), channel.count)
    };
    assert_eq!(held("all reserved"), (3, Some(0)));
    assert_eq!(held("one is used"), (2, Some(1)));
    assert_eq!(held("two are given back"), (0, Some(1)));
    assert_eq!(held("the end"), (0, Some(1)));
    let told = story::plain(&records);
    assert!(told.contains("main reserves 2 places of channel 1"), "{told}");
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
        let lines = fold.primitives().flat_map(|(_, one)| one.line.iter().chain(&one.value));
        lines.map(|waiter| (waiter.task.is_some(), waiter.at.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(waits("the job waits"), [(true, true)]);
    assert_eq!(waits("the thread waits"), [(false, true)]);
    assert_eq!(waits("the end"), []);
    assert_eq!(waits("the job waits in line"), [(true, true)]);
    let told = story::plain(&records);
    assert!(
        told.contains("job 2 takes lock 1") && told.contains("job 2 releases lock 1"),
        "{told}"
    );
    assert!(told.contains("job 1 waits for room in channel 1"), "{told}");
    assert!(told.contains("job 1 sends into channel 1, which now holds 1 value"), "{told}");
}

/// Its number means another thing in the record of the channel's runtime.
#[test]
fn a_job_of_another_runtime_is_no_job_of_this_one() {
    let (runtime, recording) = recorded();
    let other = Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let (tx, mut rx) = mpsc::channel(2);
        let (theirs, last) = (tx.clone(), tx.clone());
        other.spawn_blocking(move || theirs.blocking_send(1));
        assert_eq!(rx.recv().await, Some(1));
        spawn_blocking(move || tx.blocking_send(2));
        assert_eq!(rx.recv().await, Some(2));
        let handle = Handle::current();
        spawn_blocking(move || handle.block_on(last.send(3)));
        assert_eq!(rx.recv().await, Some(3));
    });
    let records = recording.records();
    let sent = records.iter().filter(|record| {
        record.task.is_none() && matches!(record.event, Event::SyncAct { act: Act::Put, .. })
    });
    assert_eq!(sent.map(|record| record.job.is_some()).collect::<Vec<_>>(), [false, true, true]);
}

#[test]
fn a_watcher_misses_what_was_replaced_before_it_looked() {
    let records = run(async {
        let (tx, mut rx) = watch::channel(0);
        for sent in [1, 3, 1] {
            (0..sent).for_each(|number| tx.send(number).unwrap());
            rx.changed().await.unwrap();
        }
        rx.mark_changed(); // the value of now: none came between
        rx.mark_changed();
        rx.changed().await.unwrap();
        (0..3).for_each(|number| tx.send(number).unwrap());
        rx.borrow_and_update();
        tx.send(9).unwrap();
        rx.changed().await.unwrap();
    });
    let missed: Vec<_> =
        acts(&records).into_iter().filter(|(act, ..)| *act == Act::Forget).collect();
    let twice = [(Act::Forget, Units::Count(2), 1); 2];
    assert_eq!(missed, twice, "of three values the newest was seen");
    let told = story::plain(&records);
    assert!(told.contains("main has not seen 2 values of watch 1: newer ones came"), "{told}");
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
        let late = |record: &Record| match record.event {
            Event::LateTick { late, overdue, made_up } => {
                Some((late.as_millis(), overdue, made_up))
            }
            _ => None,
        };
        (records.iter().filter_map(late).collect::<Vec<_>>(), story::plain(&records))
    };
    let (late, told) = ticks(Burst, 170);
    assert_eq!(late, [(120, 2, true), (70, 1, true), (20, 0, true)]);
    let said = [
        "main takes a tick that was due 0.120 s ago: 2 more are overdue, and may come at once",
        "main takes a tick that was due 0.070 s ago: 1 more is overdue, and may come at once",
        "main takes a tick that was due 0.020 s ago\n",
    ];
    assert!(said.iter().all(|said| told.contains(said)), "{told}");
    for behavior in [Skip, Delay] {
        let (late, told) = ticks(behavior, 170);
        assert_eq!(late, [(120, 2, false)], "{behavior:?}");
        assert!(told.contains("2 more are overdue, and passed over"), "{told}");
        assert_eq!(ticks(behavior, 55).0, [], "{behavior:?}: that is the clock's own coarseness");
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
    let refused = acts(&records).into_iter().filter(|(act, ..)| *act == Act::Refuse).count();
    assert_eq!(refused, 7);
    let told = story::plain(&records);
    assert!(told.contains("main finds channel 4 full: nothing is sent"), "{told}");
    assert!(told.contains("main finds channel 1 closed: nothing is sent"), "{told}");
}

/// A call that does not wait, and got nothing, is told: of each primitive that has such calls.
#[test]
fn what_a_call_that_does_not_wait_did_not_get_is_told() {
    let records = run(async {
        let (values, mut receiver) = mpsc::channel::<u8>(1);
        _ = (receiver.try_recv(), values.try_reserve().unwrap(), values.try_reserve().is_err());
        let (many, mut receiver) = mpsc::unbounded_channel::<u8>();
        drop(many);
        _ = receiver.try_recv();
        let (_one, mut receiver) = oneshot::channel::<u8>();
        _ = receiver.try_recv();
        let (_all, mut receiver) = broadcast::channel::<u8>(1);
        _ = receiver.try_recv();
        let (lock, shared) = (Mutex::new(1), RwLock::new(1));
        let _held = (lock.try_lock().unwrap(), shared.try_read().unwrap());
        _ = (lock.try_lock().is_err(), shared.try_write().is_err());
        let permits = Semaphore::new(1);
        _ = permits.try_acquire_many(2).is_err();
        permits.close();
        _ = permits.try_acquire().is_err();
        let (cell, once) = (OnceCell::new(), SetOnce::new());
        _ = (cell.set(1), cell.set(2), once.set(1), once.set(2));
        let (newest, mut receiver) = watch::channel(0);
        newest.send_replace(1);
        assert!([1, 1].into_iter().all(|value| value == *receiver.borrow_and_update()));
    });
    let told = story::plain(&records);
    for said in [
        "channel 1 empty: nothing is received",
        "channel 1 full: nothing is sent",
        "channel 2 empty and closed: nothing is received",
        "channel 3 empty: nothing is received",
        "broadcast 1 empty: nothing is received",
        "finds lock 1 taken, and does not wait",
        "rwlock 1 taken, and does not wait",
        "2 permits of semaphore 1, which has 1 free, and does not wait",
        "semaphore 1 closed",
        "cell 1 set already",
        "once 1 set already",
        "main receives from watch 1",
    ] {
        assert_eq!(told.matches(said).count(), 1, "{said}: {told}");
    }
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
    let one = Units::Count(1);
    let slow = [(Act::Forget, one, 2), (Act::Forget, Units::All, 0)];
    let told: Vec<_> = acts(&records).into_iter().filter(|(act, ..)| *act == Act::Forget).collect();
    assert_eq!(told, slow, "one value was overwritten, two were left");
}

#[test]
fn a_sender_waits_until_the_receivers_are_gone() {
    let records = run(async {
        let (tx, rx) = broadcast::channel::<u8>(2);
        let mut end = Box::pin(tx.closed());
        wait(&mut end).await;
        note("now");
        drop(rx);
        note("none");
        end.await;
        let rx = tx.subscribe();
        let mut end = Box::pin(tx.closed());
        wait(&mut end).await;
        drop(end);
        note("given up");
        drop(rx);
    });
    assert_eq!(waits("now", &records), ["the receivers' end"]);
    assert!(waits("none", &records).is_empty());
    assert!(waits("given up", &records).is_empty());
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

#[test]
fn tasks_wait_for_a_value_that_is_set_once() {
    static CELL: SetOnce<u8> = SetOnce::const_new();
    let records = run(async {
        let tasks = [(); 2].map(|()| kettle::spawn(async { *CELL.wait().await }));
        yield_now().await;
        note("two wait");
        tasks[0].abort();
        yield_now().await;
        note("one waits");
        CELL.set(1).unwrap();
        note("none");
        yield_now().await;
    });
    assert_eq!(waits("two wait", &records), ["the one value"; 2]);
    assert_eq!(waits("one waits", &records), ["the one value"]);
    assert!(waits("none", &records).is_empty());
    let makes = |record: &&Record| matches!(record.event, Event::SyncNew { .. });
    assert_eq!(records.iter().filter(makes).count(), 1, "reported at its first use");
}

/// Where no receiver has come yet, or the last has gone, a new one comes: then a sender can send.
#[test]
fn what_has_no_receiver_is_closed_until_one_comes() {
    let records = run(async {
        let (watched, _) = watch::channel(1);
        let (heard, _) = broadcast::channel::<u8>(1);
        let (early, unheard) = (watch::Sender::new(1), broadcast::Sender::<u8>::new(1));
        assert!(watched.is_closed() && early.is_closed());
        note("closed");
        let watchers = (watched.subscribe(), early.subscribe(), watched.subscribe());
        let hearers = (heard.subscribe(), unheard.subscribe());
        note("open");
        drop((watchers, hearers));
        note("closed again");
    });
    let closed = |said| {
        when_said(said, &records).primitives().map(|(_, known)| known.closed).collect::<Vec<_>>()
    };
    assert_eq!(closed("closed"), [true; 4]);
    assert_eq!(closed("open"), [false; 4]);
    assert_eq!(closed("closed again"), [true; 4]);
    let opened = |act: (Act, Units, usize)| (act.0 == Act::Open).then_some(act.1);
    let receivers = acts(&records).into_iter().filter_map(opened).collect::<Vec<_>>();
    assert_eq!(receivers, [1, 1, 2, 1, 1].map(Units::Count));
}
