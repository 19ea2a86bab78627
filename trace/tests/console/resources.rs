//! What do tasks wait for? The console's second page.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{
    Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, SetOnce, broadcast, mpsc, oneshot,
    watch as watched,
};
use kettle::task::yield_now;
use kettle::time::{sleep, timeout};

use crate::listener::{Listener, Span};
use crate::{overheard, watch};

const RESOURCE: &str = "runtime.resource";
const OP: &str = "runtime.resource.async_op";
const POLL_OP: &str = "runtime::resource::poll_op";
const UPDATE: &str = "runtime::resource::state_update";

/// What each look of a task at a resource asked, and whether the answer was yes. That the look
/// stands inside task, resource and op, the outermost first, is checked on the way.
fn looks(listener: &Listener, task: &Span, resource: &Span) -> Vec<(String, bool)> {
    let ops = listener.spans(OP);
    let mut looks = Vec::new();
    for (fields, inside) in listener.events(POLL_OP) {
        if inside.contains(&resource.id) && inside[0] == task.id {
            assert_eq!((inside.len(), inside[1]), (4, resource.id), "{inside:?}");
            assert!(ops.iter().any(|op| op.id == inside[2]), "{inside:?}");
            looks.push((fields["op_name"].clone(), fields["is_ready"] == "true"));
        }
    }
    looks
}

/// The values that an attribute of a resource had, each told when it was new.
fn values(listener: &Listener, resource: &Span, attribute: &str) -> Vec<String> {
    let of_resource = |(fields, inside): &(crate::listener::Fields, Vec<u64>)| {
        inside.last() == Some(&resource.id) && fields.contains_key(attribute)
    };
    let events = listener.events(UPDATE);
    events
        .iter()
        .filter(|event| of_resource(event))
        .map(|(fields, _)| fields[attribute].clone())
        .collect()
}

fn only(listener: &Listener, concrete_type: &str) -> Span {
    let spans = listener.spans(RESOURCE);
    let mut found = spans.into_iter().filter(|span| span.field("concrete_type") == concrete_type);
    let span = found.next().unwrap_or_else(|| panic!("no {concrete_type}"));
    assert!(found.next().is_none(), "more than one {concrete_type}");
    span
}

#[test]
fn a_timer_is_there_while_somebody_waits_for_it() {
    let listener = overheard(|heard| async move {
        sleep(Duration::from_millis(1500)).await;
        yield_now().await;
        assert!(only(&heard, "Timer").is_closed());
    });
    let timer = only(&listener, "Timer");
    assert_eq!((timer.target, timer.field("kind")), ("kettle::time", "timer"));
    assert_eq!(values(&listener, &timer, "duration"), ["1500"]);
    let looks = looks(&listener, &listener.task("main"), &timer);
    assert_eq!(looks, [("poll_elapsed".to_owned(), false)]);
    assert_eq!(listener.spans(OP)[0].field("source"), "Timer::poll");
}

#[test]
fn a_timer_that_nobody_waits_for_any_more_is_closed() {
    overheard(|heard| async move {
        timeout(Duration::from_secs(1), yield_now()).await.unwrap();
        yield_now().await;
        assert!(only(&heard, "Timer").is_closed());
    });
}

#[test]
fn a_channel_tells_its_length_and_who_had_to_wait() {
    let line = (line!() + 2).to_string();
    let listener = overheard(|_| async move {
        let (sender, mut receiver) = mpsc::channel(2);
        let task = kettle::spawn(async move {
            for number in 0..4 {
                sender.send(number).await.unwrap();
            }
        });
        yield_now().await;
        while receiver.recv().await.is_some() {}
        task.await.unwrap();
    });
    let channel = only(&listener, "Channel");
    assert_eq!((channel.target, channel.field("kind")), ("kettle::sync::mpsc", "Sync"));
    assert_eq!((channel.field("loc.file"), channel.field("loc.line")), (file!(), &*line));
    assert_eq!(values(&listener, &channel, "capacity"), ["2"]);
    // With its last sender it is closed: that the last two values come out is not told.
    assert_eq!(values(&listener, &channel, "len"), ["0", "1", "2", "1", "0", "1", "2"]);
    let sender = looks(&listener, &listener.task("task 1"), &channel);
    assert_eq!(sender, [("poll_reserve".to_owned(), false)], "it has room when it is served");
    let receiver = looks(&listener, &listener.task("main"), &channel);
    assert_eq!(receiver, [("poll_recv".to_owned(), false)], "its value came with the end");
}

