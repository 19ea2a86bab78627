//! What the answer of `oneshot` must do.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use kettle_judge::count::{
    Log, LogDrop, Wakes, alike, calling, dropped_by_a_panic, dropping, poll_unpin, waker,
};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, any, prop_oneof};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, if_it_hangs, lock, property};

use super::answer::{Receiver, RecvError, Sender, TryRecvError, channel};

pub const CHECKS: &[Check] = &[
    check!(value_arrives => "a value arrives, whether the receiver waits already or comes later"),
    check!(sender_dropped => "if the sender is dropped without a value, the receiver is told"),
    check!(receiver_dropped => "if the receiver is dropped, the sender is told, and keeps its value"),
    check!(newest_waker => "each end wakes the task that polled the other end last, and no other"),
    check!(nothing_kept => "no waker and no value is kept that is of no use any more"),
    check!(wakes_without_the_lock => "no waker is called under the lock: it may use the channel"),
    check!(drops_without_the_lock => "no waker is dropped under the lock: it may own the other end"),
    check!(across_threads => "both ends may be used on any thread"),
    check!(no_news_is_missed => "what another thread does while an end is polled is seen by the poll, or wakes its task"),
    check!(in_turn => "of what both ends do at the same time comes what would come of it one after the other"),
    check!(any_schedule => "in any order of calls, `try_recv` too: the right answers, and the right wakes"),
];

fn value_arrives() {
    let (tx, mut rx) = channel();
    assert_eq!(tx.send("tea"), Ok(()), "sent before a task waits");
    assert_eq!(poll_unpin(&mut rx, &waker().0), Poll::Ready(Ok("tea")), "and polled after that");
    let (tx, mut rx) = channel();
    assert_eq!((tx.send("tea"), rx.try_recv()), (Ok(()), Ok("tea")), "`send`, then `try_recv`");

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
    assert_eq!(
        calls.count(),
        1,
        "calls of the waker that waits for a value, when the sender is dropped. (Without any, its \
         task waits for ever.)"
    );
    let told = Poll::Ready(Err(RecvError));
    assert_eq!(poll_unpin(&mut rx, &waker), told, "polled when it was woken");
}

fn receiver_dropped() {
    let (tx, rx) = channel();
    assert_eq!(tx.is_closed(), false, "`is_closed` while both ends are there");
    drop(rx);
    assert_eq!(tx.is_closed(), true, "`is_closed` when the receiver was dropped");
    assert_eq!(tx.send("tea"), Err("tea"), "what `send` returns when the receiver is gone");

    let (mut tx, rx) = channel::<()>();
    let (waker, calls) = waker();
    assert_eq!(closed(&mut tx, &waker), Poll::Pending, "`poll_closed` while both are there");
    drop(rx);
    assert_eq!(calls.count(), 1, "calls of the waker that waits for the receiver's end");
    assert_eq!(closed(&mut tx, &waker), Poll::Ready(()), "`poll_closed` when it was woken");
}

fn newest_waker() {
    // Of two tasks, also if their wakers differ in nothing but what they do.
    for new in [|| [waker(), waker()], alike] {
        let tasks = new();
        let (tx, mut rx) = channel();
        for (waker, _) in &tasks {
            let _ = poll_unpin(&mut rx, waker);
        }
        assert_eq!(tx.send("tea"), Ok(()), "`send`, with the receiver there");
        let woken = tasks.each_ref().map(|(_, calls)| calls.count());
        assert_eq!(woken, [0, 1], "wakes of two tasks, where the second polled the receiver last");

        let tasks = new();
        let (mut tx, rx) = channel::<()>();
        for (waker, _) in &tasks {
            let _ = closed(&mut tx, waker);
        }
        drop(rx);
        let woken = tasks.each_ref().map(|(_, calls)| calls.count());
        assert_eq!(woken, [0, 1], "wakes of two tasks, where the second called `poll_closed` last");
    }
}

