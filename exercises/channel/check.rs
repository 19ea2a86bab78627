//! What the answer of `channel` must do.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use kettle_judge::count::{
    Log, LogDrop, Polls, Waiter, Wakes, alike, calling, dropped_by_a_panic, dropping, poll, waker,
};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, prop_oneof};
use kettle_judge::proptest::sample::select;
use kettle_judge::{Check, Sequence, check, if_it_hangs, lock, runtime, schedules};

use super::answer::{self, SendError, Sender};

pub const CHECKS: &[Check] = &[
    check!(in_order => "two tasks: every value arrives, in order, and then comes the end"),
    check!(full_at_32 => "the sender of the 33rd value waits, until one is received; a `recv` is woken once"),
    check!(first_come_first_served => "one value received wakes one sender, and no sender overtakes one that was polled before"),
    check!(the_last_sender => "when the last sender goes, the receiver gets what is left, then `None`"),
    check!(a_send_that_leaves => "a `send` that is dropped has sent nothing, and blocks no other sender"),
    check!(a_recv_that_leaves => "a `recv` that is dropped has lost nothing"),
    check!(the_receiver_goes => "when the receiver goes, senders get their values back"),
    check!(foreign_code => "no waker is called, and no value dropped, under the lock"),
    check!(drops_without_the_lock => "no waker is dropped under the lock: it may own a sender of this channel"),
    check!(no_news_is_missed => "what another thread does while an end is polled is seen by the poll, or wakes its task"),
    check!(in_turn => "of what two threads do at the same time comes what would come of it one after the other"),
    check!(ten_thousand_schedules => "in 10,000 random schedules no value is lost, doubled or late"),
];

/// What a `send` gives.
type Sent<T> = Result<(), SendError<T>>;

const FULL: &str = "a `send` into a full channel, which has to wait, was ready";

/// A receiver, and a `recv` that is kept while it waits, as a task keeps it: one that was dropped need not be woken.
struct Receiver<T> {
    /// `None` while a `recv` has it.
    idle: Option<answer::Receiver<T>>,
    waits: Option<Receiving<T>>,
    /// Ends the `recv` that waits.
    leaves: Arc<AtomicBool>,
}

/// What was received, `None` if the `recv` was dropped; and the receiver again.
type Receiving<T> = Pin<Box<dyn Future<Output = (Option<Option<T>>, answer::Receiver<T>)> + Send>>;

fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = answer::channel(capacity);
    (sender, Receiver { idle: Some(receiver), waits: None, leaves: Arc::default() })
}

/// One poll of the `recv` that waits, or of a new one.
fn receive<T: Send + 'static>(receiver: &mut Receiver<T>, waker: &Waker) -> Poll<Option<T>> {
    let leaves = Arc::clone(&receiver.leaves);
    if let Some(mut own) = receiver.idle.take() {
        receiver.waits = Some(Box::pin(async move {
            let received = {
                let mut recv = pin!(own.recv());
                poll_fn(|cx| {
                    if leaves.swap(false, Ordering::Relaxed) {
                        return Poll::Ready(None);
                    }
                    recv.as_mut().poll(cx).map(Some)
                })
                .await
            };
            (received, own)
        }));
    }
    let waits = receiver.waits.as_mut().expect("it is idle, or waits");
    match poll(waits.as_mut(), waker) {
        Poll::Ready((received, own)) => {
            (receiver.idle, receiver.waits) = (Some(own), None);
            received.map_or(Poll::Pending, Poll::Ready)
        }
        Poll::Pending => Poll::Pending,
    }
}

/// Drops the `recv` that waits, if one does.
fn leave<T: Send + 'static>(receiver: &mut Receiver<T>) {
    if receiver.waits.is_some() {
        receiver.leaves.store(true, Ordering::Relaxed);
        let _ = receive(receiver, Waker::noop());
    }
}

/// Sends `value`, for which there must be room.
fn fill<T>(sender: &Sender<T>, value: T) {
    assert!(
        matches!(Waiter::new(sender.send(value)).poll(), Poll::Ready(Ok(()))),
        "a `send` into a channel with room was not ready"
    );
}