#[test]
fn who_has_ended_waits_no_more_though_the_channel_is_still_there() {
    overheard(|heard| async move {
        let (_sender, receiver) = mpsc::channel::<()>(1);
        let receiver = Arc::new(std::sync::Mutex::new(receiver));
        let shared = receiver.clone();
        let task = kettle::spawn(poll_fn(move |cx| shared.lock().unwrap().poll_recv(cx)));
        yield_now().await;
        assert!(!heard.spans(OP)[0].is_closed());
        task.abort();
        yield_now().await;
        assert!(heard.spans(OP)[0].is_closed());
        assert!(!only(&heard, "Channel").is_closed());
    });
}

#[test]
fn a_oneshot_ends_with_its_value() {
    let listener = Listener::default();
    let heard = listener.clone();
    watch(&listener, async {
        let (sender, receiver) = oneshot::channel();
        kettle::spawn(async move { sender.send(1).unwrap() });
        assert_eq!(receiver.await, Ok(1));
        yield_now().await;
        assert!(only(&heard, "Channel").is_closed());
    });
    let channel = only(&listener, "Channel");
    let looks = looks(&listener, &listener.task("main"), &channel);
    assert_eq!(looks, [("poll_recv".to_owned(), false), ("poll_recv".to_owned(), true)]);
}

#[test]
fn a_lock_is_told_to_be_held_and_passed_on() {
    let listener = overheard(|_| async move {
        let lock = Arc::new(Mutex::new(0));
        let held = lock.lock().await;
        let other = lock.clone();
        let task = kettle::spawn(async move { *other.lock().await += 1 });
        yield_now().await;
        drop(held);
        task.await.unwrap();
    });
    let lock = only(&listener, "Mutex");
    assert_eq!(values(&listener, &lock, "locked"), ["false", "true", "false"]);
    let looks = looks(&listener, &listener.task("task 1"), &lock);
    assert_eq!(looks, [("poll_lock".to_owned(), false)], "it has the lock when it is served");
    let op = &listener.spans(OP)[0];
    assert_eq!((op.field("source"), op.is_closed()), ("Mutex::lock", true));
    assert_eq!(listener.counts(op).polls, 1, "the console counts its polls as a task's");
}

#[test]
fn a_socket_has_its_type_and_is_closed_when_it_is_dropped() {
    let listener = overheard(|heard| async move {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let task = kettle::spawn(async move { drop(server.accept().await.unwrap()) });
        yield_now().await;
        drop(TcpStream::connect(address).await.unwrap());
        task.await.unwrap();
        yield_now().await;
        assert!(only(&heard, "TcpListener").is_closed());
    });
    let server = only(&listener, "TcpListener");
    let looks = looks(&listener, &listener.task("task 1"), &server);
    assert_eq!(
        looks,
        [("poll_read_ready".to_owned(), false), ("poll_read_ready".to_owned(), true)]
    );
    assert!(values(&listener, &server, "readable").contains(&"true".to_owned()));
}