fn nothing_kept() {
    let [(receiver, of_receiver), (sender, of_sender)] = [waker(), waker()];
    let (mut tx, mut rx) = channel::<()>();
    let _ = poll_unpin(&mut rx, &receiver);
    let _ = closed(&mut tx, &sender);
    drop(rx);
    assert_eq!(of_receiver.held(), 0, "wakers of the receiver's that are kept when it is dropped");
    assert_eq!(of_receiver.count(), 0, "wakes of the receiver by its own drop");
    let told = (of_sender.count(), of_sender.held());
    assert_eq!(told, (1, 0), "wakes of the sender by the receiver's drop, and its wakers kept");
    assert_eq!(closed(&mut tx, &sender), Poll::Ready(()), "`poll_closed` when it was woken");
    assert_eq!(of_sender.held(), 0, "wakers of the sender's that are kept when it has been woken");

    let (mut tx2, _rx2) = channel::<()>();
    let _ = closed(&mut tx2, &sender);
    drop((tx, tx2));
    assert_eq!(of_sender.held(), 0, "wakers of the sender's that are kept when it is dropped");

    for sends in [true, false] {
        let what = if sends { "`send`" } else { "the sender's drop" };
        let (receiver, of_receiver) = waker();
        let (mut tx, mut rx) = channel();
        let _ = (poll_unpin(&mut rx, &receiver), closed(&mut tx, &sender));
        if sends {
            assert_eq!(tx.send("tea"), Ok(()), "`send`, with the receiver there");
        } else {
            drop(tx);
        }
        assert_eq!(of_sender.held(), 0, "wakers of the sender's that are kept after {what}");
        let told = (of_receiver.count(), of_receiver.held());
        assert_eq!(told, (1, 0), "wakes of the receiver by {what}, and its wakers that are kept");
        assert!(poll_unpin(&mut rx, &receiver).is_ready(), "woken by {what}, and yet it waits");
        assert_eq!(of_receiver.held(), 0, "the receiver's wakers that are kept when it is ready");
    }

    let log = Log::new();
    let (tx, rx) = channel::<LogDrop>();
    let sent = tx.send(log.on_drop("the value is dropped")).is_ok();
    assert_eq!(sent, true, "was the value taken by `send`, with the receiver there?");
    let nothing: [&str; 0] = [];
    assert_eq!(log.lines(), nothing, "what becomes of a value that can still be received");
    drop(rx);
    assert_eq!(log.lines(), ["the value is dropped"], "what becomes of a value not received");
}

/// What a waker has from when it is put here.
type Place<T> = Arc<Mutex<Option<T>>>;

fn taken<T>(place: &Place<T>) -> Option<T> {
    place.lock().expect("no panic under the lock").take()
}

fn put<T>(place: &Place<T>, value: T) {
    *place.lock().expect("no panic under the lock") = Some(value);
}

/// A waker that does this when it is called, at once and on the same thread, with what is put there.
fn eager<T: Send + 'static>(does: impl Fn(T) + Send + Sync + 'static) -> (Waker, Place<T>) {
    let place = Place::default();
    let there = Arc::clone(&place);
    (calling(move || taken(&there).into_iter().for_each(&does)), place)
}

const NEWS_FIRST: &str = "(The waker was called before the channel said what is new: a value, or that the other end is gone. \
                          First the news, then the wake)";

fn wakes_without_the_lock() {
    if_it_hangs("a waker was called under the channel's lock. It looks into the channel");
    for sends in [true, false] {
        let (tx, mut rx) = channel();
        let expected = if sends { Ok("tea") } else { Err(TryRecvError::Closed) };
        let (eager, then) = eager(move |mut rx: Receiver<_>| {
            assert_eq!(rx.try_recv(), expected, "`try_recv`, when woken. {NEWS_FIRST}")
        });
        let _ = poll_unpin(&mut rx, &eager);
        put(&then, rx);
        if sends {
            assert_eq!(tx.send("tea"), Ok(()), "`send`, with the receiver there");
        } else {
            drop(tx);
        }
        let woken = taken(&then).is_none();
        assert_eq!(woken, true, "was the task woken that waits for a value?");
    }
    let (mut tx, rx) = channel::<()>();
    let (eager, then) = eager(|tx: Sender<()>| {
        assert_eq!(tx.is_closed(), true, "`is_closed`, when woken. {NEWS_FIRST}")
    });
    let _ = closed(&mut tx, &eager);
    put(&then, tx);
    drop(rx);
    let woken = taken(&then).is_none();
    assert_eq!(woken, true, "was the task woken that waits for the receiver's end?");
}

