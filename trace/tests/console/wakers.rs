//! Who holds a task's waker? The console calls a task lost that is idle while nobody does.

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::io::AsyncReadExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{mpsc, oneshot};
use kettle::task::{JoinHandle, LocalSet, yield_now};
use kettle::time::sleep;

use crate::listener::Listener;
use crate::{overheard, watch};

const LONG: Duration = Duration::from_hours(1);

/// Lets everybody else come to rest.
async fn settle() {
    for _ in 0..3 {
        yield_now().await;
    }
}

fn wakers(listener: &Listener, task: &str) -> i64 {
    listener.counts(&listener.task(task)).wakers
}

/// Stores its waker where we like, as code does that is not ours.
async fn foreign(store: Arc<Mutex<Vec<Waker>>>) {
    let mut asked = false;
    poll_fn(|cx| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        store.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    })
    .await;
}

/// Waits for something, and then for nothing.
async fn lost_after<F: Future>(future: F) {
    future.await;
    pending::<()>().await;
}

#[test]
fn whoever_waits_in_a_primitive_has_one_and_who_is_lost_has_none() {
    overheard(|heard| async move {
        let (full, mut full_receiver) = mpsc::channel(1);
        full.send(1).await.unwrap();
        let (_sender, mut receiver) = mpsc::channel::<()>(1);
        let (closing, _closing_receiver) = mpsc::channel::<()>(1);
        let (_once, value) = oneshot::channel::<()>();
        let lock = Arc::new(kettle::sync::Mutex::new(()));
        let held = lock.clone().lock_owned().await;
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let waker = Arc::new(Mutex::new(Vec::new()));
        let sleeper = kettle::spawn(sleep(LONG)); // 1
        let handles = [
            kettle::spawn(async move { sleeper.await.unwrap() }), // 2
            kettle::spawn(async move { full.send(2).await.unwrap() }), // 3
            kettle::spawn(async move { assert!(receiver.recv().await.is_none()) }), // 4
            kettle::spawn(async move { closing.closed().await }), // 5
            kettle::spawn(async move { drop(value.await) }),      // 6
            kettle::spawn(async move { drop(lock.lock().await) }), // 7
            kettle::spawn(async move { drop(server.accept().await) }), // 8
            kettle::spawn(foreign(waker.clone())),                // 9
        ];
        let lost = kettle::spawn(pending::<()>()); // 10
        drop(kettle::spawn(pending::<()>())); // 11: and nobody has a handle
        settle().await;
        for task in 1..=9 {
            assert_eq!(wakers(&heard, &format!("task {task}")), 1, "task {task}");
        }
        for task in 10..=11 {
            assert_eq!(wakers(&heard, &format!("task {task}")), 0, "task {task}");
        }
        // Each is woken in its own way, and uses up what it had.
        full_receiver.recv().await.unwrap();
        drop(held);
        waker.lock().unwrap().drain(..).for_each(Waker::wake);
        settle().await;
        for (task, is_over) in [(3, true), (7, true), (9, true), (4, false)] {
            let task = heard.task(&format!("task {task}"));
            assert_eq!(task.is_closed(), is_over, "{task:?}");
        }
        handles.iter().for_each(JoinHandle::abort);
        lost.abort();
    });
}

#[test]
fn who_waits_for_a_job_or_a_local_task_has_left_a_clone() {
    overheard(|heard| async move {
        // Not to be done before somebody waits for it.
        let (go_on, may_go_on) = std::sync::mpsc::channel();
        let job = kettle::task::spawn_blocking(move || may_go_on.recv().unwrap());
        let set = LocalSet::new();
        let local = set.spawn_local(sleep(LONG)); // 1
        kettle::spawn(async { job.await.unwrap() }); // 2
        kettle::spawn(async { local.await.unwrap() }); // 3
        set.run_until(settle()).await;
        let wakers = ["task 1", "task 2", "task 3"].map(|task| wakers(&heard, task));
        assert_eq!(wakers, [1, 1, 1]);
        go_on.send(()).unwrap();
        while !heard.task("task 2").is_closed() {
            yield_now().await;
        }
    });
}