fn in_order() {
    const VALUES: usize = 20;
    let (received, polls) = runtime::run(async {
        let (sender, mut receiver) = answer::channel(4);
        let (future, polls) = Polls::new(
            async move {
                for value in 0..VALUES {
                    sender.send(value).await.expect("the receiver is there");
                }
            },
            10 * VALUES,
        );
        kettle::spawn(future);
        let mut received = Vec::new();
        while let Some(value) = receiver.recv().await {
            received.push(value);
        }
        (received, polls.load(Ordering::SeqCst))
    });
    assert_eq!(received, (0..VALUES).collect::<Vec<_>>(), "what was received");
    assert!(polls <= VALUES, "the sending task was polled {polls} times for {VALUES} values");
}

fn full_at_32() {
    for room in [1, 2, 70_000] {
        let (sender, _receiver) = channel(room);
        (0..room).for_each(|value| fill(&sender, value));
        assert_eq!(Waiter::new(sender.send(room)).poll(), Poll::Pending, "{FULL} ({room})");
    }
    let (sender, mut receiver) = channel(32);
    (0..32).for_each(|value| fill(&sender, value));
    let mut last = Waiter::new(sender.send(32));
    assert_eq!(last.poll(), Poll::Pending, "32 values are in the channel: the 33rd must wait");
    // Polled again, with another waker.
    let (newer, newer_wakes) = waker();
    assert_eq!(poll(last.future.as_mut(), &newer), Poll::Pending, "{FULL}");
    assert_eq!(
        last.wakes.held(),
        0,
        "copies of a waiting sender's first waker, when it was polled again with another one"
    );
    let (own, own_wakes) = waker();
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(0)), "the first value");
    assert_eq!(newer_wakes.count(), 1, "wakes of the waiting sender, when there is room");
    assert_eq!(last.poll(), Poll::Ready(Ok(())), "the waiting sender, when there is room");
    for value in 1..=32 {
        assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(value)), "the next value");
    }
    // Empty: now the receiver waits.
    assert_eq!(receive(&mut receiver, &own), Poll::Pending, "a `recv` of an empty channel");
    assert_eq!(own_wakes.count(), 0, "wakes of the receiver, which never had to wait so far");
    fill(&sender, 33);
    let told = (own_wakes.count(), own_wakes.held());
    assert_eq!(told, (1, 0), "wakes, and wakers kept, of the receiver, when a value has come");
    fill(&sender, 34);
    assert_eq!(own_wakes.count(), 1, "wakes of the receiver, which waited once: two values came");
    for value in [33, 34] {
        assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(value)), "the next value");
    }
}

fn first_come_first_served() {
    let (sender, mut receiver) = channel(1);
    fill(&sender, 0);
    let mut waiters: Vec<_> = (1..=3).map(|value| Waiter::new(sender.send(value))).collect();
    for waiter in &mut waiters {
        assert_eq!(waiter.poll(), Poll::Pending, "{FULL}");
    }
    let (own, _wakes) = waker();
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(0)), "the next value");
    let wakes: Vec<_> = waiters.iter().map(|waiter| waiter.wakes.count()).collect();
    assert_eq!(wakes, [1, 0, 0], "wakes of three waiting senders, when there is room for one");
    // The first was woken and did not run yet. Another one comes meanwhile.
    let mut late = Waiter::new(sender.send(4));
    assert_eq!(late.poll(), Poll::Pending, "a late sender overtook one that was woken");
    assert_eq!(waiters[1].poll(), Poll::Pending, "the second in line got past the first");
    for waiter in waiters.iter_mut().chain([&mut late]) {
        assert_eq!(waiter.poll(), Poll::Ready(Ok(())), "the next in line, when there is room");
        assert!(receive(&mut receiver, &own).is_ready(), "its value was sent, and `recv` waits");
    }
    // Each value received wakes one.
    let (two, mut of_two) = channel(2);
    (0..2).for_each(|value| fill(&two, value));
    let mut waiters = [2, 3].map(|value| Waiter::new(two.send(value)));
    assert!(waiters.iter_mut().all(|waiter| waiter.poll().is_pending()), "{FULL}");
    for value in 0..2 {
        assert_eq!(receive(&mut of_two, &own), Poll::Ready(Some(value)), "the next value");
        let what = "wakes of two waiting senders, when one value of a full channel is received, or two. (Each gives its room to one)";
        assert_eq!(waiters.each_ref().map(|one| one.wakes.count()), [1, value], "{what}");
    }
    // A long line; and behind its first so many have come and gone as sixteen bits can number.
    fill(&sender, 0);
    let mut waiters = vec![Waiter::new(sender.send(1))];
    assert_eq!(waiters[0].poll(), Poll::Pending, "{FULL}");
    for _ in 0..1 << 16 {
        assert_eq!(poll(pin!(sender.send(0)), Waker::noop()), Poll::Pending, "{FULL}");
    }
    waiters.extend((2..300).map(|value| Waiter::new(sender.send(value))));
    for waiter in &mut waiters {
        assert_eq!(waiter.poll(), Poll::Pending, "{FULL}");
    }
    for value in 0..waiters.len() {
        assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(value)), "of 300, the next");
        let woken: usize = waiters.iter().map(|waiter| waiter.wakes.count()).sum();
        assert_eq!(woken, value + 1, "wakes of 299 in line, when {value} of them have sent");
        assert_eq!(waiters[value].poll(), Poll::Ready(Ok(())), "of 299 in line, the next");
    }
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(299)), "the last of 300");
    // Made and not polled: a `send` has no room and no place in line yet.
    let _idle = sender.send(0);
    fill(&sender, 6);
    let mut idle = Waiter::new(sender.send(5));
    let mut next = Waiter::new(sender.send(7));
    assert_eq!(next.poll(), Poll::Pending, "{FULL}");
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(6)), "the next value");
    assert_eq!(next.wakes.count(), 1, "wakes of the first in line; one made before wasn't polled");
    assert_eq!(idle.poll(), Poll::Pending, "a `send` made early and polled late got past the line");
    assert_eq!(next.poll(), Poll::Ready(Ok(())), "the first that was polled, when there is room");
}

