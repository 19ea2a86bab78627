//! Do the records say where in the program a task stands?
//!
//! At the innermost `.await` that the program wrote, through whatever stands between it and ours. (In
//! builds with debug assertions; in others nothing is known.)
#![cfg(debug_assertions)]

use std::panic::Location;
use std::pin::Pin;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{
    Barrier, Notify, OnceCell, RwLock, Semaphore, SetOnce, broadcast, mpsc, oneshot, watch,
};
use kettle::task::yield_now;
use kettle::time::{sleep, timeout};
use kettle::trace::{Event, Record, Recorder};
use kettle_events::{Act, Resource};

const SHORT: Duration = Duration::from_millis(1);

fn run(future: impl Future<Output = ()>) -> Vec<Record> {
    // By a sink of its own: the doctor would have a word to say to some of this.
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).trace(recorder).build();
    runtime.expect("a runtime").block_on(future);
    recording.records()
}

/// Where the program stood at each wait for a resource like this.
fn waits(records: &[Record], on: impl Fn(Resource) -> bool) -> Vec<(&str, u32)> {
    let lines = records.iter().filter_map(|record| match record.event {
        Event::Wait { on: resource, .. } if on(resource) => {
            Some(record.at.map_or(("nowhere", 0), |at| (at.file(), at.line())))
        }
        _ => None,
    });
    lines.collect()
}

fn is_timer(on: Resource) -> bool {
    matches!(on, Resource::Timer(_))
}

/// The line it is called in.
#[track_caller]
fn here() -> (&'static str, u32) {
    (Location::caller().file(), Location::caller().line())
}

#[test]
fn the_innermost_of_nested_async_functions() {
    async fn inner() {
        sleep(SHORT).await;
    }
    let mut line = here();
    let inner_line = line.1 - 2;
    let records = run(async {
        inner().await;
        line = here();
    });
    assert_eq!(waits(&records, is_timer), [(line.0, inner_line)]);
}

#[test]
fn in_a_select_the_place_of_the_branch() {
    let mut line = here();
    let records = run(async {
        let (_tx, mut rx) = mpsc::channel::<()>(1);
        line = here();
        kettle::select! {
            _ = rx.recv() => {}
            () = sleep(SHORT) => {}
        }
    });
    assert_eq!(waits(&records, is_timer), [(line.0, line.1 + 1)]);
}

#[test]
fn in_a_join_the_macro_or_where_a_branch_was_made() {
    let mut line = here();
    let records = run(async {
        let (one, two) = (kettle::spawn(sleep(SHORT)), kettle::spawn(sleep(SHORT)));
        line = here();
        let nap = sleep(SHORT);
        let (one, two, ()) = kettle::join!(one, two, nap);
        one.and(two).expect("no panic");
    });
    let main = records.iter().find_map(|record| record.task);
    let of_main: Vec<Record> = records.into_iter().filter(|it| it.task == main).collect();
    let ends = waits(&of_main, |on| matches!(on, Resource::Task(_)));
    assert!(!ends.is_empty() && ends.iter().all(|&at| at == (line.0, line.1 + 2)), "{ends:?}");
    assert_eq!(waits(&of_main, is_timer), [(line.0, line.1 + 1)]);
}

#[test]
fn a_join_handle_a_channel_and_a_oneshot() {
    let mut line = here();
    let records = run(async {
        let handle = kettle::spawn(sleep(SHORT));
        let (tx, mut rx) = mpsc::channel(1);
        let (answer, question) = oneshot::channel();
        kettle::spawn(async move {
            sleep(SHORT).await;
            tx.send(1).await.expect("a receiver");
            sleep(SHORT).await;
            answer.send(2).expect("a receiver");
        });
        line = here();
        handle.await.expect("no panic");
        rx.recv().await.expect("a value");
        question.await.expect("a value");
    });
    let at = |offset| vec![(line.0, line.1 + offset)];
    assert_eq!(waits(&records, |on| matches!(on, Resource::Task(_))), at(1));
    let values = [(line.0, line.1 + 2), (line.0, line.1 + 3)];
    assert_eq!(waits(&records, |on| matches!(on, Resource::SyncValue(..))), values);
}