#[test]
fn who_waits_for_two_things_has_two() {
    let listener = Listener::default();
    let heard = listener.clone();
    watch(&listener, async move {
        let (sender, mut receiver) = mpsc::channel::<()>(1);
        let task = kettle::spawn(async move {
            kettle::select! {
                () = sleep(LONG) => unreachable!("nobody waits for an hour"),
                _ = receiver.recv() => {}
            }
            pending::<()>().await;
        });
        settle().await;
        assert_eq!(wakers(&heard, "task 1"), 2);
        sender.send(()).await.unwrap();
        settle().await;
        // Woken by one, it dropped the other, and then got lost.
        assert_eq!(wakers(&heard, "task 1"), 0);
        task.abort();
    });
}

#[test]
fn who_was_woken_and_then_waits_for_nothing_is_lost() {
    overheard(|heard| async move {
        let (sender, value) = oneshot::channel();
        let (closing, closing_receiver) = oneshot::channel::<()>();
        let ends = kettle::spawn(yield_now()); // 1
        kettle::spawn(lost_after(sleep(Duration::from_millis(1)))); // 2
        kettle::spawn(lost_after(value)); // 3
        kettle::spawn(lost_after(ends)); // 4
        kettle::spawn(async move { lost_after(pin!(closing).closed()).await }); // 5
        settle().await;
        sender.send(()).unwrap();
        drop(closing_receiver);
        sleep(Duration::from_millis(2)).await;
        settle().await;
        for task in 2..=5 {
            let task = heard.task(&format!("task {task}"));
            assert_eq!((heard.counts(&task).polls, heard.counts(&task).wakers), (2, 0), "{task:?}");
        }
    });
}

#[test]
fn whose_waker_another_task_replaced_has_none() {
    overheard(|heard| async move {
        let timer = Arc::new(Mutex::new(Box::pin(sleep(LONG))));
        for _ in 0..2 {
            let timer = timer.clone();
            kettle::spawn(poll_fn(move |cx| Future::poll(timer.lock().unwrap().as_mut(), cx)));
        }
        settle().await;
        assert_eq!((wakers(&heard, "task 1"), wakers(&heard, "task 2")), (0, 1));
    });
}

#[test]
fn whose_future_another_task_dropped_has_none() {
    type Shared = Arc<Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>>;
    overheard(|heard| async move {
        let lock = Arc::new(kettle::sync::Mutex::new(()));
        let _held = lock.clone().lock_owned().await;
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stream = TcpStream::connect(server.local_addr().unwrap()).await.unwrap();
        let futures: [Shared; 4] = [
            Arc::new(Mutex::new(Some(Box::pin(sleep(LONG))))),
            Arc::new(Mutex::new(Some(Box::pin(async move { drop(lock.lock().await) })))),
            Arc::new(Mutex::new(Some(Box::pin(async move {
                let _guest = server.accept().await; // is there: the stream below
                drop(server.accept().await);
            })))),
            Arc::new(Mutex::new(Some(Box::pin(async move {
                drop(stream.read(&mut [0]).await);
            })))),
        ];
        for future in &futures {
            let future = future.clone();
            kettle::spawn(poll_fn(move |cx| {
                future.lock().unwrap().as_mut().unwrap().as_mut().poll(cx)
            }));
        }
        settle().await;
        let all = ["task 1", "task 2", "task 3", "task 4"];
        let polls = || all.map(|task| heard.counts(&heard.task(task)).polls);
        // The third finds a guest at the door, if not at once.
        while all.map(|task| wakers(&heard, task)) != [1; 4] {
            sleep(Duration::from_millis(1)).await;
        }
        let before = polls();
        for future in &futures {
            drop(future.lock().unwrap().take());
        }
        settle().await;
        assert_eq!(all.map(|task| wakers(&heard, task)), [0; 4]);
        assert_eq!(polls(), before, "they were not even polled");
    });
}

#[test]
fn a_key_is_made_once_and_used_up_by_its_wake() {
    let listener = Listener::default();
    watch(&listener, async {
        let lock = Arc::new(kettle::sync::Mutex::new(()));
        let held = lock.clone().lock_owned().await;
        let (full, mut receiver) = mpsc::channel(1);
        full.send(()).await.unwrap();
        let (sender, value) = oneshot::channel();
        let sleeper = kettle::spawn(sleep(Duration::from_millis(1))); // 1
        let handles = [
            kettle::spawn(async move { sleeper.await.unwrap() }), // 2
            kettle::spawn(async move { drop(lock.lock().await) }), // 3
            kettle::spawn(async move { full.send(()).await.unwrap() }), // 4
            kettle::spawn(async move { value.await.unwrap() }),   // 5
        ];
        settle().await;
        drop(held);
        receiver.recv().await.unwrap();
        sender.send(()).unwrap();
        for handle in handles {
            handle.await.unwrap();
        }
    });
    for task in 1..=5 {
        let task = listener.task(&format!("task {task}"));
        let id = task.id.to_string();
        let events = listener.events("runtime::waker").into_iter();
        let own = events.filter(|(fields, _)| fields["task.id"] == id);
        let ops: Vec<_> = own.map(|(fields, _)| fields["op"].clone()).collect();
        assert_eq!(ops, ["waker.clone", "waker.wake"], "{task:?}");
    }
}