fn the_last_sender() {
    let (sender, mut receiver) = channel(4);
    let (own, wakes) = waker();
    let second = sender.clone();
    fill(&sender, 1);
    fill(&second, 2);
    drop(sender);
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(1)), "the next value");
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(2)), "the next value");
    let waits = "one sender is left: the receiver waits";
    assert_eq!(receive(&mut receiver, &own), Poll::Pending, "{waits}");
    // More than sixteen bits can count.
    drop((0..1 << 16).map(|_| second.clone()).collect::<Vec<_>>());
    assert_eq!(wakes.count(), 0, "wakes of the receiver, when a sender goes that is not the last");
    dropped_by_a_panic(second);
    assert_eq!(wakes.count(), 1, "wakes of the receiver, when the last sender goes");
    assert_eq!(wakes.held(), 0, "wakers of the receiver's that are kept when it was woken");
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(None), "the end");
    // Its waker asks at once.
    let (sender, mut receiver) = channel::<u32>(1);
    let place = Arc::new(Mutex::new((None, None)));
    let its = Arc::clone(&place);
    let asks = calling(move || {
        let (receiver, came) = &mut *its.lock().expect("no panic here");
        *came = receiver.as_mut().map(|receiver| receive(receiver, Waker::noop()));
    });
    assert_eq!(receive(&mut receiver, &asks), Poll::Pending, "{waits}");
    place.lock().expect("no panic here").0 = Some(receiver);
    if_it_hangs("the last sender's `drop` woke the receiver under the lock");
    drop(sender);
    let what = "what the receiver's waker gets, if it asks `recv` at once when the last sender goes. (By then that sender must not count. `None`: the waker was not called)";
    assert_eq!(place.lock().expect("no panic here").1, Some(Poll::Ready(None)), "{what}");
}

