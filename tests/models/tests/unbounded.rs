//! An unbounded channel against the plainest model of one: a queue. The receiver's batch must not
//! show, whatever is done in whatever order.

#[path = "../../common/mod.rs"]
mod common;

use std::collections::VecDeque;
use std::rc::Rc;
use std::task::Poll;

use common::CountingWaker;
use kettle::sync::mpsc::error::TryRecvError;
use kettle::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

#[derive(Clone, Copy, Debug)]
enum Op {
    Send,
    Recv,
    TryRecv,
    RecvMany(usize),
    Close,
    DropSender,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        12 => Just(Op::Send),
        6 => Just(Op::Recv),
        3 => Just(Op::TryRecv),
        3 => (0..5usize).prop_map(Op::RecvMany),
        1 => Just(Op::Close),
        1 => Just(Op::DropSender),
    ]
}

#[derive(Default)]
struct Model {
    queue: VecDeque<u32>,
    closed: bool,
    sender_gone: bool,
    receiver_waits: bool,
    wakes: usize,
}

impl Model {
    fn is_over(&self) -> bool {
        self.queue.is_empty() && (self.closed || self.sender_gone)
    }

    fn wake(&mut self) {
        self.wakes += usize::from(std::mem::take(&mut self.receiver_waits));
    }
}

type Value = (u32, Rc<()>);

struct Real {
    tx: Option<UnboundedSender<Value>>,
    rx: UnboundedReceiver<Value>,
    waker: CountingWaker,
    /// Each value has a clone: what is left at the end was lost.
    alive: Rc<()>,
    next: u32,
}

fn apply(op: Op, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    match op {
        Op::Send => {
            let Some(tx) = &real.tx else { return Ok(()) };
            real.next += 1;
            let sent = tx.send((real.next, real.alive.clone())).is_ok();
            prop_assert_eq!(sent, !model.closed);
            if sent {
                model.queue.push_back(real.next);
                model.wake();
            }
        }
        Op::Recv => {
            let mut recv = Box::pin(real.rx.recv());
            let polled = real.waker.poll(&mut recv).map(|value| value.map(|value| value.0));
            model.receiver_waits |= model.queue.is_empty() && !model.is_over();
            let expected = match model.queue.pop_front() {
                None if !model.is_over() => Poll::Pending,
                value => Poll::Ready(value),
            };
            prop_assert_eq!(polled, expected);
        }
        Op::TryRecv => {
            let over = model.is_over();
            let nothing = if over { TryRecvError::Disconnected } else { TryRecvError::Empty };
            let expected = model.queue.pop_front().ok_or(nothing);
            prop_assert_eq!(real.rx.try_recv().map(|value| value.0), expected);
        }
        Op::RecvMany(limit) => {
            let mut buffer = Vec::new();
            let mut recv = Box::pin(real.rx.recv_many(&mut buffer, limit));
            let polled = real.waker.poll(&mut recv);
            drop(recv);
            let waits = model.queue.is_empty() && limit > 0 && !model.is_over();
            model.receiver_waits |= waits;
            let count = model.queue.len().min(limit);
            let expected: Vec<_> = model.queue.drain(..count).collect();
            prop_assert_eq!(polled, if waits { Poll::Pending } else { Poll::Ready(count) });
            prop_assert_eq!(buffer.iter().map(|value| value.0).collect::<Vec<_>>(), expected);
        }
        Op::Close => {
            real.rx.close();
            let ends = !std::mem::replace(&mut model.closed, true) && model.queue.is_empty();
            if ends {
                model.wake();
            }
        }
        Op::DropSender => {
            if real.tx.take().is_some() {
                model.sender_gone = true;
                model.wake();
            }
        }
    }
    Ok(())
}

fn compare(model: &Model, real: &Real) -> Result<(), TestCaseError> {
    prop_assert_eq!(real.rx.len(), model.queue.len());
    prop_assert_eq!(real.rx.is_empty(), model.queue.is_empty());
    prop_assert_eq!(real.rx.is_closed(), model.closed || model.sender_gone);
    prop_assert_eq!(real.waker.wakes(), model.wakes);
    // Each value in the channel holds one, and so does the test.
    prop_assert_eq!(Rc::strong_count(&real.alive), 1 + model.queue.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn an_unbounded_channel_is_a_queue(ops in vec(op(), 1..80)) {
        let (tx, rx) = mpsc::unbounded_channel();
        let mut model = Model::default();
        let (waker, alive) = (CountingWaker::new(), Rc::new(()));
        let mut real = Real { tx: Some(tx), rx, waker, alive, next: 0 };
        for op in ops {
            apply(op, &mut model, &mut real)?;
            compare(&model, &real)?;
        }
        let alive = real.alive.clone();
        drop(real);
        prop_assert_eq!(Rc::strong_count(&alive), 1, "every value is dropped");
    }
}
