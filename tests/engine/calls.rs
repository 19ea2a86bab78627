//! Does a record say which call of the program did it?
//!
//! By the call's own line. Where other code polls a future of ours, by the line that made it; of a
//! drop, that it was one. What no call of the program's does has no line. (In builds with debug
//! assertions; in others nothing is known.)

use std::panic::Location;
use std::pin::Pin;
use std::time::Duration;

use kettle::sync::{Mutex, Notify, RwLock, Semaphore, SetOnce, broadcast, mpsc, oneshot, watch};
use kettle::time::{sleep, timeout};
use kettle::trace::{Event, Record};
use kettle_events::{Act, At};

use crate::records::{here, recorded};

const SHORT: Duration = Duration::from_millis(1);

/// What happened to primitives and tasks, and how many lines below this one; or in a drop.
fn acts(records: &[Record], (file, line): (&str, u32)) -> Vec<(String, Option<u32>)> {
    let told = records.iter().filter_map(|record| {
        let what = match record.event {
            Event::SyncAct { kind, act, .. } => format!("{kind:?} {act:?}"),
            Event::Spawn { .. } => "Spawn".into(),
            Event::BlockingStart { .. } => "BlockingStart".into(),
            Event::Cancel { .. } => "Cancel".into(),
            Event::Detach { .. } => "Detach".into(),
            Event::TimerMove { .. } => "TimerMove".into(),
            Event::TimerCancel { .. } => "TimerCancel".into(),
            _ => return None,
        };
        record.task?; // (else main is spawned)
        match record.at {
            At::Call(at) if at.file() == file => Some((what, Some(at.line() - line))),
            At::Drop => Some((what, None)),
            at => panic!("{what} is at {at:?}"),
        }
    });
    told.collect()
}

#[test]
fn each_call_has_a_line_of_its_own() {
    let mut line = here();
    let records = recorded(async {
        let ((tx, mut rx), (answer, mut question)) = (mpsc::channel(2), oneshot::channel());
        let ((news, mut reader), (many, mut one)) = (watch::channel(0), broadcast::channel(1));
        let (permits, notify, once) = (Semaphore::new(1), Notify::new(), SetOnce::new());
        let (mutex, lock) = (Mutex::new(0), RwLock::new(0));
        line = here();
        tx.send(1).await.unwrap();
        tx.try_send(2).unwrap();
        rx.recv().await.unwrap();
        rx.try_recv().unwrap();
        tx.try_reserve().unwrap().send(3);
        rx.close();
        answer.send(4).unwrap();
        question.try_recv().unwrap();
        news.send(5).unwrap();
        reader.borrow_and_update();
        many.send(6).unwrap();
        one.try_recv().unwrap();
        permits.add_permits(1);
        let permit = permits.try_acquire().unwrap();
        permit.forget();
        notify.notify_one();
        notify.notified().await;
        once.set(7).unwrap();
        let locked = mutex.lock().await;
        drop(locked);
        let write = lock.try_write().unwrap();
        let read = write.downgrade();
        drop(read);
        let task = kettle::spawn(std::future::pending::<()>());
        task.abort();
        drop(task);
        kettle::task::spawn_blocking(|| ()).await.unwrap();
        let mut nap = Box::pin(sleep(SHORT));
        let _ = timeout(Duration::ZERO, &mut nap).await;
        nap.as_mut().reset(kettle::time::Instant::now() + SHORT);
        drop(nap);
    });
    let told = acts(&records, line);
    let told: Vec<_> = told.iter().map(|(what, at)| (what.as_str(), *at)).collect();
    let calls = [
        ("Mpsc Put", Some(1)),
        ("Mpsc Put", Some(2)),
        ("Mpsc Get", Some(3)),
        ("Mpsc Get", Some(4)),
        ("Mpsc Take", Some(5)),
        ("Mpsc Release", Some(5)),
        ("Mpsc Put", Some(5)),
        ("Mpsc Close", Some(6)),
        ("Oneshot Put", Some(7)),
        ("Oneshot Get", Some(8)),
        ("Watch Put", Some(9)),
        ("Watch Get", Some(10)),
        ("Broadcast Put", Some(11)),
        ("Broadcast Get", Some(12)),
        ("Semaphore Put", Some(13)),
        ("Semaphore Take", Some(14)),
        ("Semaphore Forget", Some(15)),
        ("Notify Put", Some(16)),
        ("Notify Get", Some(17)),
        ("SetOnce Put", Some(18)),
        ("Mutex Take", Some(19)),
        ("Mutex Release", None),
        ("RwLock Take", Some(21)),
        ("RwLock Release", Some(22)),
        ("RwLock Release", None),
        ("Spawn", Some(24)),
        ("Cancel", Some(25)),
        ("Detach", None),
        ("BlockingStart", Some(27)),
        ("TimerMove", Some(30)),
        ("TimerCancel", None),
    ];
    assert_eq!(told[..calls.len()], calls, "{told:#?}");
    assert!(told[calls.len()..].iter().all(|(_, at)| at.is_none()), "{told:#?}");
}

#[test]
fn a_boxed_future_is_where_it_was_made_and_says_so() {
    let mut line = here();
    let records = recorded(async {
        line = here();
        let boxed: Pin<Box<dyn Future<Output = ()>>> = Box::pin(sleep(SHORT));
        boxed.await;
    });
    let waits = records.iter().find(|record| matches!(record.event, Event::Wait { .. }));
    let At::Made(at) = waits.expect("a wait").at else { panic!("{waits:?}") };
    assert_eq!((at.file(), at.line()), (line.0, line.1 + 1));
}

/// A waker of its own is called by code that is nobody's.
#[test]
fn what_no_call_of_the_programs_does_has_no_line() {
    let records = recorded(async {
        sleep(SHORT).await;
        std::future::poll_fn(|cx| {
            cx.waker().wake_by_ref();
            std::task::Poll::Ready(())
        })
        .await;
    });
    let wakes =
        records.iter().filter(|it| it.task.is_some() && matches!(it.event, Event::Wake { .. }));
    assert_eq!(wakes.map(|record| record.at).collect::<Vec<_>>(), [At::Unknown]);
}

#[test]
fn a_thread_that_is_no_runtimes_has_its_line_too() {
    let mut line = here();
    let records = recorded(async {
        let (tx, mut rx) = mpsc::channel(1);
        line = here();
        let thread = std::thread::spawn(move || {
            tx.try_send(1).unwrap();
            tx.blocking_send(2).unwrap();
        });
        rx.recv().await.unwrap();
        rx.recv().await.unwrap();
        thread.join().unwrap();
    });
    let puts = records.iter().filter(|it| matches!(it.event, Event::SyncAct { act: Act::Put, .. }));
    let lines: Vec<_> = puts.map(|it| it.at.place().map_or(0, Location::line) - line.1).collect();
    assert_eq!(lines, [2, 3]);
}
