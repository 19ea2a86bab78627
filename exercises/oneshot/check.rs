//! What the answer of `oneshot` must do.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use kettle_judge::count::{Log, LogDrop, calling, dropping, poll_unpin, waker};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, prop_oneof};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, if_it_hangs, property};

use super::answer::{Receiver, RecvError, Sender, TryRecvError, channel};

pub const CHECKS: &[Check] = &[
    check!(value_arrives => "a value arrives, whether the receiver waits already or comes later"),
    check!(sender_dropped => "if the sender is dropped without sending, the receiver gets an error"),
    check!(receiver_dropped => "if the receiver is dropped, the sender notices, and keeps its value"),
    check!(nothing_kept => "no waker or value is kept after its last use"),
    check!(wakes_without_the_lock => "no waker is called under the lock, because it may use the channel"),
    check!(drops_without_the_lock => "no waker is dropped under the lock, because it may own the other end"),
    check!(across_threads => "both ends may be used on any thread"),
    check!(any_schedule => "in any order of calls the answers are right, and the task that polled an end last is woken, once"),
];

fn value_arrives() {
    let (tx, mut rx) = channel();
    assert_eq!(tx.send("tea"), Ok(()), "sent before a task waits");
    assert_eq!(poll_unpin(&mut rx, &waker().0), Poll::Ready(Ok("tea")), "and polled after that");

    let (tx, mut rx) = channel();
    let (waker, calls) = waker();
    assert_eq!(poll_unpin(&mut rx, &waker), Poll::Pending, "polled before anything was sent");
    assert_eq!(tx.send("tea"), Ok(()), "sent while the receiver waits");
    assert_eq!(calls.count(), 1, "calls of the waker that waits for the value");
    assert_eq!(poll_unpin(&mut rx, &waker), Poll::Ready(Ok("tea")), "polled when it was woken");
}

fn sender_dropped() {
    let (tx, mut rx) = channel::<()>();
    let (waker, calls) = waker();
    let _ = poll_unpin(&mut rx, &waker);
    drop(tx);
    assert_eq!(calls.count(), 1, "calls of the receiver's waker, when the sender is dropped");
    let told = Poll::Ready(Err(RecvError));
    assert_eq!(poll_unpin(&mut rx, &waker), told, "polled when it was woken");
}

fn receiver_dropped() {
    let (mut tx, rx) = channel();
    let (waker, calls) = waker();
    assert_eq!(closed(&mut tx, &waker), Poll::Pending, "`poll_closed` while both are there");
    drop(rx);
    assert_eq!(calls.count(), 1, "calls of the waker that waits for the receiver's end");
    assert_eq!(closed(&mut tx, &waker), Poll::Ready(()), "`poll_closed` when it was woken");
    assert_eq!(tx.send("tea"), Err("tea"), "what `send` returns when the receiver is gone");
}

fn nothing_kept() {
    for first in ["receiver", "sender"] {
        let [(receiver, of_receiver), (sender, of_sender)] = [waker(), waker()];
        let (mut tx, mut rx) = channel::<()>();
        let _ = (poll_unpin(&mut rx, &receiver), closed(&mut tx, &sender));
        let (mut tx, mut rx) = (Some(tx), Some(rx));
        drop(tx.take_if(|_| first == "sender"));
        drop(rx.take_if(|_| first == "receiver"));
        let kept = of_receiver.held() + of_sender.held();
        assert_eq!(kept, 0, "wakers kept of both ends when the {first} is gone");
    }
    let log = Log::new();
    let (tx, rx) = channel::<LogDrop>();
    assert!(tx.send(log.on_drop("the value is dropped")).is_ok(), "the receiver is there");
    drop(rx);
    assert_eq!(
        log.lines(),
        ["the value is dropped"],
        "what becomes of a value that isn't received"
    );
}

type Place<T> = Arc<Mutex<Option<T>>>;

const NEWS_FIRST: &str =
    "(First store the news, a value or that the other end is gone; then call the waker)";

fn wakes_without_the_lock() {
    if_it_hangs("under the channel's lock a waker was called that looks into the channel");
    for sends in [true, false] {
        let (tx, mut rx) = channel();
        let expected = if sends { Ok("tea") } else { Err(TryRecvError::Closed) };
        let place: Place<Receiver<_>> = Place::default();
        let there = Arc::clone(&place);
        let looks = calling(move || {
            let mut rx = there.lock().unwrap().take().expect("it is called once");
            assert_eq!(rx.try_recv(), expected, "`try_recv`, by the waker. {NEWS_FIRST}");
        });
        let _ = poll_unpin(&mut rx, &looks);
        *place.lock().unwrap() = Some(rx);
        if sends {
            _ = tx.send("tea")
        } else {
            drop(tx)
        }
        assert!(place.lock().unwrap().is_none(), "the task that waits for a value was not woken");
    }
}

/// A waker that owns what is put there: an end of the channel, as a task's waker may own the task.
fn owning<T: Send + 'static>() -> (Waker, Place<T>) {
    let place = Place::default();
    let there = Arc::clone(&place);
    (dropping(move || drop(there.lock().unwrap().take())), place)
}