#[test]
fn a_semaphore_tells_its_permits_and_which_task_had_to_wait() {
    let line = (line!() + 2).to_string();
    let listener = overheard(|heard| async move {
        let semaphore = Arc::new(Semaphore::new(2));
        let held = semaphore.acquire_many(2).await.unwrap();
        let other = semaphore.clone();
        let task = kettle::spawn(async move { drop(other.acquire().await.unwrap()) });
        let gives_up = timeout(Duration::from_secs(1), semaphore.acquire());
        assert!(gives_up.await.is_err());
        yield_now().await;
        let open = || heard.spans(OP).iter().filter(|op| !op.is_closed()).count();
        assert_eq!(open(), 1, "the task still waits");
        drop(held);
        task.await.unwrap();
        yield_now().await;
        assert_eq!(open(), 0);
    });
    let semaphore = only(&listener, "Semaphore");
    assert_eq!((semaphore.target, semaphore.field("kind")), ("kettle::sync", "Sync"));
    assert_eq!((semaphore.field("loc.file"), semaphore.field("loc.line")), (file!(), &*line));
    assert_eq!(values(&listener, &semaphore, "permits"), ["2", "0", "1", "2"]);
    let looks = looks(&listener, &listener.task("task 1"), &semaphore);
    assert_eq!(looks, [("poll_acquire".to_owned(), false)], "it has the permit when it is served");
    let waits = |op: &&Span| op.field("source") == "Semaphore::acquire";
    assert_eq!(listener.spans(OP).iter().filter(waits).count(), 2, "of the task and of main");
}

#[test]
fn a_watch_is_closed_when_its_receivers_go_and_open_when_one_comes() {
    let listener = overheard(|heard| async move {
        let (sender, mut receiver) = watched::channel(1);
        let task = kettle::spawn(async move {
            receiver.changed().await.unwrap();
        });
        yield_now().await;
        sender.send(2).unwrap();
        task.await.unwrap();
        yield_now().await;
        assert!(
            heard
                .spans(OP)
                .iter()
                .filter(|op| op.field("source") != "Timer::poll")
                .all(Span::is_closed)
        );
        drop(sender.subscribe());
    });
    let watch = only(&listener, "Channel");
    assert_eq!(watch.target, "kettle::sync::watch");
    assert_eq!(values(&listener, &watch, "closed"), ["true", "false", "true"]);
    let looks = looks(&listener, &listener.task("task 1"), &watch);
    assert_eq!(looks, [("poll_changed".to_owned(), false)]);
}

#[test]
fn who_waits_for_the_other_end_to_go_waits_no_more_when_it_has_gone() {
    overheard(|heard| async move {
        let (sender, receiver) = watched::channel(1);
        let task = kettle::spawn(async move {
            sender.closed().await;
            std::future::pending::<()>().await;
        });
        yield_now().await;
        assert!(!heard.spans(OP)[0].is_closed());
        drop(receiver);
        yield_now().await;
        yield_now().await;
        assert!(heard.spans(OP)[0].is_closed(), "the task has not ended, but this wait has");
        task.abort();
    });
}

#[test]
fn each_primitive_has_its_name() {
    let listener = overheard(|_| async move {
        drop(RwLock::new(()).read().await);
        Notify::new().notify_one();
        Barrier::new(1).wait().await;
        OnceCell::new().get_or_init(async || ()).await;
        SetOnce::new().set(()).unwrap();
        drop(broadcast::channel::<()>(1));
    });
    let has = |name: &str, attribute: &str| values(&listener, &only(&listener, name), attribute);
    assert_eq!(has("RwLock", "locked"), ["false", "true", "false"]);
    assert_eq!(has("Notify", "notified"), ["false", "true"]);
    assert_eq!(has("Barrier", "missing"), ["1"]);
    assert_eq!(has("SetOnce", "set"), ["false", "true"]);
    assert_eq!(has("Channel", "closed"), ["true"]);
    only(&listener, "OnceCell");
}

#[test]
fn more_locks_than_anybody_looks_at_are_not_kept() {
    let listener = overheard(|heard| async move {
        for _ in 0..3000 {
            drop(Mutex::new(()).lock().await);
            Semaphore::new(1).add_permits(1);
        }
        yield_now().await;
        let open = heard.spans(RESOURCE).iter().filter(|span| !span.is_closed()).count();
        assert!(open <= 1024, "{open}");
    });
    assert_eq!(listener.spans(RESOURCE).len(), 6000);
}
