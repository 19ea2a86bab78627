//! A watched value against one flag for each receiver, under random operations.
//!
//! Receivers come, wait, look, mark and go, while two senders send. The channel compares versions;
//! the model has a flag "not seen" for each receiver, which every send sets. After each operation
//! both must agree on what was returned and on how often each task was woken.
//!
//! Can it fail? Each of these, put into `sync/watch/` by hand, was found: a `Ref` that says the
//! opposite; a clone that has seen less; no wake by the last sender, or by the last receiver; a
//! `changed` that reports the end before the last value; a `mark_changed` that marks as seen.

#[path = "../../common/mod.rs"]
mod common;

use std::pin::Pin;
use std::task::Poll;

use common::CountingWaker;
use kettle::sync::watch::error::RecvError;
use kettle::sync::watch::{Receiver, Sender};
use proptest::collection::vec;
use proptest::prelude::*;

/// So many receivers at most.
const RECEIVERS: usize = 4;

#[derive(Clone, Debug)]
enum Op {
    Send,
    /// Changes the value, and tells of it or not.
    Modify(bool),
    /// The receiver polls its `changed`, a new one if it has none.
    Poll(usize),
    /// A `changed` that is polled once and dropped.
    PollOnce(usize),
    Look(usize),
    LookAndUpdate(usize),
    Mark(usize, bool),
    Subscribe(usize),
    /// A clone of one receiver in the place of another.
    Clone(usize, usize),
    Drop(usize),
    /// The first sender polls its `closed`.
    PollClosed,
    DropSender,
}

fn op() -> impl Strategy<Value = Op> {
    let one = || 0..RECEIVERS;
    prop_oneof![
        10 => Just(Op::Send),
        3 => any::<bool>().prop_map(Op::Modify),
        10 => one().prop_map(Op::Poll),
        3 => one().prop_map(Op::PollOnce),
        3 => one().prop_map(Op::Look),
        4 => one().prop_map(Op::LookAndUpdate),
        3 => (one(), any::<bool>()).prop_map(|(receiver, changed)| Op::Mark(receiver, changed)),
        4 => one().prop_map(Op::Subscribe),
        3 => (one(), one()).prop_map(|(from, to)| Op::Clone(from, to)),
        3 => one().prop_map(Op::Drop),
        2 => Just(Op::PollClosed),
        1 => Just(Op::DropSender),
    ]
}

/// What the channel should do, without any cleverness.
struct Model {
    value: u32,
    senders: usize,
    receivers: [Option<Seen>; RECEIVERS],
    wakes: [usize; RECEIVERS],
    end_waits: bool,
    end_wakes: usize,
}

#[derive(Clone, Copy)]
struct Seen {
    unseen: bool,
    waits: bool,
}

impl Model {
    fn count(&self) -> usize {
        self.receivers.iter().flatten().count()
    }

    fn wake_all(&mut self) {
        for (seen, wakes) in self.receivers.iter_mut().zip(&mut self.wakes) {
            if seen.as_mut().is_some_and(|seen| std::mem::take(&mut seen.waits)) {
                *wakes += 1;
            }
        }
    }

    fn changed(&mut self) {
        self.receivers.iter_mut().flatten().for_each(|seen| seen.unseen = true);
        self.wake_all();
    }

    /// A receiver takes this place, or none does.
    fn put(&mut self, receiver: usize, seen: Option<Seen>) {
        let before = self.count();
        self.receivers[receiver] = seen;
        if before > 0 && self.count() == 0 && std::mem::take(&mut self.end_waits) {
            self.end_wakes += 1;
        }
    }

    fn poll(&mut self, receiver: usize) -> Poll<Result<(), ()>> {
        let Some(seen) = &mut self.receivers[receiver] else { unreachable!() };
        if std::mem::take(&mut seen.unseen) {
            Poll::Ready(Ok(()))
        } else if self.senders == 0 {
            Poll::Ready(Err(()))
        } else {
            Poll::Pending
        }
    }
}

type Changing = Pin<Box<dyn Future<Output = (Result<(), RecvError>, Receiver<u32>)>>>;

enum Rx {
    Idle(Receiver<u32>),
    Waits(Changing),
}

struct Real {
    senders: Vec<Sender<u32>>,
    receivers: [Option<Rx>; RECEIVERS],
    wakers: [CountingWaker; RECEIVERS],
    end: Option<Pin<Box<dyn Future<Output = ()>>>>,
    end_waker: CountingWaker,
}

impl Real {
    /// The receiver, if it is not in a future.
    fn idle(&mut self, receiver: usize) -> Option<&mut Receiver<u32>> {
        match &mut self.receivers[receiver] {
            Some(Rx::Idle(rx)) => Some(rx),
            _ => None,
        }
    }
}

