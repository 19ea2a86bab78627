//! What the answer of `channel` must do.

use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Poll, Waker};
use std::thread;

use kettle_judge::count::{Log, LogDrop, Polls, Waiter, calling, dropping, poll, waker, wakes};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, prop_oneof};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, if_it_hangs, property};

use super::answer::{Receiver, SendError, Sender, channel};

pub const CHECKS: &[Check] = &[
    check!(in_order => "from one task to another, every value arrives in order, and then comes the end"),
    check!(full_at_32 => "the sender of the 33rd value waits until one is received; a `recv` is woken once"),
    check!(first_come_first_served => "each value received wakes one sender, and no sender overtakes one that was polled earlier"),
    check!(the_last_sender => "when the last sender is dropped, the receiver gets the values that are left, then `None`"),
    check!(the_receiver_goes => "when the receiver is dropped, senders get their values back"),
    check!(foreign_code => "while the lock is held, no waker is called or dropped, and no value is dropped"),
    check!(two_threads => "from one thread to another every value arrives, and neither waits for ever"),
    check!(ten_thousand_schedules => "in 10,000 random schedules, some with a dropped `send` or `recv`, no value is lost, doubled or late"),
];

/// What a `send` gives.
type Sent<T> = Result<(), SendError<T>>;

const FULL: &str = "a `send` into a full channel, which has to wait, was ready";

/// One poll of a new `recv`.
fn receive<T>(receiver: &mut Receiver<T>) -> Poll<Option<T>> {
    poll(pin!(receiver.recv()), Waker::noop())
}

/// Sends `value`, for which there must be room.
fn fill<T>(sender: &Sender<T>, value: T) {
    let is_sent = matches!(Waiter::new(sender.send(value)).poll(), Poll::Ready(Ok(())));
    assert!(is_sent, "a `send` into a channel with room was not ready");
}

/// `send`s of these values, which have joined the line in their order. The channel is full.
fn line<'a>(sender: &'a Sender<usize>, values: &[usize]) -> Vec<Waiter<'a, Sent<usize>>> {
    let mut waiters: Vec<_> = values.iter().map(|value| Waiter::new(sender.send(*value))).collect();
    for waiter in &mut waiters {
        assert_eq!(waiter.poll(), Poll::Pending, "{FULL}");
    }
    waiters
}

fn in_order() {
    let received = run(async {
        let (sender, mut receiver) = channel(4);
        kettle::spawn(Polls::new(send_all(sender, 20), 20).0);
        receive_all(&mut receiver).await
    });
    assert_eq!(received, (0..20).collect::<Vec<_>>(), "what was received");
}

async fn send_all(sender: Sender<usize>, values: usize) {
    for value in 0..values {
        sender.send(value).await.expect("the receiver is there");
    }
}

async fn receive_all(receiver: &mut Receiver<usize>) -> Vec<usize> {
    let mut received = Vec::new();
    while let Some(value) = receiver.recv().await {
        received.push(value);
    }
    received
}

fn full_at_32() {
    let (sender, mut receiver) = channel(32);
    (0..32).for_each(|value| fill(&sender, value));
    let mut last = line(&sender, &[32]).remove(0);
    assert_eq!(receive(&mut receiver), Poll::Ready(Some(0)), "the first value");
    assert_eq!(last.wakes.count(), 1, "wakes of the waiting sender, when there is room");
    assert_eq!(last.poll(), Poll::Ready(Ok(())), "the waiting sender, when there is room");
    (1..=32).for_each(|_| _ = receive(&mut receiver));
    // Empty: now the receiver waits.
    let mut recv = Waiter::new(receiver.recv());
    assert_eq!(recv.poll(), Poll::Pending, "a `recv` of an empty channel");
    (33..35).for_each(|value| fill(&sender, value));
    assert_eq!(recv.wakes.count(), 1, "wakes of the receiver, which waited once: two values came");
    assert_eq!(recv.poll(), Poll::Ready(Some(33)), "the next value");
}

fn first_come_first_served() {
    let (sender, mut receiver) = channel(1);
    fill(&sender, 0);
    let mut waiters = line(&sender, &[1, 2, 3]);
    assert_eq!(receive(&mut receiver), Poll::Ready(Some(0)), "the next value");
    assert_eq!(wakes(&waiters), [1, 0, 0], "wakes of three waiting senders, with room for one");
    // The first was woken and did not run yet. Others come meanwhile.
    waiters.extend(line(&sender, &[4]));
    assert_eq!(waiters[1].poll(), Poll::Pending, "the second in line got past the first");
    for waiter in &mut waiters {
        assert_eq!(waiter.poll(), Poll::Ready(Ok(())), "the next in line, when there is room");
        assert!(receive(&mut receiver).is_ready(), "its value was sent, and `recv` waits");
    }
    // Made and not polled: a `send` has no room yet.
    let _idle = sender.send(5);
    fill(&sender, 6);
}

fn the_last_sender() {
    let (sender, mut receiver) = channel(4);
    let second = sender.clone();
    fill(&sender, 1);
    fill(&second, 2);
    drop(sender);
    for value in [1, 2] {
        assert_eq!(receive(&mut receiver), Poll::Ready(Some(value)), "the next value");
    }
    let mut recv = Waiter::new(receiver.recv());
    assert_eq!(recv.poll(), Poll::Pending, "one sender is left: the receiver waits");
    drop(second.clone());
    assert_eq!(
        recv.wakes.count(),
        0,
        "wakes of the receiver, when a sender goes that isn't the last"
    );
    drop(second);
    assert_eq!(recv.wakes.count(), 1, "wakes of the receiver, when the last sender goes");
    assert_eq!(recv.poll(), Poll::Ready(None), "the end");
}