/// A waker that owns what is put there: an end of the channel, as a task's waker may own the task.
fn owning<T: Send + 'static>() -> (Waker, Place<T>) {
    let place = Place::default();
    let there = Arc::clone(&place);
    (dropping(move || drop(taken(&there))), place)
}

fn drops_without_the_lock() {
    if_it_hangs(
        "a waker was dropped under the channel's lock. It was the last owner of the other end, whose \
         drop needs that lock",
    );
    // Replaced by the receiver's next poll.
    let (tx, mut rx) = channel::<()>();
    let (old, own) = owning();
    let (new, calls) = waker();
    let _ = poll_unpin(&mut rx, &old);
    drop(old);
    put(&own, tx);
    let mut told = poll_unpin(&mut rx, &new);
    // (An answer may see it in the same poll.)
    if told.is_pending() {
        let expected = "wakes of the receiver, polled with a new waker. The old one owned the sender, \
                        which was dropped with it";
        assert_eq!(calls.count(), 1, "{expected}");
        told = poll_unpin(&mut rx, &new);
    }
    assert_eq!(told, Poll::Ready(Err(RecvError)), "the receiver, when the sender was dropped");

    // Replaced by the sender's next `poll_closed`.
    let (mut tx, rx) = channel::<()>();
    let (old, own) = owning();
    let (new, calls) = waker();
    let _ = closed(&mut tx, &old);
    drop(old);
    put(&own, rx);
    if closed(&mut tx, &new).is_pending() {
        let expected = "wakes of the sender, whose `poll_closed` was called with a new waker. The old \
                        one owned the receiver, which was dropped with it";
        assert_eq!(calls.count(), 1, "{expected}");
        assert_eq!(closed(&mut tx, &new), Poll::Ready(()), "`poll_closed` when it was woken");
    }

    // An end that leaves, with a waker of its own still in the channel.
    let (tx, mut rx) = channel::<()>();
    let (old, own) = owning();
    let _ = poll_unpin(&mut rx, &old);
    drop(old);
    put(&own, tx);
    drop(rx);
    let (mut tx, rx) = channel::<()>();
    let (old, own) = owning();
    let _ = closed(&mut tx, &old);
    drop(old);
    put(&own, rx);
    drop(tx);
}

fn across_threads() {
    fn any_thread<T: Send + Sync>(end: T) -> T {
        end
    }
    run(async {
        for round in 0..200 {
            let (tx, rx) = channel();
            let (tx, rx) = (any_thread(tx), any_thread(rx));
            let sends = round % 3 != 0;
            let other = thread::spawn(move || sends.then(|| tx.send(round)));
            let expected = if sends { Ok(round) } else { Err(RecvError) };
            assert_eq!(rx.await, expected, "received from another thread, in round {round}");
            other.join().expect("the thread that sends");
        }
    });
}

fn no_news_is_missed() {
    lock::no_news_is_missed("the receiver is polled", || {
        let (tx, rx) = channel();
        (Box::pin(rx), move || _ = tx.send("tea"))
    });
    lock::no_news_is_missed("`poll_closed` is called", || {
        let (mut tx, rx) = channel::<()>();
        (Box::pin(poll_fn(move |cx| tx.poll_closed(cx))), move || drop(rx))
    });
}

/// What an end does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    /// Before the others: each end is polled by another task.
    BothWait,
    Poll,
    TryRecv,
    DropReceiver,
    Send,
    DropSender,
    PollClosed,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Call::BothWait => "both ends are polled by other tasks",
            Call::Poll => "the receiver is polled",
            Call::TryRecv => "`try_recv` is called",
            Call::DropReceiver => "the receiver is dropped",
            Call::Send => "`send` is called",
            Call::DropSender => "the sender is dropped",
            Call::PollClosed => "`poll_closed` is called",
        })
    }
}

