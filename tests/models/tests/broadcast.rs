//! A broadcast channel against the list of all that was ever sent, under random operations.
//!
//! Up to four receivers come, poll, try, give up and go, while a sender sends. The model keeps every
//! value and one number for each receiver. After each operation both must agree on what was
//! returned, on the lengths, on how often each receiver was woken, and on *which values are still
//! alive*: a value too many is a leak, and one too few was dropped before its last receiver.
//!
//! Can it fail? Each of these, put into `sync/broadcast/` by hand, was found: a lagging cursor moved
//! one too far; a receiver that leaves one of its values behind, or takes once more what it has
//! taken; an empty slot that is not removed; no wake by a send.

#[path = "../../common/mod.rs"]
mod common;

use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::Poll;

use common::CountingWaker;
use kettle::sync::broadcast::error::{RecvError, TryRecvError};
use kettle::sync::broadcast::{Receiver, Sender};
use proptest::collection::vec;
use proptest::prelude::*;

/// So many receivers at most.
const RECEIVERS: usize = 4;

#[derive(Clone, Debug)]
enum Op {
    Send,
    /// The receiver polls its `recv`, a new one if it has none.
    Poll(usize),
    /// A `recv` that is polled once and dropped.
    PollOnce(usize),
    TryRecv(usize),
    Subscribe(usize),
    /// A receiver that is made of another.
    Resubscribe(usize, usize),
    Drop(usize),
    DropSender,
}

fn op() -> impl Strategy<Value = Op> {
    let one = || 0..RECEIVERS;
    prop_oneof![
        12 => Just(Op::Send),
        8 => one().prop_map(Op::Poll),
        3 => one().prop_map(Op::PollOnce),
        8 => one().prop_map(Op::TryRecv),
        4 => one().prop_map(Op::Subscribe),
        2 => (one(), one()).prop_map(|(from, to)| Op::Resubscribe(from, to)),
        3 => one().prop_map(Op::Drop),
        1 => Just(Op::DropSender),
    ]
}

/// What the channel should do, without any cleverness.
struct Model {
    /// What it keeps at most.
    capacity: usize,
    /// How many values were ever sent; they are numbered.
    sent: usize,
    sender: bool,
    receivers: [Option<Cursor>; RECEIVERS],
    wakes: [usize; RECEIVERS],
}

#[derive(Clone, Copy)]
struct Cursor {
    next: usize,
    waits: bool,
}

impl Model {
    fn oldest(&self) -> usize {
        self.sent.saturating_sub(self.capacity)
    }

    fn is_alive(&self, number: usize) -> bool {
        let wanted = |cursor: &Cursor| cursor.next <= number;
        number >= self.oldest() && self.receivers.iter().flatten().any(wanted)
    }

    fn wake_all(&mut self) {
        for (cursor, wakes) in self.receivers.iter_mut().zip(&mut self.wakes) {
            if cursor.as_mut().is_some_and(|cursor| std::mem::take(&mut cursor.waits)) {
                *wakes += 1;
            }
        }
    }

    fn receive(&mut self, receiver: usize) -> Result<usize, TryRecvError> {
        let (oldest, sent, open) = (self.oldest(), self.sent, self.sender);
        let Some(cursor) = &mut self.receivers[receiver] else { unreachable!() };
        if cursor.next < oldest {
            let missed = oldest - std::mem::replace(&mut cursor.next, oldest);
            return Err(TryRecvError::Lagged(missed as u64));
        }
        if cursor.next == sent {
            return Err(if open { TryRecvError::Empty } else { TryRecvError::Closed });
        }
        cursor.next += 1;
        Ok(cursor.next - 1)
    }
}

type Value = (usize, Rc<()>);
type Receiving = Pin<Box<dyn Future<Output = (Result<Value, RecvError>, Receiver<Value>)>>>;

enum Rx {
    Idle(Receiver<Value>),
    Waits(Receiving),
}

struct Real {
    sender: Option<Sender<Value>>,
    receivers: [Option<Rx>; RECEIVERS],
    wakers: [CountingWaker; RECEIVERS],
    /// Each value that was ever sent.
    values: Vec<Weak<()>>,
}

impl Real {
    /// The receiver, if it is not in a future.
    fn idle(&mut self, receiver: usize) -> Option<&mut Receiver<Value>> {
        match &mut self.receivers[receiver] {
            Some(Rx::Idle(rx)) => Some(rx),
            _ => None,
        }
    }
}

/// Does the same to both, and compares what comes back.
fn apply(op: &Op, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    match *op {
        Op::Send => send(model, real)?,
        Op::Poll(receiver) => poll(receiver, model, real)?,
        Op::PollOnce(receiver) => {
            let waker = CountingWaker::new();
            let Some(rx) = real.idle(receiver) else { return Ok(()) };
            let got = waker.poll(&mut Box::pin(rx.recv()));
            compare_received(got, model.receive(receiver))?;
        }
        Op::TryRecv(receiver) => {
            let Some(rx) = real.idle(receiver) else { return Ok(()) };
            let got = rx.try_recv().map(|(number, _)| number);
            prop_assert_eq!(got, model.receive(receiver));
        }
        Op::Subscribe(receiver) => {
            let Some(tx) = &real.sender else { return Ok(()) };
            let rx = tx.subscribe();
            comes(receiver, rx, model, real);
        }
        Op::Resubscribe(from, to) => {
            let Some(rx) = real.idle(from) else { return Ok(()) };
            let rx = rx.resubscribe();
            comes(to, rx, model, real);
        }
        Op::Drop(receiver) => {
            real.receivers[receiver] = None;
            model.receivers[receiver] = None;
        }
        Op::DropSender => {
            if real.sender.take().is_some() {
                model.sender = false;
                model.wake_all();
            }
        }
    }
    Ok(())
}