fn a_send_that_leaves() {
    let (own, _wakes) = waker();
    // Dropped while it waits.
    let (sender, mut receiver) = channel(1);
    fill(&sender, 0);
    let (mut first, mut second) = (Waiter::new(sender.send(1)), Waiter::new(sender.send(2)));
    assert!(first.poll().is_pending() && second.poll().is_pending(), "{FULL}");
    let wakes = Arc::clone(&first.wakes);
    drop(first);
    assert_eq!(wakes.count(), 0, "wakes of a `send` by its own drop");
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(0)), "the next value");
    assert_eq!(second.wakes.count(), 1, "wakes of the one behind a `send` that was dropped");
    assert_eq!(second.poll(), Poll::Ready(Ok(())), "the one that was woken");
    // Dropped when it was woken, and before it was polled.
    let (mut third, mut fourth) = (Waiter::new(sender.send(3)), Waiter::new(sender.send(4)));
    assert!(third.poll().is_pending() && fourth.poll().is_pending(), "{FULL}");
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(2)), "the next value");
    assert_eq!(third.wakes.count(), 1, "wakes of the first in line");
    drop(third);
    assert_eq!(receive(&mut receiver, &own), Poll::Pending, "what a dropped `send` has sent");
    assert_eq!(fourth.wakes.count(), 1, "wakes of the next, when the one before left, woken");
    assert_eq!(fourth.poll(), Poll::Ready(Ok(())), "the one that was woken");
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(4)), "the next value");
    // Never polled.
    drop(sender.send(5));
    assert_eq!(receive(&mut receiver, &own), Poll::Pending, "what an unpolled `send` has sent");
    fill(&sender, 6);
    // Two were given room. One uses its own, and then the other leaves.
    for (uses, leaves) in [(0, 1), (1, 0)] {
        let (sender, mut receiver) = channel(2);
        (0..2).for_each(|value| fill(&sender, value));
        let mut given = [2, 3].map(|value| Some(Waiter::new(sender.send(value))));
        for waiter in given.iter_mut().flatten() {
            assert_eq!(waiter.poll(), Poll::Pending, "{FULL}");
        }
        for value in 0..2 {
            assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(value)), "the next value");
        }
        let used = given[uses].take().map(|mut waiter| waiter.poll());
        assert_eq!(used, Some(Poll::Ready(Ok(()))), "one of two woken ones, with room for both");
        given[leaves] = None;
        let next = Waiter::new(sender.send(4)).poll();
        assert_eq!(
            next,
            Poll::Ready(Ok(())),
            "a `send`, with room for 2 and one value there: two were given room, of which the {} has used it, and the \
             other has left. (The one that leaves gives back its own room, which the one that sent has not used up)",
            ["first", "second"][uses]
        );
    }
}

fn a_recv_that_leaves() {
    let (sender, mut receiver) = channel(1);
    let [(own, wakes), (newer, newer_wakes)] = alike();
    assert_eq!(receive(&mut receiver, &own), Poll::Pending, "nothing was sent");
    assert_eq!(receive(&mut receiver, &newer), Poll::Pending, "nothing was sent");
    fill(&sender, 1);
    assert_eq!((wakes.count(), newer_wakes.count()), (0, 1), "wakes of the old and the new waker");
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(1)), "the value is still there");
    // Dropped while it waits, or when it was woken; never polled.
    assert_eq!(receive(&mut receiver, &own), Poll::Pending, "nothing was sent");
    leave(&mut receiver);
    assert_eq!(wakes.count(), 0, "wakes of a `recv` by its own drop");
    fill(&sender, 2);
    drop(receiver.idle.as_mut().map(answer::Receiver::recv));
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(2)), "sent when a `recv` had left");
    assert_eq!(receive(&mut receiver, &own), Poll::Pending, "nothing was sent");
    fill(&sender, 3);
    leave(&mut receiver);
    assert_eq!(receive(&mut receiver, &own), Poll::Ready(Some(3)), "sent to a `recv` that left");
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
    let Poll::Ready(Err(SendError(value))) = waiter.poll() else {
        panic!("a waiting sender, when the receiver goes: it must be ready, with an error")
    };
    drop((value, waiter));
    let Poll::Ready(Err(SendError(value))) = Waiter::new(sender.send(log.on_drop("late"))).poll()
    else {
        panic!("a `send` after the receiver has gone: it must be ready, with an error")
    };
    assert_eq!(log.lines(), ["queued", "waiting"], "values that came back with an error");
    drop(value);
    // Its own waker goes with it.
    let ((_sender, mut receiver), (own, wakes)) = (channel::<u32>(1), waker());
    assert_eq!(receive(&mut receiver, &own), Poll::Pending, "nothing was sent");
    drop(receiver);
    assert_eq!(wakes.held(), 0, "wakers of the receiver's that are kept when it is gone");
    // There would be room, but there is no receiver.
    let (sender, receiver) = channel(1);
    drop(receiver);
    let back = Poll::Ready(Err(SendError(1)));
    assert_eq!(Waiter::new(sender.send(1)).poll(), back, "a `send`: room, and no receiver");
}