#[test]
fn a_task_that_came_in_a_message_is_lost_as_any_other() {
    overheard(|heard| async move {
        let runtime = kettle::runtime::Handle::current();
        let elsewhere = std::thread::spawn(move || {
            let soon = Duration::from_millis(2);
            drop(runtime.spawn(lost_after(async move { sleep(soon).await })));
            let handle = runtime.spawn(lost_after(async move { sleep(soon).await }));
            (handle, runtime.spawn(async { sleep(LONG).await }))
        });
        let (handle, _other) = elsewhere.join().unwrap();
        let wakers = || ["task 1", "task 2", "task 3"].map(|task| wakers(&heard, task));
        sleep(Duration::from_millis(1)).await; // the turn ends, and messages are received
        assert_eq!(wakers(), [1, 1, 1]);
        drop(handle);
        sleep(Duration::from_millis(3)).await;
        assert_eq!(wakers(), [0, 0, 1]);
    });
}

#[test]
fn only_the_first_in_a_line_is_given_what_it_waits_for() {
    let listener = Listener::default();
    let heard = listener.clone();
    watch(&listener, async move {
        let lock = Arc::new(kettle::sync::Mutex::new(()));
        let held = lock.clone().lock_owned().await;
        for _ in 0..2 {
            let lock = lock.clone();
            kettle::spawn(async move {
                let _guard = lock.lock().await;
                pending::<()>().await;
            });
        }
        settle().await;
        drop(held);
        settle().await;
        assert_eq!((wakers(&heard, "task 1"), wakers(&heard, "task 2")), (0, 1));
    });
}

#[test]
fn clones_of_a_waker_are_told_when_they_are_made_and_when_they_go() {
    let listener = Listener::default();
    let heard = listener.clone();
    watch(&listener, async move {
        let store = Arc::new(Mutex::new(Vec::new()));
        let wakers_of = store.clone();
        kettle::spawn(poll_fn(move |cx| {
            // One more with each poll.
            wakers_of.lock().unwrap().push(cx.waker().clone());
            Poll::<()>::Pending
        }));
        settle().await;
        assert_eq!(wakers(&heard, "task 1"), 1);
        for expected in 2..4 {
            store.lock().unwrap()[0].wake_by_ref();
            settle().await;
            assert_eq!(wakers(&heard, "task 1"), expected);
        }
        let all = std::mem::take(&mut *store.lock().unwrap());
        all.into_iter().next().unwrap().wake();
        settle().await;
        assert_eq!(wakers(&heard, "task 1"), 1);
        assert_eq!(heard.counts(&heard.task("task 1")).wakes, 3);
    });
}

#[test]
fn a_local_task_is_lost_as_any_other_whoever_has_its_handle() {
    overheard(|heard| async move {
        let set = LocalSet::new();
        let _handle = set.spawn_local(pending::<()>());
        drop(set.spawn_local(pending::<()>()));
        set.spawn_local(sleep(LONG));
        set.run_until(settle()).await;
        let wakers = ["task 1", "task 2", "task 3"].map(|task| wakers(&heard, task));
        assert_eq!(wakers, [0, 0, 1]);
    });
}

#[test]
fn moving_a_timer_does_not_lose_who_waits_for_it() {
    overheard(|heard| async move {
        let timer = Arc::new(Mutex::new(Box::pin(sleep(LONG))));
        let moved = timer.clone();
        let task =
            kettle::spawn(poll_fn(move |cx| Future::poll(timer.lock().unwrap().as_mut(), cx)));
        settle().await;
        let soon = kettle::time::Instant::now() + Duration::from_secs(1);
        moved.lock().unwrap().as_mut().reset(soon);
        settle().await;
        task.await.unwrap();
        assert_eq!(heard.counts(&heard.task("task 1")).wakes, 1);
    });
}