/// Does the same to both, and compares what comes back.
fn apply(op: &Op, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    match *op {
        Op::Send | Op::Modify(_) => send(op, model, real)?,
        Op::Poll(receiver) => poll(receiver, model, real)?,
        Op::PollOnce(receiver) => {
            let Some(rx) = real.idle(receiver) else { return Ok(()) };
            let polled = CountingWaker::new().poll(&mut Box::pin(rx.changed()));
            prop_assert_eq!(polled.map(|changed| changed.map_err(drop)), model.poll(receiver));
        }
        Op::Look(receiver) | Op::LookAndUpdate(receiver) => look(op, receiver, model, real)?,
        Op::Mark(receiver, changed) => {
            let Some(rx) = real.idle(receiver) else { return Ok(()) };
            if changed {
                rx.mark_changed();
            } else {
                rx.mark_unchanged();
            }
            if let Some(seen) = &mut model.receivers[receiver] {
                seen.unseen = changed;
            }
        }
        Op::Subscribe(receiver) => {
            let Some(tx) = real.senders.first() else { return Ok(()) };
            let rx = tx.subscribe();
            // The new one is counted before the one in its place goes.
            real.receivers[receiver] = Some(Rx::Idle(rx));
            model.put(receiver, Some(Seen { unseen: false, waits: false }));
        }
        Op::Clone(from, to) => {
            let Some(rx) = real.idle(from) else { return Ok(()) };
            let rx = rx.clone();
            let seen = model.receivers[from].map(|seen| Seen { waits: false, ..seen });
            real.receivers[to] = Some(Rx::Idle(rx));
            model.put(to, seen);
        }
        Op::Drop(receiver) => {
            real.receivers[receiver] = None;
            model.put(receiver, None);
        }
        Op::PollClosed => {
            let Some(tx) = real.senders.first().cloned() else { return Ok(()) };
            let end = real.end.get_or_insert_with(|| {
                model.senders += 1;
                Box::pin(async move { tx.closed().await })
            });
            let polled = real.end_waker.poll(end);
            model.end_waits = model.count() > 0;
            prop_assert_eq!(polled.is_pending(), model.end_waits);
            if polled.is_ready() {
                real.end = None;
                model.senders -= 1;
            }
        }
        Op::DropSender => {
            if real.senders.pop().is_some() {
                model.senders -= 1;
                if model.senders == 0 {
                    model.wake_all();
                }
            }
        }
    }
    Ok(())
}

fn send(op: &Op, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    let Some(tx) = real.senders.last() else { return Ok(()) };
    let value = model.value + 1;
    let tells = if let Op::Modify(tells) = *op {
        model.value = value;
        let modify = |old: &mut u32| {
            *old = value;
            tells
        };
        prop_assert_eq!(tx.send_if_modified(modify), tells);
        tells
    } else {
        let sent = tx.send(value).is_ok();
        prop_assert_eq!(sent, model.count() > 0);
        model.value += u32::from(sent);
        sent
    };
    if tells {
        model.changed();
    }
    Ok(())
}

fn poll(receiver: usize, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    let Some(rx) = real.receivers[receiver].take() else { return Ok(()) };
    let mut changing: Changing = match rx {
        Rx::Idle(mut rx) => Box::pin(async move { (rx.changed().await, rx) }),
        Rx::Waits(changing) => changing,
    };
    let polled = real.wakers[receiver].poll(&mut changing);
    let expected = model.poll(receiver);
    if let Some(seen) = &mut model.receivers[receiver] {
        seen.waits = expected.is_pending();
    }
    match polled {
        Poll::Pending => {
            prop_assert!(expected.is_pending());
            real.receivers[receiver] = Some(Rx::Waits(changing));
        }
        Poll::Ready((changed, rx)) => {
            prop_assert_eq!(Poll::Ready(changed.map_err(drop)), expected);
            real.receivers[receiver] = Some(Rx::Idle(rx));
        }
    }
    Ok(())
}

fn look(op: &Op, receiver: usize, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    let Some(rx) = real.idle(receiver) else { return Ok(()) };
    let Some(seen) = &mut model.receivers[receiver] else { unreachable!() };
    let told = rx.has_changed().map_err(drop);
    prop_assert_eq!(told, if model.senders == 0 { Err(()) } else { Ok(seen.unseen) });
    let updates = matches!(op, Op::LookAndUpdate(_));
    let value = if updates { rx.borrow_and_update() } else { rx.borrow() };
    prop_assert_eq!((*value, value.has_changed()), (model.value, seen.unseen));
    seen.unseen &= !updates;
    Ok(())
}

fn compare(model: &Model, real: &Real) -> Result<(), TestCaseError> {
    let wakes: Vec<_> = real.wakers.iter().map(CountingWaker::wakes).collect();
    prop_assert_eq!(wakes, model.wakes.to_vec(), "wakes of the receivers");
    prop_assert_eq!(real.end_waker.wakes(), model.end_wakes, "wakes of the sender");
    if let Some(tx) = real.senders.first() {
        prop_assert_eq!((tx.receiver_count(), tx.sender_count()), (model.count(), model.senders));
        prop_assert_eq!((*tx.borrow(), tx.is_closed()), (model.value, model.count() == 0));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_version_is_a_flag_for_each_receiver(ops in vec(op(), 1..100)) {
        let mut model = Model {
            value: 0,
            senders: 2,
            receivers: [None; RECEIVERS],
            wakes: [0; RECEIVERS],
            end_waits: false,
            end_wakes: 0,
        };
        let first = Sender::new(0);
        let mut real = Real {
            senders: vec![first.clone(), first],
            receivers: std::array::from_fn(|_| None),
            wakers: std::array::from_fn(|_| CountingWaker::new()),
            end: None,
            end_waker: CountingWaker::new(),
        };
        for op in &ops {
            apply(op, &mut model, &mut real)?;
            compare(&model, &real)?;
        }
    }
}