/// A value may hold a sender of the channel that it is sent through: "answer me here".
struct Message(Option<Sender<Message>>);

fn foreign_code() {
    let (sender, mut receiver) = channel(1);
    let own = sender.clone();
    let user = calling(move || drop(own.clone()));
    if_it_hangs("the thread waits for a lock that it holds: a waker was called under it");
    // The receiver's waker, called by a `send`.
    assert!(receive(&mut receiver, &user).is_pending(), "nothing was sent, and `recv` was ready");
    fill(&sender, Message(Some(sender.clone())));
    // A sender's waker, called by a `recv`.
    let mut waiting = Box::pin(sender.send(Message(Some(sender.clone()))));
    assert!(poll(waiting.as_mut(), &user).is_pending(), "{FULL}");
    let message = receive(&mut receiver, &user);
    assert!(matches!(message, Poll::Ready(Some(Message(Some(_))))), "the first value is lost");
    drop(message);
    assert!(matches!(poll(waiting.as_mut(), &user), Poll::Ready(Ok(()))), "with room it waits");
    // A sender's waker, called by a `send` that was given room and leaves.
    let mut waiters = [(); 2].map(|()| Box::pin(sender.send(Message(Some(sender.clone())))));
    for waiter in &mut waiters {
        assert!(poll(waiter.as_mut(), &user).is_pending(), "{FULL}");
    }
    assert!(receive(&mut receiver, &user).is_ready(), "`recv` has not got the second value");
    let [first, mut second] = waiters;
    drop(first);
    let is_sent = matches!(poll(second.as_mut(), &user), Poll::Ready(Ok(())));
    assert!(is_sent, "the one before was woken and left: there is room, and `send` waits");
    // A sender's waker and a value's `drop`, both by the end of the receiver.
    let mut waiting = Box::pin(sender.send(Message(None)));
    assert!(poll(waiting.as_mut(), &user).is_pending(), "{FULL}");
    if_it_hangs(
        "the receiver's `drop` woke a sender, or dropped a value, under the lock: both have a sender of \
         this channel",
    );
    drop(receiver);
    assert!(matches!(poll(waiting.as_mut(), &user), Poll::Ready(Err(_))), "`send` waits for ever");
}

fn drops_without_the_lock() {
    let (sender, mut receiver) = channel(1);
    let user = || {
        let own = sender.clone();
        dropping(move || drop(own.clone()))
    };
    const EMPTY: &str = "the channel is empty, and `recv` was ready";
    if_it_hangs(
        "a waker was dropped under the channel's lock. It owns a sender of this channel, whose drop needs \
         that lock",
    );
    // The receiver's, replaced by its next poll. (The channel has the only clone of it.)
    assert!(receive(&mut receiver, &user()).is_pending(), "{EMPTY}");
    assert!(receive(&mut receiver, Waker::noop()).is_pending(), "{EMPTY}");
    // A sender's, replaced by its next poll, or dropped with it.
    fill(&sender, 0);
    let mut waiting = Box::pin(sender.send(1));
    assert!(poll(waiting.as_mut(), &user()).is_pending(), "{FULL}");
    assert!(poll(waiting.as_mut(), Waker::noop()).is_pending(), "{FULL}");
    assert!(poll(waiting.as_mut(), &user()).is_pending(), "{FULL}");
    drop(waiting);
    // The receiver's, dropped with it.
    assert_eq!(receive(&mut receiver, Waker::noop()), Poll::Ready(Some(0)), "the only value");
    assert!(receive(&mut receiver, &user()).is_pending(), "{EMPTY}");
    drop(receiver);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Polls this sender's `send`; a new one, with the next value, if there is none.
    Send(usize),
    DropSend(usize),
    Recv,
    /// Drops the `recv` that waits.
    DropRecv,
    /// From here on there is no sender but those of the `send`s that have begun.
    DropSender,
    /// From here on there is no receiver.
    DropReceiver,
}

/// In words, where the channel has room for one and each sends its own value.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Send(number) => write!(f, "`send({})` is polled", number + 1),
            Step::DropSend(number) => write!(f, "`send({})` is dropped", number + 1),
            Step::Recv => write!(f, "`recv` is polled"),
            Step::DropRecv => write!(f, "`recv` is dropped"),
            Step::DropSender => write!(f, "the sender is dropped"),
            Step::DropReceiver => write!(f, "the receiver is dropped"),
        }
    }
}