/// Between the `.await` and the handle is std's `&mut`: where nothing around it is awaited no line is told, rather than that
/// of what was made or awaited before.
#[test]
fn a_handle_that_is_lent() {
    let mut line = here();
    let records = run(async {
        let nap = || kettle::spawn(sleep(SHORT));
        let [mut spawned, mut after, mut limited] = [nap(), nap(), nap()];
        (&mut spawned).await.expect("no panic");
        let mut later = nap();
        yield_now().await;
        (&mut later).await.expect("no panic");
        let mut slow = nap();
        line = here();
        timeout(2 * SHORT, &mut slow).await.expect("in time").expect("no panic");
        assert!((&mut after).await.and((&mut limited).await).is_ok());
    });
    let nowhere = ("nowhere", 0);
    let ends = waits(&records, |on| matches!(on, Resource::Task(_)));
    assert_eq!(ends, [nowhere, nowhere, (line.0, line.1 + 1)]);
}

#[test]
fn a_permit_that_is_forgotten() {
    let mut line = here();
    let records = run(async {
        let permits = Semaphore::new(1);
        let permit = permits.acquire().await.expect("it is open");
        line = here();
        permit.forget();
        sleep(SHORT).await;
    });
    let forgets = |it: &&Record| matches!(it.event, Event::SyncAct { act: Act::Forget, .. });
    let at = records.iter().find(forgets).and_then(|it| it.at).expect("a line");
    assert_eq!((at.file(), at.line()), (line.0, line.1 + 1));
}

#[cfg(unix)]
#[test]
fn a_line_and_a_segment_of_a_reader() {
    use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let (mut line, mut segment) = (here(), here());
    let records = run(async {
        let (ours, mut theirs) = kettle::net::UnixStream::pair().expect("a pair");
        kettle::spawn(async move { theirs.write_all(b"tea\n").await });
        let mut lines = BufReader::new(ours).lines();
        line = here();
        assert_eq!(lines.next_line().await.expect("a line").as_deref(), Some("tea"));
        let (ours, theirs) = kettle::net::UnixStream::pair().expect("a pair");
        kettle::spawn(async move { drop(theirs) });
        let mut segments = BufReader::new(ours).split(b',');
        segment = here();
        assert_eq!(segments.next_segment().await.expect("the end"), None);
    });
    let expected = [(line.0, line.1 + 1), (segment.0, segment.1 + 1)];
    assert_eq!(waits(&records, |on| matches!(on, Resource::Source { .. })), expected);
}

#[test]
fn a_copy_stands_where_it_is_awaited() {
    use kettle::io::{BufReader, copy, copy_bidirectional, copy_buf, sink};
    let pair = || {
        let (ours, theirs) = kettle::net::UnixStream::pair().expect("a pair");
        kettle::spawn(async move { drop(theirs) });
        ours
    };
    let mut lines = [here(); 3];
    let records = run(async {
        let mut ours = pair();
        lines[0] = here();
        assert_eq!(copy(&mut ours, &mut sink()).await.expect("the end"), 0);
        let mut ours = BufReader::new(pair());
        lines[1] = here();
        assert_eq!(copy_buf(&mut ours, &mut sink()).await.expect("the end"), 0);
        let (mut ours, mut others) = (pair(), pair());
        lines[2] = here();
        assert_eq!(copy_bidirectional(&mut ours, &mut others).await.expect("both ends"), (0, 0));
    });
    let mut told = waits(&records, |on| matches!(on, Resource::Source { .. }));
    told.dedup();
    assert_eq!(told, lines.map(|(file, line)| (file, line + 1)));
}

#[test]
fn under_a_timeout_where_that_is_awaited() {
    let mut line = here();
    let records = run(async {
        line = here();
        let limited = timeout(2 * SHORT, sleep(SHORT));
        limited.await.expect("in time");
    });
    assert_eq!(waits(&records, is_timer), [(line.0, line.1 + 2); 2]);
}

