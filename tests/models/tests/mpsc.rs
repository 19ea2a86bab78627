//! A bounded channel against a queue and a list, under random operations.
//!
//! Four tasks send, poll their sends and give them up; permits are taken, used and dropped; the
//! receiver polls, closes and goes; the last handle goes. After each operation the channel and the
//! model must agree on what was returned, on length and capacity, and on how often everybody was
//! woken: no wake-up too few, and none too many. At the end every value was received, handed back
//! or dropped exactly once.
//!
//! Can it fail? Each of these, put into `sync/` by hand, was found within 40 cases: a freed permit
//! added to `room` past the line; a leaving waiter's gift lost; a waiter unlinked without moving the
//! line's end, or a link backwards (a line that does not end); gifts not taken back by `close`; no
//! wake for a value, for the last sender, for the last permit of a closed channel, or by `close`.

#[path = "../../common/mod.rs"]
mod common;

use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use common::CountingWaker;
use kettle::sync::mpsc::error::{SendError, TryRecvError, TrySendError};
use kettle::sync::mpsc::{self, OwnedPermit, Receiver, Sender};
use proptest::collection::vec;
use proptest::prelude::*;

/// So many tasks send.
const TASKS: usize = 4;

#[derive(Clone, Debug)]
enum Op {
    /// The task polls its send, a new one if it has none.
    Send(usize),
    GiveUp(usize),
    TrySend,
    TakePermit,
    UsePermit,
    DropPermit,
    Recv,
    TryRecv,
    RecvMany(usize),
    Close,
    DropReceiver,
    DropHandle,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        12 => (0..TASKS).prop_map(Op::Send),
        4 => (0..TASKS).prop_map(Op::GiveUp),
        3 => Just(Op::TrySend),
        3 => Just(Op::TakePermit),
        3 => Just(Op::UsePermit),
        2 => Just(Op::DropPermit),
        8 => Just(Op::Recv),
        3 => Just(Op::TryRecv),
        2 => (0..4usize).prop_map(Op::RecvMany),
        1 => Just(Op::Close),
        1 => Just(Op::DropReceiver),
        1 => Just(Op::DropHandle),
    ]
}

/// Where a send stands.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Stand {
    InLine,
    Given,
    /// It was in line, or given room, when the channel was closed.
    SentHome,
}

/// What the channel should do, without any cleverness.
#[allow(clippy::struct_excessive_bools)] // each says one thing
struct Model {
    capacity: usize,
    queue: VecDeque<u32>,
    room: usize,
    line: VecDeque<usize>,
    sends: [Option<(u32, Stand)>; TASKS],
    permits: usize,
    handle: bool,
    closed: bool,
    gone: bool,
    receiver_waits: bool,
    receiver_wakes: usize,
    wakes: [usize; TASKS],
}

impl Model {
    fn new(capacity: usize) -> Model {
        Model {
            capacity,
            queue: VecDeque::new(),
            room: capacity,
            line: VecDeque::new(),
            sends: [None; TASKS],
            permits: 0,
            handle: true,
            closed: false,
            gone: false,
            receiver_waits: false,
            receiver_wakes: 0,
            wakes: [0; TASKS],
        }
    }

    fn senders(&self) -> usize {
        usize::from(self.handle) + self.sends.iter().flatten().count() + self.permits
    }

    fn is_over(&self) -> bool {
        self.queue.is_empty()
            && (self.senders() == 0 || (self.closed && self.room == self.capacity))
    }

    fn wake_receiver(&mut self) {
        if std::mem::take(&mut self.receiver_waits) {
            self.receiver_wakes += 1;
        }
    }

    /// To be called whenever a sender, or a permit of a closed channel, has gone.
    fn wake_receiver_at_the_end(&mut self) {
        if self.is_over() {
            self.wake_receiver();
        }
    }

    fn push(&mut self, value: u32) {
        if self.gone {
            self.room += 1;
        } else {
            self.queue.push_back(value);
            self.wake_receiver();
        }
    }

    fn free_up(&mut self) {
        match self.line.pop_front() {
            Some(task) => {
                self.sends[task] = self.sends[task].map(|(value, _)| (value, Stand::Given));
                self.wakes[task] += 1;
            }
            None => self.room += 1,
        }
    }