const STEPS: &[Step] = &[
    Step::Send(0),
    Step::Send(1),
    Step::Send(2),
    Step::Recv,
    Step::Recv,
    Step::DropRecv,
    Step::DropSend(0),
    Step::DropSend(1),
    Step::DropSend(2),
];

fn no_news_is_missed() {
    // Each future owns what it uses: the news may be that the other end goes.
    fn receives(mut receiver: answer::Receiver<usize>) -> impl Future<Output = Option<usize>> {
        async move { receiver.recv().await }
    }
    fn sends(sender: Sender<usize>) -> impl Future<Output = Sent<usize>> {
        async move { sender.send(1).await }
    }
    lock::no_news_is_missed("a receiver is polled", || {
        let (sender, receiver) = answer::channel(1);
        (Box::pin(receives(receiver)), move || fill(&sender, 1))
    });
    lock::no_news_is_missed("a receiver is polled", || {
        let (sender, receiver) = answer::channel(1);
        (Box::pin(receives(receiver)), move || drop(sender))
    });
    lock::no_news_is_missed("a sender is polled, with no room", || {
        let (sender, mut receiver) = channel(1);
        fill(&sender, 0);
        (Box::pin(sends(sender)), move || {
            assert!(receive(&mut receiver, Waker::noop()).is_ready(), "a value is there, it waits")
        })
    });
    lock::no_news_is_missed("a sender is polled, with no room", || {
        let (sender, receiver) = channel(1);
        fill(&sender, 0);
        (Box::pin(sends(sender)), move || drop(receiver))
    });
}

/// A channel with room for one, and two that send, perhaps.
struct Place {
    /// Shared with the `send`s: the last to go drops it.
    sender: RefCell<Option<Rc<Sender<usize>>>>,
    receiver: RefCell<Option<Receiver<usize>>>,
    sends: [RefCell<Option<Waiter<'static, Sent<usize>>>>; 2],
    task: (Waker, Arc<Wakes>),
    /// The last `recv` has said `Pending`.
    waits: Cell<bool>,
}

impl Place {
    fn new() -> Place {
        let (sender, receiver) = channel(1);
        let sender = RefCell::new(Some(Rc::new(sender)));
        let receiver = RefCell::new(Some(receiver));
        let (sends, task) = (Default::default(), waker());
        Place { sender, receiver, sends, task, waits: Cell::default() }
    }

    /// Does this, and says what it gave. `None`: no sender is left that could do it.
    fn step(&self, step: Step) -> Option<String> {
        Some(match step {
            Step::Send(number) => {
                let mut send = self.sends[number].borrow_mut();
                if send.is_none() {
                    let sender = self.sender.borrow().clone()?;
                    *send = Some(Waiter::new(async move { sender.send(number + 1).await }));
                }
                let polled = send.as_mut().expect("it is there").poll();
                *send = send.take().filter(|_| polled.is_pending());
                format!("{step} and gives {polled:?}")
            }
            Step::Recv => {
                let mut receiver = self.receiver.borrow_mut();
                let Some(receiver) = receiver.as_mut() else { return Some(String::new()) };
                let got = receive(receiver, &self.task.0);
                self.waits.set(got.is_pending());
                if let Poll::Ready(value) = got {
                    format!("{value:?} is received")
                } else {
                    String::new()
                }
            }
            Step::DropRecv => {
                self.receiver.borrow_mut().iter_mut().for_each(leave);
                self.waits.set(false);
                step.to_string()
            }
            Step::DropSend(number) => {
                self.sends[number].take();
                step.to_string()
            }
            Step::DropSender => {
                self.sender.take();
                step.to_string()
            }
            Step::DropReceiver => {
                self.receiver.take();
                step.to_string()
            }
        })
    }