/// Both ends, and what waits at them.
struct Ends {
    tx: RefCell<Option<Sender<&'static str>>>,
    rx: RefCell<Option<Receiver<&'static str>>>,
    tasks: [(Waker, Arc<Wakes>); 2],
    /// Once it has given its answer, the receiver is not polled again.
    received: Cell<bool>,
}

impl Ends {
    fn new() -> Ends {
        let (tx, rx) = channel();
        let (tx, rx) = (RefCell::new(Some(tx)), RefCell::new(Some(rx)));
        Ends { tx, rx, tasks: [waker(), waker()], received: Cell::default() }
    }

    /// Makes this call, and says what it gave.
    fn step(&self, call: Call) -> Option<String> {
        let [of_receiver, of_sender] = self.tasks.each_ref().map(|(waker, _)| waker);
        let gave = match call {
            Call::BothWait => {
                let _ = poll_unpin(self.rx.borrow_mut().as_mut()?, Waker::noop());
                format!("{:?}", closed(self.tx.borrow_mut().as_mut()?, Waker::noop()))
            }
            Call::Poll if self.received.get() => return None,
            Call::Poll => {
                let polled = poll_unpin(self.rx.borrow_mut().as_mut()?, of_receiver);
                self.received.set(polled.is_ready());
                format!("{polled:?}")
            }
            Call::TryRecv => {
                let tried = self.rx.borrow_mut().as_mut()?.try_recv();
                self.received.set(tried != Err(TryRecvError::Empty));
                format!("{tried:?}")
            }
            Call::DropReceiver => self.rx.take().map(drop).map(|()| String::from("no answer"))?,
            Call::DropSender => self.tx.take().map(drop).map(|()| String::from("no answer"))?,
            Call::Send => format!("{:?}", self.tx.take()?.send("tea")),
            Call::PollClosed => format!("{:?}", closed(self.tx.borrow_mut().as_mut()?, of_sender)),
        };
        Some(format!("{call} and gives {gave}"))
    }

    /// What the calls gave, and what is left of it. An end that waits is asked again if it was woken, and
    /// also if it was not: then nothing may have changed.
    fn left(&self, gave: Vec<String>) -> String {
        let woken = self.tasks.each_ref().map(|(_, wakes)| wakes.count() > 0);
        let mut rx = self.rx.borrow_mut();
        let rx =
            rx.as_mut().filter(|_| !self.received.get()).map(|rx| poll_unpin(rx, Waker::noop()));
        let tx = self.tx.borrow_mut().as_mut().map(|tx| closed(tx, Waker::noop()));
        let waits = |call: Call| gave.contains(&format!("{call} and gives Pending"));
        let forgotten = [
            waits(Call::Poll) && rx.is_some_and(|rx| rx.is_ready()) && !woken[0],
            waits(Call::PollClosed) && tx.is_some_and(|tx| tx.is_ready()) && !woken[1],
        ];
        let forgotten = if forgotten.contains(&true) { ", and a task waits for ever" } else { "" };
        format!("{}, then the receiver {rx:?} and the sender {tx:?}{forgotten}", gave.join(", "))
    }
}

fn in_turn() {
    let of_receiver = [Call::Poll, Call::TryRecv, Call::DropReceiver];
    let of_sender = [Call::Send, Call::DropSender, Call::PollClosed];
    // One end isn't used by two.
    let not_by_two = |one, other| of_sender.contains(&one) == of_sender.contains(&other);
    let steps = [of_receiver, of_sender].concat();
    let before: [&[Call]; 2] = [&[], &[Call::BothWait]];
    lock::each_two_in_turn(&before, &steps, not_by_two, Ends::new, Ends::step, Ends::left);
}

fn closed<T>(tx: &mut Sender<T>, waker: &Waker) -> Poll<()> {
    tx.poll_closed(&mut Context::from_waker(waker))
}

/// A step of [`any_schedule`]. The number is the task that polls.
#[derive(Clone, Copy, Debug)]
enum Do {
    PollReceiver(usize),
    PollClosed(usize),
    TryRecv,
    Send,
    DropSender { by_a_panic: bool },
    DropReceiver { by_a_panic: bool },
}

/// What a channel should be: the same, in plain words.
#[derive(Default)]
struct Model {
    value: Option<&'static str>,
    received: bool,
    sender_gone: bool,
    receiver_gone: bool,
    receiver: Option<usize>,
    sender: Option<usize>,
    woken: [usize; 3],
}