    /// The task polls its send of `value`. `None`: pending.
    fn send(&mut self, task: usize, value: u32) -> Option<bool> {
        let stand = self.sends[task].map(|(_, stand)| stand);
        let sent = match stand {
            _ if self.closed => false,
            None if self.room > 0 => {
                self.room -= 1;
                true
            }
            None => {
                self.sends[task] = Some((value, Stand::InLine));
                self.line.push_back(task);
                return None;
            }
            Some(Stand::Given) => true,
            Some(_) => return None,
        };
        if sent {
            // The sender is counted until its future is dropped, after the push.
            self.push(value);
        }
        self.sends[task] = None;
        self.wake_receiver_at_the_end();
        Some(sent)
    }

    fn give_up(&mut self, task: usize) {
        match self.sends[task] {
            Some((_, Stand::InLine)) => self.line.retain(|other| *other != task),
            Some((_, Stand::Given)) => self.free_up(),
            _ => {}
        }
        self.sends[task] = None;
        self.wake_receiver_at_the_end();
    }

    fn receive(&mut self) -> Option<u32> {
        let value = self.queue.pop_front()?;
        self.free_up();
        Some(value)
    }

    fn close(&mut self) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        self.line.clear();
        for (task, send) in self.sends.iter_mut().enumerate() {
            let Some((_, stand)) = send else { continue };
            match *stand {
                Stand::InLine => self.wakes[task] += 1,
                Stand::Given => self.room += 1,
                Stand::SentHome => {}
            }
            *stand = Stand::SentHome;
        }
        self.wake_receiver_at_the_end();
    }
}

type Value = (u32, Rc<()>);
type Sending = Pin<Box<dyn Future<Output = Result<(), SendError<Value>>>>>;

/// The channel, and what the tasks hold of it.
struct Real {
    tx: Option<Sender<Value>>,
    rx: Option<Receiver<Value>>,
    sends: [Option<Sending>; TASKS],
    permits: Vec<OwnedPermit<Value>>,
    wakers: [CountingWaker; TASKS],
    receiver: CountingWaker,
    /// Each value has a clone: what is left at the end was lost.
    alive: Rc<()>,
    next: u32,
}

impl Real {
    fn new(capacity: usize) -> Real {
        let (tx, rx) = mpsc::channel(capacity);
        Real {
            tx: Some(tx),
            rx: Some(rx),
            sends: std::array::from_fn(|_| None),
            permits: Vec::new(),
            wakers: std::array::from_fn(|_| CountingWaker::new()),
            receiver: CountingWaker::new(),
            alive: Rc::new(()),
            next: 0,
        }
    }

    fn value(&mut self) -> Value {
        self.next += 1;
        (self.next, self.alive.clone())
    }
}

fn number(value: &Value) -> u32 {
    value.0
}

/// Does the same to both, and compares what comes back.
fn apply(op: &Op, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    match *op {
        Op::Send(task) => send(task, model, real)?,
        Op::GiveUp(task) => {
            if real.sends[task].take().is_some() {
                model.give_up(task);
            }
        }
        Op::TrySend => try_send(model, real)?,
        Op::TakePermit | Op::UsePermit | Op::DropPermit => permit(op, model, real)?,
        Op::Recv | Op::TryRecv | Op::RecvMany(_) => receive(op, model, real)?,
        Op::Close => {
            if let Some(rx) = &mut real.rx {
                rx.close();
                model.close();
            }
        }
        Op::DropReceiver => {
            if real.rx.take().is_some() {
                model.receiver_waits = false;
                model.close();
                model.gone = true;
                model.room += model.queue.len();
                model.queue.clear();
            }
        }
        Op::DropHandle => {
            if real.tx.take().is_some() {
                model.handle = false;
                model.wake_receiver_at_the_end();
            }
        }
    }
    Ok(())
}

fn send(task: usize, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    if real.sends[task].is_none() {
        let Some(tx) = real.tx.clone() else { return Ok(()) };
        let value = real.value();
        real.sends[task] = Some(Box::pin(async move { tx.send(value).await }));
    }
    let Some(sending) = &mut real.sends[task] else { return Ok(()) };
    let polled = real.wakers[task].poll(sending);
    let value = model.sends[task].map_or(real.next, |(value, _)| value);
    let expected = model.send(task, value);
    match polled {
        Poll::Pending => prop_assert_eq!(expected, None),
        Poll::Ready(result) => {
            prop_assert_eq!(expected, Some(result.is_ok()));
            if let Err(SendError(back)) = result {
                prop_assert_eq!(number(&back), value);
            }
            real.sends[task] = None;
        }
    }
    Ok(())
}