fn drops_without_the_lock() {
    if_it_hangs(
        "under the channel's lock a waker was dropped that owned the other end, and the drop of that end needs the lock",
    );
    // Replaced by the next poll.
    let (tx, mut rx) = channel::<()>();
    let (old, own) = owning();
    let _ = poll_unpin(&mut rx, &old);
    drop(old);
    *own.lock().unwrap() = Some(tx);
    let _ = poll_unpin(&mut rx, &waker().0);
    // Still in the channel when its end leaves.
    let (mut tx, rx) = channel::<()>();
    let (old, own) = owning();
    let _ = closed(&mut tx, &old);
    drop(old);
    *own.lock().unwrap() = Some(rx);
    drop(tx);
}

fn across_threads() {
    run(async {
        for round in 0..500 {
            let (tx, rx) = channel();
            let sends = round % 3 != 0;
            let other = thread::spawn(move || sends.then(|| tx.send(round)));
            let expected = if sends { Ok(round) } else { Err(RecvError) };
            assert_eq!(rx.await, expected, "received from another thread, in round {round}");
            other.join().expect("the thread that sends");
        }
    });
}

/// A step of [`any_schedule`]. The number is the task that polls.
#[derive(Clone, Copy, Debug)]
enum Do {
    PollReceiver(usize),
    PollClosed(usize),
    TryRecv,
    Send,
    DropSender,
    DropReceiver,
}

/// The same channel, in plain words.
#[derive(Default)]
struct Model {
    value: Option<&'static str>,
    received: bool,
    sender_gone: bool,
    receiver_gone: bool,
    /// The tasks that wait at each end.
    receiver: Option<usize>,
    sender: Option<usize>,
    woken: [usize; 2],
}

impl Model {
    /// What the receiver gets now.
    fn receive(&mut self) -> Result<&'static str, TryRecvError> {
        let over = self.sender_gone || self.received;
        let none = if over { TryRecvError::Closed } else { TryRecvError::Empty };
        let came = self.value.take().ok_or(none);
        self.received |= came != Err(TryRecvError::Empty);
        came
    }

    fn drop_sender(&mut self) {
        (self.sender_gone, self.sender) = (true, None);
        self.receiver.take().into_iter().for_each(|task| self.woken[task] += 1);
    }

    fn drop_receiver(&mut self) {
        (self.receiver_gone, self.receiver) = (true, None);
        self.sender.take().into_iter().for_each(|task| self.woken[task] += 1);
    }
}

fn any_schedule() {
    let step = prop_oneof![
        3 => (0..2_usize).prop_map(Do::PollReceiver),
        3 => (0..2_usize).prop_map(Do::PollClosed),
        2 => Just(Do::TryRecv),
        1 => Just(Do::Send),
        1 => Just(Do::DropSender),
        1 => Just(Do::DropReceiver),
    ];
    property(1_000, &vec(step, 0..12), |steps| {
        let (tx, rx) = channel();
        let (mut tx, mut rx) = (Some(tx), Some(rx));
        let tasks = [waker(), waker()];
        let mut model = Model::default();
        for step in steps {
            match (step, &mut tx, &mut rx) {
                (Do::PollReceiver(task), _, Some(rx)) if !model.received => {
                    let expected = match model.receive() {
                        Err(TryRecvError::Empty) => Poll::Pending,
                        came => Poll::Ready(came.map_err(|_| RecvError)),
                    };
                    assert_eq!(poll_unpin(rx, &tasks[task].0), expected, "the receiver, polled");
                    model.receiver = (!model.received).then_some(task);
                }
                (Do::TryRecv, _, Some(rx)) => {
                    assert_eq!(rx.try_recv(), model.receive(), "`try_recv`");
                }
                (Do::PollClosed(task), Some(tx), _) => {
                    let is_ready = closed(tx, &tasks[task].0).is_ready();
                    assert_eq!(is_ready, model.receiver_gone, "`poll_closed`: is it ready?");
                    assert_eq!(tx.is_closed(), model.receiver_gone, "`is_closed`");
                    model.sender = (!model.receiver_gone).then_some(task);
                }
                (Do::Send, sender @ Some(_), _) => {
                    let expected = if model.receiver_gone { Err("tea") } else { Ok(()) };
                    let sent = sender.take().map(|tx| tx.send("tea"));
                    assert_eq!(sent, Some(expected), "`send`");
                    model.value = (!model.receiver_gone).then_some("tea");
                    model.drop_sender();
                }
                (Do::DropSender, sender @ Some(_), _) => {
                    *sender = None;
                    model.drop_sender();
                }
                (Do::DropReceiver, _, receiver @ Some(_)) => {
                    *receiver = None;
                    model.drop_receiver();
                }
                _ => {}
            }
            let woken = tasks.each_ref().map(|(_, calls)| calls.count());
            assert_eq!(woken, model.woken, "how often tasks 0 and 1 were woken");
        }
    });
}

fn closed<T>(tx: &mut Sender<T>, waker: &Waker) -> Poll<()> {
    tx.poll_closed(&mut Context::from_waker(waker))
}
