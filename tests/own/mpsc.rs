//! What a watcher sees: each change of a channel's state once, with the waiter's ticket.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use kettle::sync::{mpsc, oneshot};
use kettle_events::{Act, Event, Replaced, Resource, SyncKind};

/// The channel's events, in short.
fn story(program: impl Future<Output = ()>) -> Vec<String> {
    let ((), records) = kettle::trace::record(|| {
        let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(program);
    });
    records.iter().filter_map(|record| short(record.event)).collect()
}

fn short(event: Event) -> Option<String> {
    let words = match event {
        Event::SyncAct { act: Act::Put, count, .. } => format!("send {count}"),
        Event::SyncAct { act: Act::Get, count, .. } => format!("recv {count}"),
        Event::SyncAct { act: Act::End, .. } => "close by senders".to_owned(),
        Event::SyncAct { act: Act::Close, .. } => "close by receiver".to_owned(),
        Event::Wait { on, replaced } => format!("wait {}{}", resource(on)?, again(replaced)),
        Event::Unwait { on } => format!("unwait {}", resource(on)?),
        _ => return None,
    };
    Some(words)
}

fn again(replaced: Replaced) -> &'static str {
    if replaced == Replaced::None { "" } else { " again" }
}

fn resource(on: Resource) -> Option<String> {
    Some(match on {
        Resource::SyncValue(..) => "value".to_owned(),
        Resource::Sync(SyncKind::Mpsc, _, _, ticket) => format!("room {ticket}"),
        Resource::SyncClosed(..) => "closed".to_owned(),
        _ => return None,
    })
}

/// Polls with the running task's own waker.
async fn poll_once<F: Future>(future: &mut Pin<Box<F>>) {
    let polled = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending()));
    assert!(polled.await);
}

#[test]
fn a_message_and_the_end() {
    for many in [false, true] {
        let told = story(async {
            let (tx, mut rx) = mpsc::channel(2);
            let receiver = kettle::spawn(async move {
                while if many {
                    rx.recv_many(&mut Vec::new(), 2).await > 0
                } else {
                    rx.recv().await.is_some()
                } {}
            });
            kettle::task::yield_now().await;
            tx.send(1).await.unwrap();
            tx.send(2).await.unwrap();
            drop(tx);
            receiver.await.unwrap();
        });
        assert_eq!(
            told,
            ["wait value", "send 1", "send 2", "close by senders", "recv 1", "recv 0"]
        );
    }
}

#[test]
fn a_oneshot_is_closed_once_and_not_after_its_value() {
    let told = story(async {
        let (_tx, mut rx) = oneshot::channel::<()>();
        rx.close();
        drop(rx);
        let (tx, rx) = oneshot::channel();
        tx.send(()).unwrap();
        drop(rx);
    });
    assert_eq!(told, ["close by receiver", "send 1"]);
}

#[test]
fn the_line_and_who_leaves_it() {
    let told = story(async {
        let (tx, mut rx) = mpsc::channel(1);
        tx.try_send(0).unwrap();
        let (mut first, mut second) = (Box::pin(tx.send(1)), Box::pin(tx.send(2)));
        poll_once(&mut first).await;
        poll_once(&mut second).await;
        poll_once(&mut second).await;
        drop(first);
        rx.recv().await;
        second.await.unwrap();
        rx.close();
        drop(rx);
    });
    let expected = [
        "send 1",
        "wait room 1",
        "wait room 2",
        "wait room 2 again",
        "unwait room 1",
        "recv 0",
        "send 1",
        "close by receiver",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_unbounded_channel_tells_the_same() {
    let told = story(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        (1..=3).for_each(|number| tx.send(number).unwrap());
        rx.recv().await;
        tx.send(4).unwrap();
        rx.recv_many(&mut Vec::new(), 2).await;
        rx.try_recv().unwrap();
        drop(tx);
        assert_eq!(rx.recv().await, None);
    });
    let expected = [
        "send 1",
        "send 2",
        "send 3",
        "recv 2",
        "send 3",
        "recv 2",
        "recv 1",
        "recv 0",
        "close by senders",
    ];
    assert_eq!(told, expected);
}