fn try_send(model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    let value = real.value();
    let Some(tx) = &real.tx else { return Ok(()) };
    match tx.try_send(value) {
        Ok(()) => {
            prop_assert!(!model.closed && model.room > 0);
            model.room -= 1;
            model.push(real.next);
        }
        Err(TrySendError::Full(_)) => prop_assert!(!model.closed && model.room == 0),
        Err(TrySendError::Closed(_)) => prop_assert!(model.closed),
    }
    Ok(())
}

fn permit(op: &Op, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    if matches!(op, Op::TakePermit) {
        let Some(tx) = real.tx.clone() else { return Ok(()) };
        let expected = !model.closed && model.room > 0;
        let permit = tx.try_reserve_owned();
        prop_assert_eq!(permit.is_ok(), expected);
        if let Ok(permit) = permit {
            real.permits.push(permit);
            (model.room, model.permits) = (model.room - 1, model.permits + 1);
        }
        return Ok(());
    }
    let Some(permit) = real.permits.pop() else { return Ok(()) };
    if matches!(op, Op::UsePermit) {
        let value = real.value();
        drop(permit.send(value));
        model.push(real.next);
    } else {
        drop(permit);
        model.free_up();
    }
    if model.closed {
        model.wake_receiver_at_the_end();
    }
    model.permits -= 1;
    model.wake_receiver_at_the_end();
    Ok(())
}

fn receive(op: &Op, model: &mut Model, real: &mut Real) -> Result<(), TestCaseError> {
    let Some(rx) = &mut real.rx else { return Ok(()) };
    match *op {
        Op::TryRecv => {
            let over = model.is_over();
            let nothing = if over { TryRecvError::Disconnected } else { TryRecvError::Empty };
            let expected = model.receive().ok_or(nothing);
            let received = rx.try_recv().map(|value| number(&value));
            prop_assert_eq!(received, expected);
        }
        Op::RecvMany(limit) => {
            let mut buffer = Vec::new();
            let mut recv =
                Box::pin(std::future::poll_fn(|cx| rx.poll_recv_many(cx, &mut buffer, limit)));
            let polled = real.receiver.poll(&mut recv);
            drop(recv);
            let over = model.is_over();
            let expected: Vec<_> = (0..limit).map_while(|_| model.receive()).collect();
            prop_assert_eq!(buffer.iter().map(number).collect::<Vec<_>>(), &expected[..]);
            let waits = expected.is_empty() && limit > 0 && !over;
            model.receiver_waits |= waits;
            prop_assert_eq!(
                polled,
                if waits { Poll::Pending } else { Poll::Ready(expected.len()) }
            );
        }
        _ => {
            let mut recv = Box::pin(std::future::poll_fn(|cx| rx.poll_recv(cx)));
            let polled = real.receiver.poll(&mut recv).map(|value| value.as_ref().map(number));
            let expected = match model.receive() {
                Some(value) => Poll::Ready(Some(value)),
                None if model.is_over() => Poll::Ready(None),
                None => Poll::Pending,
            };
            model.receiver_waits = expected.is_pending();
            prop_assert_eq!(polled, expected);
        }
    }
    Ok(())
}

fn compare(model: &Model, real: &Real) -> Result<(), TestCaseError> {
    let wakes: Vec<_> = real.wakers.iter().map(CountingWaker::wakes).collect();
    prop_assert_eq!(wakes, model.wakes.to_vec(), "wakes of the senders");
    prop_assert_eq!(real.receiver.wakes(), model.receiver_wakes, "wakes of the receiver");
    if let Some(tx) = &real.tx {
        prop_assert_eq!(tx.capacity(), model.room);
        prop_assert_eq!(tx.is_closed(), model.closed);
        prop_assert_eq!(tx.strong_count(), model.senders());
    }
    if let Some(rx) = &real.rx {
        prop_assert_eq!(rx.len(), model.queue.len());
        prop_assert_eq!(rx.capacity(), model.room);
        prop_assert_eq!(rx.is_closed(), model.closed || model.senders() == 0);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_channel_is_a_queue_and_a_line(capacity in 1..4usize, ops in vec(op(), 1..80)) {
        let (mut model, mut real) = (Model::new(capacity), Real::new(capacity));
        for op in &ops {
            apply(op, &mut model, &mut real)?;
            compare(&model, &real)?;
        }
        let alive = real.alive.clone();
        drop(real);
        prop_assert_eq!(Rc::strong_count(&alive), 1, "every value is dropped");
    }
}