fn the_receiver_goes() {
    let log = Log::new();
    let (sender, receiver) = channel::<LogDrop>(1);
    fill(&sender, log.on_drop("queued"));
    let mut waiter = Waiter::new(sender.send(log.on_drop("waiting")));
    assert!(waiter.poll().is_pending(), "{FULL}");
    drop(receiver);
    assert_eq!(log.lines(), ["queued"], "what is dropped with the receiver");
    assert_eq!(waiter.wakes.count(), 1, "wakes of a waiting sender, when the receiver goes");
    let comes_back = matches!(waiter.poll(), Poll::Ready(Err(SendError(_))));
    assert!(comes_back, "a waiting sender must be ready with an error, when the receiver goes");
    // There is room, but there is no receiver.
    let late = Waiter::new(sender.send(log.on_drop("late"))).poll();
    assert!(matches!(late, Poll::Ready(Err(_))), "a `send` after the end: it must be an error");
    let (_sender, mut receiver) = channel::<usize>(1);
    let (waker, wakes) = waker();
    assert!(poll(pin!(receiver.recv()), &waker).is_pending(), "a `recv` of an empty channel");
    drop(receiver);
    assert_eq!(wakes.held(), 0, "wakers kept of a receiver that is gone");
}

/// A value may hold a sender of the channel that it is sent through: "answer me here".
struct Message(#[allow(dead_code, reason = "it is dropped with the value")] Sender<Message>);

fn foreign_code() {
    if_it_hangs(
        "the thread waits for a lock that it holds itself. Under that lock it called or dropped a waker, or \
         dropped a value, that uses a sender of the channel",
    );
    let (sender, mut receiver) = channel(1);
    let clones = || {
        let own = sender.clone();
        move || drop(own.clone())
    };
    let message = || Message(sender.clone());
    // The receiver's wakers: one is replaced, the other called.
    let _ = poll(pin!(receiver.recv()), &dropping(clones()));
    let _ = poll(pin!(receiver.recv()), &calling(clones()));
    fill(&sender, message());
    // A sender's: replaced; called by a `recv`, and by a `send` that leaves.
    let mut sends = [(); 3].map(|()| Box::pin(sender.send(message())));
    let _ = poll(sends[0].as_mut(), &dropping(clones()));
    for send in &mut sends {
        assert!(poll(send.as_mut(), &calling(clones())).is_pending(), "{FULL}");
    }
    drop(receive(&mut receiver));
    let [first, mut second, _third] = sends;
    drop(first);
    let is_sent = matches!(poll(second.as_mut(), Waker::noop()), Poll::Ready(Ok(())));
    assert!(is_sent, "the one before was woken and left: there is room, and `send` waits");
    // A value, and the third's waker, by the end of the receiver.
    drop(receiver);
}

fn two_threads() {
    const VALUES: usize = 5_000;
    if_it_hangs("one thread sends to another; one of the two waits, and the other doesn't wake it");
    let (sender, mut receiver) = channel(2);
    let other = thread::spawn(|| run(send_all(sender, VALUES)));
    let received = run(receive_all(&mut receiver));
    other.join().expect("the sender does not panic");
    assert!(received.into_iter().eq(0..VALUES), "a value is lost, doubled or late");
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Polls this sender's `send`; a new one, with the next value, if there is none.
    Send(usize),
    DropSend(usize),
    Recv,
}

const CAPACITY: usize = 2;

fn ten_thousand_schedules() {
    let step = prop_oneof![
        3 => (0..3_usize).prop_map(Step::Send),
        1 => (0..3_usize).prop_map(Step::DropSend),
        2 => Just(Step::Recv),
    ];
    property(10_000, &vec(step, 0..16), |steps| {
        let (sender, mut receiver) = channel(CAPACITY);
        let mut sends: [Option<(usize, Waiter<'_, Sent<usize>>)>; 3] = Default::default();
        // What is sent, and who waits, in the order of arrival. Those in front have room, as many
        // as there is.
        let (mut queue, mut line) = (VecDeque::new(), Vec::new());
        for (value, step) in steps.into_iter().enumerate() {
            let room = CAPACITY - queue.len();
            match step {
                Step::Send(number) => {
                    let (value, send) = sends[number].get_or_insert_with(|| {
                        line.push(number);
                        (value, Waiter::new(sender.send(value)))
                    });
                    let at = line.iter().position(|other| *other == number).expect("in line");
                    let expected = if at < room { Poll::Ready(Ok(())) } else { Poll::Pending };
                    assert_eq!(send.poll(), expected, "a poll of the `send` of {value}");
                    if at < room {
                        queue.push_back(*value);
                        (sends[number], _) = (None, line.remove(at));
                    }
                }
                Step::DropSend(number) => {
                    line.retain(|other| *other != number);
                    sends[number] = None;
                }
                Step::Recv => {
                    let expected =
                        queue.pop_front().map_or(Poll::Pending, |value| Poll::Ready(Some(value)));
                    assert_eq!(receive(&mut receiver), expected, "a poll of `recv`");
                }
            }
            let room = CAPACITY - queue.len();
            for (at, number) in line.iter().enumerate() {
                let Some((value, send)) = &sends[*number] else { continue };
                let (woken, expected) = (send.wakes.count(), usize::from(at < room));
                assert_eq!(woken, expected, "wakes of the `send` of {value} after {step:?}");
            }
        }
    });
}