    /// What becomes of it: the receiver takes what there is, and each `send` that was woken is polled.
    fn left(&self, mut told: Vec<String>) -> String {
        // A `send` that goes on while the receiver goes may be in time, or too late.
        if self.receiver.borrow().is_none()
            && let Some((send, _)) = told[0].split_once(" and gives Ready(")
        {
            told[0] = format!("{send} and is ready");
        }
        for _ in 0..9 {
            let was_woken = !self.waits.get() || self.task.1.count() > 0;
            let got = self.step(Step::Recv).unwrap_or_default();
            let wakes_up = |number: &usize| {
                let send = self.sends[*number].borrow();
                send.as_ref().is_some_and(|send| send.is_woken())
            };
            let woken: Vec<usize> = [0, 1].into_iter().filter(wakes_up).collect();
            if woken.is_empty() && (got.is_empty() || told.last() == Some(&got)) {
                break; // nothing, or the end once more
            }
            let not_told =
                if was_woken || got.is_empty() { "" } else { ", and the receiver was not woken" };
            told.push(got + not_told);
            told.extend(woken.into_iter().filter_map(|number| self.step(Step::Send(number))));
        }
        for number in [0, 1] {
            if self.sends[number].borrow().is_some() {
                let send = self.step(Step::Send(number)).unwrap_or_default();
                told.push(format!("asked again, not woken: {send}"));
            }
        }
        // In which order they were told is another matter, and whether a `send` had to wait: another may have room,
        // and not have used it yet.
        let waits = |told: &String| told.starts_with('`') && told.ends_with("gives Pending");
        told.retain(|told| !told.is_empty() && !waits(told));
        told.sort();
        told.join("; ")
    }
}

/// What may have been before: there is room, and the receiver waits, or not; there is none, and none waits, or one
/// does, or two; room is the first one's.
const BEFORE: &[&[Step]] = &[
    &[],
    &[Step::Recv],
    &[Step::Send(1)],
    &[Step::Send(1), Step::Send(0)],
    &[Step::Send(1), Step::Send(0), Step::Send(1)],
    &[Step::Send(1), Step::Send(0), Step::Recv],
    &[Step::Send(1), Step::Send(0), Step::Send(1), Step::Recv],
];

/// Two senders, one of which is the last to go, and a receiver that is polled, or waits already.
fn the_last_of_two() {
    type Ends =
        ([RefCell<Option<Sender<usize>>>; 2], RefCell<Receiver<usize>>, (Waker, Arc<Wakes>));
    let begin = |waits: bool| {
        let ((sender, mut receiver), task) = (channel::<usize>(1), waker());
        let other = sender.clone();
        if waits {
            assert!(receive(&mut receiver, &task.0).is_pending(), "ready, with no value");
        } else {
            drop(other.clone());
        }
        ([sender, other].map(|sender| RefCell::new(Some(sender))), RefCell::new(receiver), task)
    };
    let goes = |number: usize| move |(senders, ..): &Ends| drop(senders[number].take());
    lock::as_in_turn(
        "two senders go",
        || begin(true),
        goes(0),
        goes(1),
        |(_, receiver, task), (), ()| {
            (task.1.count(), receive(&mut receiver.borrow_mut(), &task.0))
        },
    );
    let clones = |number: usize| move |(senders, ..): &Ends| senders[number].borrow().clone();
    for (first_goes, what) in
        [(false, "two senders are cloned"), (true, "one goes, another is cloned")]
    {
        lock::as_in_turn(
            what,
            || begin(true),
            move |ends| if first_goes { goes(0)(ends) } else { drop(clones(0)(ends)) },
            clones(1),
            |ends, (), clone| {
                drop((ends.0[0].take(), clone));
                let early = ends.2.1.count();
                goes(1)(ends);
                (early, ends.2.1.count())
            },
        );
    }
    lock::as_in_turn(
        "the last sender goes, and the receiver is polled",
        || {
            let ends = begin(false);
            goes(1)(&ends);
            ends
        },
        goes(0),
        |(_, receiver, task)| receive(&mut receiver.borrow_mut(), &task.0),
        |(_, _, task), (), polled| polled == Poll::Ready(None) || task.1.count() == 1,
    );
}

fn in_turn() {
    the_last_of_two();
    use Step::{DropReceiver, DropRecv, DropSend, DropSender, Recv, Send};
    let steps = [Send(0), Send(1), DropSend(0), DropSender, Recv, DropRecv, DropReceiver];
    // One `send` isn't polled, or dropped, by two; nor is the receiver. A `send` begins while there is a sender.
    let not_by_two = |one, other| match (one, other) {
        (Send(own) | DropSend(own), Send(its) | DropSend(its)) => own == its,
        (Recv | DropRecv | DropReceiver, Recv | DropRecv | DropReceiver)
        | (DropSender | Send(_), DropSender)
        | (DropSender, Send(_)) => true,
        _ => false,
    };
    lock::each_two_in_turn(BEFORE, &steps, not_by_two, Place::new, Place::step, Place::left);
}

const CAPACITY: usize = 2;

/// The contract, in the slowest way.
#[derive(Default)]
struct Model {
    queue: VecDeque<usize>,
    /// What the waiting senders want to send, in the order of arrival. Those in front have room, as many as
    /// there is.
    line: Vec<(usize, usize)>,
    /// The receiver is gone.
    closed: bool,
    /// Senders that had been woken for room when it went. To wake them once more does no harm.
    woken_before: Vec<usize>,
}

impl Model {
    fn room(&self) -> usize {
        CAPACITY - self.queue.len()
    }
}

fn ten_thousand_schedules() {
    let step = prop_oneof![20 => select(STEPS), 1 => Just(Step::DropReceiver)];
    schedules(&vec(step, 0..16), |steps: Sequence<Step>, wakers| {
        let (sender, receiver) = channel(CAPACITY);
        let mut receiver = Some(receiver);
        let mut sends: [Option<Waiter<'_, Sent<usize>>>; 3] = Default::default();
        let (mut model, mut value) = (Model::default(), 0);
        for step in steps {
            match step {
                Step::Send(number) => {
                    let send = sends[number].get_or_insert_with(|| {
                        value += 1;
                        model.line.push((number, value));
                        Waiter::of(sender.send(value), wakers)
                    });
                    if play_send(number, send, &mut model) {
                        sends[number] = None;
                    }
                }
                Step::DropSend(number) => {
                    model.line.retain(|(other, _)| *other != number);
                    wakers.drop(sends[number].take());
                }
                Step::Recv => play_recv(receiver.as_mut(), &mut model),
                Step::DropRecv => receiver.iter_mut().for_each(leave),
                // Never played: the `send`s borrow it.
                Step::DropSender => {}
                Step::DropReceiver => {
                    if let Some(receiver) = receiver.take() {
                        wakers.drop(receiver);
                        let first = model.line.iter().take(model.room());
                        model.woken_before = first.map(|(number, _)| *number).collect();
                    }
                    model.closed = true;
                }
            }
            for (at, (number, value)) in
                model.line.iter().enumerate().filter(|_| wakers.tell_apart())
            {
                let wakes = sends[*number].as_ref().map(|send| send.wakes.count());
                let expected = usize::from(model.closed || at < model.room());
                let twice = model.woken_before.contains(number) && wakes == Some(2);
                let wakes = if twice { Some(1) } else { wakes };
                assert_eq!(wakes, Some(expected), "wakes of the `send` of {value} after {step:?}");
            }
        }
        // The end: no sender is left.
        drop(sends);
        wakers.drop(sender);
        let Some(mut receiver) = receiver else { return };
        for value in model.queue.into_iter().map(Some).chain([None]) {
            let got = receive(&mut receiver, Waker::noop());
            assert_eq!(got, Poll::Ready(value), "what is left when the senders are gone");
        }
    });
}

/// Polls a `send`. Is it done?
fn play_send(number: usize, send: &mut Waiter<'_, Sent<usize>>, model: &mut Model) -> bool {
    let at = model.line.iter().position(|(other, _)| *other == number).expect("it wants to send");
    let has_room = at < model.room();
    let value = model.line[at].1;
    let expected = match (model.closed, has_room) {
        (true, _) => Poll::Ready(Err(SendError(value))),
        (false, true) => Poll::Ready(Ok(())),
        (false, false) => Poll::Pending,
    };
    assert_eq!(send.poll(), expected, "a poll of the `send` of {value}");
    if expected.is_ready() {
        model.line.remove(at);
    }
    if !model.closed && has_room {
        model.queue.push_back(value);
    }
    expected.is_ready()
}

fn play_recv(receiver: Option<&mut Receiver<usize>>, model: &mut Model) {
    let Some(receiver) = receiver else { return };
    let expected = match model.queue.pop_front() {
        Some(value) => Poll::Ready(Some(value)),
        None => Poll::Pending,
    };
    assert_eq!(receive(receiver, Waker::noop()), expected, "a poll of `recv`");
}