/// A new receiver takes this place; the one that was there goes.
fn comes(receiver: usize, rx: Receiver<Value>, model: &mut Model, real: &mut Real) {
    real.receivers[receiver] = Some(Rx::Idle(rx));
    model.receivers[receiver] = Some(Cursor { next: model.sent, waits: false });
}

fn send(model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    let Some(tx) = &real.sender else { return Ok(()) };
    let alive = Rc::new(());
    let weak = Rc::downgrade(&alive);
    let receivers = model.receivers.iter().flatten().count();
    match tx.send((model.sent, alive)) {
        Ok(count) => {
            prop_assert!(receivers > 0);
            prop_assert_eq!(count, receivers);
            model.sent += 1;
            model.wake_all();
            real.values.push(weak);
        }
        Err(error) => {
            prop_assert_eq!((error.0.0, receivers), (model.sent, 0));
        }
    }
    Ok(())
}

fn poll(receiver: usize, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    let Some(rx) = real.receivers[receiver].take() else { return Ok(()) };
    let mut receiving = match rx {
        Rx::Idle(mut rx) => Box::pin(async move { (rx.recv().await, rx) }),
        Rx::Waits(receiving) => receiving,
    };
    let polled = real.wakers[receiver].poll(&mut receiving);
    let expected = model.receive(receiver);
    if let Some(cursor) = &mut model.receivers[receiver] {
        cursor.waits = expected == Err(TryRecvError::Empty);
    }
    let got = match polled {
        Poll::Pending => {
            real.receivers[receiver] = Some(Rx::Waits(receiving));
            Poll::Pending
        }
        Poll::Ready((got, rx)) => {
            real.receivers[receiver] = Some(Rx::Idle(rx));
            Poll::Ready(got)
        }
    };
    compare_received(got, expected)
}

#[allow(clippy::needless_pass_by_value)] // so that a value that was received goes at once
fn compare_received(
    got: Poll<Result<Value, RecvError>>,
    expected: Result<usize, TryRecvError>,
) -> Result<(), TestCaseError> {
    let got = match got {
        Poll::Pending => Err(TryRecvError::Empty),
        Poll::Ready(Ok((number, _))) => Ok(number),
        Poll::Ready(Err(RecvError::Closed)) => Err(TryRecvError::Closed),
        Poll::Ready(Err(RecvError::Lagged(missed))) => Err(TryRecvError::Lagged(missed)),
    };
    prop_assert_eq!(got, expected);
    Ok(())
}

fn compare(model: &Model, real: &Real) -> Result<(), TestCaseError> {
    let wakes: Vec<_> = real.wakers.iter().map(CountingWaker::wakes).collect();
    prop_assert_eq!(wakes, model.wakes.to_vec(), "wakes of the receivers");
    for (number, value) in real.values.iter().enumerate() {
        let alive = value.strong_count() > 0;
        prop_assert_eq!(alive, model.is_alive(number), "value {}", number);
    }
    let alive = (0..model.sent).filter(|number| model.is_alive(*number)).count();
    let receivers = model.receivers.iter().flatten().count();
    if let Some(tx) = &real.sender {
        prop_assert_eq!((tx.len(), tx.is_empty()), (alive, alive == 0));
        prop_assert_eq!(tx.receiver_count(), receivers);
    }
    for (real, model_of) in real.receivers.iter().zip(&model.receivers) {
        if let (Some(Rx::Idle(rx)), Some(cursor)) = (real, model_of) {
            prop_assert_eq!(rx.len(), model.sent - cursor.next);
            prop_assert_eq!(rx.is_closed(), !model.sender);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_channel_keeps_what_some_receiver_has_still_to_take(
        capacity in 1..6usize,
        ops in vec(op(), 1..100),
    ) {
        let mut model = Model {
            capacity: capacity.next_power_of_two(),
            sent: 0,
            sender: true,
            receivers: [None; RECEIVERS],
            wakes: [0; RECEIVERS],
        };
        let mut real = Real {
            sender: Some(Sender::new(capacity)),
            receivers: std::array::from_fn(|_| None),
            wakers: std::array::from_fn(|_| CountingWaker::new()),
            values: Vec::new(),
        };
        for op in &ops {
            apply(op, &mut model, &mut real)?;
            compare(&model, &real)?;
        }
        let values = std::mem::take(&mut real.values);
        drop(real);
        prop_assert!(values.iter().all(|value| value.strong_count() == 0), "every value is dropped");
    }
}
