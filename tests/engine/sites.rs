//! Do the records say where in the program a task stands?
//!
//! At the innermost `.await` that the program wrote, through whatever stands between it and ours.
//! (In builds with debug assertions; in others nothing is known.)

use std::panic::Location;
use std::pin::Pin;
use std::time::Duration;

use kettle::sync::{
    Barrier, Notify, OnceCell, RwLock, Semaphore, SetOnce, broadcast, mpsc, oneshot, watch,
};
use kettle::time::{sleep, timeout};
use kettle::trace::{Event, Record};
use kettle_events::Resource;

use crate::records::{here, picked, recorded};

const SHORT: Duration = Duration::from_millis(1);

/// Where the program stood at each wait for a resource like this.
fn waits(records: &[Record], on: impl Fn(Resource) -> bool) -> Vec<(&str, u32)> {
    let lines = records.iter().filter_map(|record| match record.event {
        Event::Wait { on: resource, .. } if on(resource) => {
            Some(record.at.place().map_or(("nowhere", 0), |at| (at.file(), at.line())))
        }
        _ => None,
    });
    lines.collect()
}

fn is_timer(on: Resource) -> bool {
    matches!(on, Resource::Timer(_))
}

#[test]
fn the_innermost_of_nested_async_functions() {
    async fn inner() {
        sleep(SHORT).await;
    }
    let mut line = here();
    let inner_line = line.1 - 2;
    let records = recorded(async {
        inner().await;
        line = here();
    });
    assert_eq!(waits(&records, is_timer), [(line.0, inner_line)]);
}

#[test]
fn in_a_select_the_place_of_the_branch() {
    let mut line = here();
    let records = recorded(async {
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
    let records = recorded(async {
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
    let records = recorded(async {
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

#[test]
fn under_a_timeout_where_that_is_awaited() {
    let mut line = here();
    let records = recorded(async {
        line = here();
        let limited = timeout(2 * SHORT, sleep(SHORT));
        limited.await.expect("in time");
    });
    assert_eq!(waits(&records, is_timer), [(line.0, line.1 + 2); 2]);
}

#[test]
fn behind_a_box_and_a_reference_where_it_was_made() {
    let mut line = here();
    let records = recorded(async {
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
    let records = recorded(async {
        let sleeper = kettle::spawn(sleep(SHORT));
        kettle::spawn(std::future::ready(())).await.expect("no panic");
        sleeper.await.expect("no panic");
    });
    // The task of `ready` awaits nothing: its poll has no place.
    let mut of_task_2 = records.iter().filter_map(|record| match record.event {
        Event::PollEnd { task, .. } => Some((task, record.at.place())),
        _ => None,
    });
    let places: Vec<_> = of_task_2.by_ref().map(|(_, at)| at.is_some()).collect();
    // main, sleeper, ready, main (again); then the last polls of sleeper and main
    assert_eq!(places, [true, true, false, true, false, false]);
}

// ---- whose line is it? ----

#[test]
fn a_primitive_is_made_at_the_programs_line_and_reported_from_kettles() {
    static LATE: Semaphore = Semaphore::const_new(1);
    let records = recorded(async {
        drop((mpsc::channel::<u8>(1), mpsc::unbounded_channel::<u8>(), oneshot::channel::<u8>()));
        drop((watch::channel(0), watch::Sender::new(0)));
        drop((broadcast::channel::<u8>(1), broadcast::Sender::<u8>::new(1)));
        drop((Semaphore::new(1), RwLock::new(0), Notify::new(), Barrier::new(1)));
        drop((OnceCell::<u8>::new(), SetOnce::<u8>::new()));
        drop(LATE.try_acquire());
    });
    assert_eq!(picked!(records, Event::SyncNew { at, .. } => at.file()), [file!(); 14]);
    let place = |record: &Record| (record.place.file(), record.place.line());
    let ours: Vec<_> = records.iter().map(place).filter(|(file, _)| *file == file!()).collect();
    assert_eq!(ours, [], "these events seem to come from the program");
}

// ---- futures that nobody polls ----

fn unpolled(records: &[Record]) -> Vec<u32> {
    picked!(records, Event::Unpolled { at, .. } => at.line())
}

#[test]
fn a_future_that_was_never_polled_is_told_with_its_place() {
    let mut line = here();
    let records = recorded(async {
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
    let records = recorded(async {
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

/// Of a child the call that started it has no line of its own inside of kettle.
#[cfg(feature = "process")]
#[test]
fn a_job_of_a_file_is_where_its_function_is_awaited() {
    use kettle::fs;
    let mut lines = Vec::new();
    let records = recorded(async {
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
    let places: Vec<u32> = jobs.map(|record| record.at.place().map_or(0, Location::line)).collect();
    assert_eq!(places, lines);
}

#[test]
fn a_child_that_is_waited_for_by_the_call_that_starts_it() {
    let _alone = crate::CHILDREN.lock();
    let mut line = here();
    let records = recorded(async {
        let (input, end) = std::io::pipe().unwrap();
        kettle::spawn(async { drop(end) }); // polled when main waits
        line = here();
        kettle::process::Command::new("cat").stdin(input).status().await.unwrap();
    });
    let child = |on: Resource| matches!(on, Resource::Source(..));
    assert_eq!(waits(&records, child), [(line.0, line.1 + 1)]);
}