impl Model {
    fn drop_sender(&mut self) {
        self.sender_gone = true;
        if let Some(task) = self.receiver.take() {
            self.woken[task] += 1;
        }
    }

    fn drop_receiver(&mut self) {
        self.receiver_gone = true;
        if let Some(task) = self.sender.take().filter(|_| !self.sender_gone) {
            self.woken[task] += 1;
        }
    }
}

fn any_schedule() {
    let step = prop_oneof![
        3 => (0..3_usize).prop_map(Do::PollReceiver),
        3 => (0..3_usize).prop_map(Do::PollClosed),
        2 => Just(Do::TryRecv),
        1 => Just(Do::Send),
        1 => any::<bool>().prop_map(|by_a_panic| Do::DropSender { by_a_panic }),
        1 => any::<bool>().prop_map(|by_a_panic| Do::DropReceiver { by_a_panic }),
    ];
    property(1_000, &vec(step, 0..12), |steps| {
        let (tx, rx) = channel();
        let (mut tx, mut rx) = (Some(tx), Some(rx));
        let tasks = [waker(), waker(), waker()];
        let mut model = Model::default();
        for step in steps {
            let own = tasks.each_ref().map(|(waker, _)| waker);
            take(step, &mut tx, &mut rx, &own, &mut model);
            let woken = tasks.each_ref().map(|(_, calls)| calls.count());
            assert_eq!(woken, model.woken, "how often tasks 0, 1 and 2 were woken");
        }
    });
}

fn take(
    step: Do,
    tx: &mut Option<Sender<&'static str>>,
    rx: &mut Option<Receiver<&'static str>>,
    tasks: &[&Waker; 3],
    model: &mut Model,
) {
    match step {
        Do::PollReceiver(task) => {
            // Once it has given its answer, it is not polled again.
            let Some(receiver) = rx.as_mut().filter(|_| !model.received) else { return };
            let expected = match (model.value, model.sender_gone) {
                (Some(value), _) => Poll::Ready(Ok(value)),
                (None, true) => Poll::Ready(Err(RecvError)),
                (None, false) => Poll::Pending,
            };
            assert_eq!(poll_unpin(receiver, tasks[task]), expected, "the receiver, polled");
            model.received = expected.is_ready();
            model.value = None;
            model.receiver = (!model.received).then_some(task);
        }
        Do::TryRecv => {
            let Some(receiver) = rx else { return };
            let expected = match (model.value, model.sender_gone || model.received) {
                (Some(value), _) => Ok(value),
                (None, true) => Err(TryRecvError::Closed),
                (None, false) => Err(TryRecvError::Empty),
            };
            assert_eq!(receiver.try_recv(), expected, "`try_recv`");
            model.received = expected != Err(TryRecvError::Empty);
            model.value = None;
        }
        Do::PollClosed(task) => {
            let Some(sender) = tx else { return };
            let expected = if model.receiver_gone { Poll::Ready(()) } else { Poll::Pending };
            assert_eq!(closed(sender, tasks[task]), expected, "`poll_closed`");
            assert_eq!(sender.is_closed(), model.receiver_gone, "`is_closed`");
            model.sender = (!model.receiver_gone).then_some(task);
        }
        Do::Send => {
            let Some(sender) = tx.take() else { return };
            let expected = if model.receiver_gone { Err("tea") } else { Ok(()) };
            assert_eq!(sender.send("tea"), expected, "`send`");
            model.value = (!model.receiver_gone).then_some("tea");
            model.drop_sender();
        }
        Do::DropSender { by_a_panic } => {
            if let Some(tx) = tx.take() {
                let goes: fn(_) = if by_a_panic { dropped_by_a_panic } else { drop };
                goes(tx);
                model.drop_sender();
            }
        }
        Do::DropReceiver { by_a_panic } => {
            if let Some(rx) = rx.take() {
                let goes: fn(_) = if by_a_panic { dropped_by_a_panic } else { drop };
                goes(rx);
                model.receiver = None;
                model.drop_receiver();
            }
        }
    }
}