#[test]
fn behind_a_box_and_a_reference_where_it_was_made() {
    let mut line = here();
    let records = run(async {
        line = here();
        let mut boxed: Pin<Box<dyn Future<Output = ()>>> = Box::pin(sleep(SHORT));
        (&mut boxed).await;
        let mut pinned = std::pin::pin!(sleep(SHORT));
        pinned.as_mut().await;
    });
    let at = |offset| (line.0, line.1 + offset);
    assert_eq!(waits(&records, is_timer), [at(1), at(3)]);
}

#[test]
fn nothing_is_left_over_from_the_poll_before() {
    let records = run(async {
        let sleeper = kettle::spawn(sleep(SHORT));
        kettle::spawn(std::future::ready(())).await.expect("no panic");
        sleeper.await.expect("no panic");
    });
    // The task of `ready` awaits nothing: its poll has no place.
    let mut of_task_2 = records.iter().filter_map(|record| match record.event {
        Event::PollEnd { task, .. } => Some((task, record.at)),
        _ => None,
    });
    let places: Vec<_> = of_task_2.by_ref().map(|(_, at)| at.is_some()).collect();
    // main, sleeper, ready, main (again), sleeper, main
    assert_eq!(places, [true, true, false, true, true, true]);
}

// ---- whose line is it? ----

#[test]
fn a_primitive_is_made_at_the_programs_line_and_reported_from_kettles() {
    static LATE: Semaphore = Semaphore::const_new(1);
    let records = run(async {
        drop((mpsc::channel::<u8>(1), mpsc::unbounded_channel::<u8>(), oneshot::channel::<u8>()));
        drop((watch::channel(0), watch::Sender::new(0)));
        drop((broadcast::channel::<u8>(1), broadcast::Sender::<u8>::new(1)));
        drop((Semaphore::new(1), RwLock::new(0), Notify::new(), Barrier::new(1)));
        drop((OnceCell::<u8>::new(), SetOnce::<u8>::new()));
        drop(LATE.try_acquire());
    });
    let made = records.iter().filter_map(|record| match record.event {
        Event::SyncNew { at, .. } => Some(at.file()),
        _ => None,
    });
    assert_eq!(made.collect::<Vec<_>>(), [file!(); 14]);
    let place = |record: &Record| (record.place.file(), record.place.line());
    let ours: Vec<_> = records.iter().map(place).filter(|(file, _)| *file == file!()).collect();
    assert_eq!(ours, [], "these events seem to come from the program");
}

// ---- futures that nobody polls ----

fn unpolled(records: &[Record]) -> Vec<u32> {
    let lines = records.iter().filter_map(|record| match record.event {
        Event::Unpolled { at, .. } => Some(at.line()),
        _ => None,
    });
    lines.collect()
}

#[test]
fn a_future_that_was_never_polled_is_told_with_its_place() {
    let mut line = here();
    let records = run(async {
        let (tx, _rx) = mpsc::channel(1);
        line = here();
        drop(sleep(SHORT));
        drop(tx.send(1));
        drop(timeout(SHORT, async {}));
    });
    let [one, two, three] = [1, 2, 3].map(|offset| line.1 + offset);
    assert_eq!(unpolled(&records), [one, two, three]);
}

#[test]
fn nothing_is_said_of_futures_that_were_polled_or_taken_apart() {
    let records = run(async {
        sleep(SHORT).await;
        assert_eq!(timeout(SHORT, async { 1 }).await, Ok(1));
        assert_eq!(timeout(SHORT, async { 2 }).into_inner().await, 2);
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.expect("room");
        rx.recv().await.expect("a value");
        drop(kettle::spawn(async {}));
    });
    assert_eq!(unpolled(&records), [] as [u32; 0]);
}

#[test]
fn a_future_that_is_left_out_in_a_long_poll_or_around_a_local_set_may_be_meant_so() {
    let long = run(kettle::task::unconstrained(async {
        let (left_out, free) = (sleep(SHORT), Semaphore::new(1));
        for _ in 0..=u16::MAX {
            drop(free.acquire().await);
        }
        drop(left_out);
    }));
    assert_eq!(unpolled(&long), [] as [u32; 0]);
    let nested = run(async {
        let mut set = std::pin::pin!(kettle::task::LocalSet::new());
        set.spawn_local(async {});
        let left_out = sleep(SHORT);
        std::future::poll_fn(|cx| set.as_mut().poll(cx)).await;
        drop(left_out);
    });
    assert_eq!(unpolled(&nested), [] as [u32; 0]);
}

#[test]
fn around_a_local_set_the_host_stands_where_it_stood() {
    let mut line = here();
    let records = run(async {
        let mut set = std::pin::pin!(kettle::task::LocalSet::new());
        set.spawn_local(kettle::task::yield_now());
        sleep(SHORT).await;
        line = here();
        std::future::poll_fn(|cx| {
            let _ = set.as_mut().poll(cx);
            kettle::trace::note("the set has been polled");
            std::task::Poll::Ready(())
        })
        .await;
    });
    let note = records.iter().find(|record| matches!(record.event, Event::Note { .. }));
    let at = note.expect("the note").at.map(|at| (at.file(), at.line()));
    // `sleep` was awaited last; the local task's own `yield_now` stands elsewhere.
    assert_eq!(at, Some((line.0, line.1 - 1)));
}

#[test]
fn what_follows_a_spawn_stands_there() {
    let mut line = here();
    let records = run(async {
        line = here();
        drop(kettle::spawn(async {}));
    });
    let detached = records.iter().find(|record| matches!(record.event, Event::Detach { .. }));
    let at = detached.expect("a handle").at.map(|at| (at.file(), at.line()));
    assert_eq!(at, Some((line.0, line.1 + 1)));
}

#[test]
fn a_step_inside_of_a_poll_leaves_the_tasks_line_as_it_was() {
    let (recorder, recording) = Recorder::new();
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    runtime.block_on(async {
        let line = line!() + 1;
        yield_now().await;
        {
            let _step = kettle_events::run_as(None);
            kettle::spawn(async {});
        }
        kettle_events::note("after the step");
        let is_the_note = |record: &&Record| matches!(record.event, Event::Note { .. });
        kettle_events::flush();
        let note = recording.records().iter().find(is_the_note).and_then(|record| record.at);
        assert_eq!(note.map(std::panic::Location::line), Some(line));
    });
}

/// Of a child the call that started it has no line of its own inside of kettle.
#[cfg(feature = "process")]
#[test]
fn a_job_of_a_file_is_where_its_function_is_awaited() {
    use kettle::fs;
    let mut lines = Vec::new();
    let records = run(async {
        sleep(SHORT).await; // its place must not be left
        fs::metadata("Cargo.toml").await.unwrap();
        lines.push(here().1 - 1);
        let mut folder = fs::read_dir("tests").await.unwrap();
        lines.push(here().1 - 1);
        let entry = folder.next_entry().await.unwrap().unwrap();
        entry.metadata().await.unwrap();
        lines.push(here().1 - 1);
        let file = fs::File::open("Cargo.toml").await.unwrap();
        lines.push(here().1 - 1);
        file.sync_all().await.unwrap();
        lines.push(here().1 - 1);
        // One that a library polls is where the program has made it.
        let made = fs::read("Cargo.toml");
        lines.push(here().1 - 1);
        let _ = timeout(Duration::from_hours(1), Box::pin(made)).await;
    });
    let jobs = records.iter().filter(|record| matches!(record.event, Event::BlockingStart { .. }));
    let places: Vec<u32> = jobs.map(|record| record.at.map_or(0, Location::line)).collect();
    assert_eq!(places, lines);
}

#[test]
fn a_child_that_is_waited_for_by_the_call_that_starts_it() {
    let mut line = here();
    let records = run(async {
        line = here();
        kettle::process::Command::new("sleep").arg("0.05").status().await.unwrap();
    });
    let child = |on: Resource| matches!(on, Resource::Source(..));
    assert_eq!(waits(&records, child), [(line.0, line.1 + 1)]);
}
