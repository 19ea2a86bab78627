//! `mpsc`, `oneshot`, `watch`, `broadcast`.

use super::rt::sync::mpsc::OwnedPermit;
use super::rt::sync::{broadcast, mpsc, oneshot, watch};
use super::table::{FAILED, NOTHING, Outcome, Table, count, number, orders};

/// The receiver's place at the table; the others send.
const RECEIVER: usize = 3;
/// Said instead of a value: the channel has ended.
const ENDED: Outcome = -4;

fn lagged(missed: u64) -> Outcome {
    1_000 + Outcome::try_from(missed).expect("not that many")
}

pub(crate) fn bounded(bytes: &[u8]) -> Vec<String> {
    let capacity = bytes.first().map_or(1, |byte| 1 + usize::from(byte % 3));
    let (sender, receiver) = mpsc::channel(capacity);
    let (mut sender, mut receiver) = (Some(sender), Some(receiver));
    let mut table = Table::<OwnedPermit<Outcome>>::new();
    let mut value = 0;
    for order in orders(bytes) {
        let task = order.task;
        value += 1;
        let outcome = match (order.what, &sender, &mut receiver) {
            (0..=3, Some(sender), _) if task != RECEIVER => table.poll(task, || {
                let sender = sender.clone();
                async move { (number(sender.send(value).await, |()| 0), None) }
            }),
            (4, Some(sender), _) if task != RECEIVER => table.poll(task, || {
                let reserving = sender.clone().reserve_owned();
                async move { reserving.await.map_or((FAILED, None), |permit| (0, Some(permit))) }
            }),
            (5, ..) => table.kept[task].pop().map_or(NOTHING, |permit| {
                drop(permit.send(value));
                0
            }),
            (6, ..) => table.let_go(task),
            (7, ..) => table.give_up(task),
            (8, Some(sender), _) => number(sender.try_send(value), |()| 0),
            (9 | 10, _, Some(receiver)) => received(&mut table, receiver),
            (11, _, Some(receiver)) => number(receiver.try_recv(), |value| value),
            (12, _, Some(receiver)) => {
                let mut all = Vec::new();
                let many = usize::from(order.many);
                let sum = |got: usize, all: &[Outcome]| {
                    count(got) * 1_000_000 + all.iter().sum::<Outcome>()
                };
                table.poll_with(RECEIVER, |cx| {
                    receiver.poll_recv_many(cx, &mut all, many).map(|got| sum(got, &all))
                })
            }
            (13, _, Some(receiver)) if order.many == 3 => {
                receiver.close();
                let through = table.poll_again();
                through * 1_000_000 + received(&mut table, receiver)
            }
            (14, ..) if order.many == 3 && task == 1 => {
                sender = None;
                0
            }
            (15, ..) if order.many == 3 && task == 1 => {
                receiver = None;
                table.poll_again()
            }
            _ => NOTHING,
        };
        // tokio: what is sent by a permit that outlives the receiver takes its room for ever.
        let room = |it: &mpsc::Sender<Outcome>| receiver.as_ref().map(|_| it.capacity());
        let shows = sender.as_ref().map(|it| (room(it), it.is_closed(), it.strong_count()));
        let len = receiver.as_ref().map(|it| (it.len(), it.is_empty(), it.is_closed()));
        table.tell(order, outcome, (shows, len));
    }
    table.lines()
}

/// What the receiver gets. After its own `close` it polls, too: kettle wakes it then, tokio
/// doesn't.
fn received(
    table: &mut Table<OwnedPermit<Outcome>>,
    receiver: &mut mpsc::Receiver<Outcome>,
) -> Outcome {
    table.poll_with(RECEIVER, |cx| receiver.poll_recv(cx).map(|it| it.unwrap_or(ENDED)))
}

pub(crate) fn unbounded(bytes: &[u8]) -> Vec<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let (mut receiver, mut value) = (Some(receiver), 0);
    let mut senders = vec![sender];
    let mut weak = Vec::new();
    let table = &mut Table::<()>::new();
    for order in orders(bytes) {
        value += 1;
        let outcome = match (order.what, senders.last(), &mut receiver) {
            (0..=4, Some(sender), _) => number(sender.send(value), |()| 0),
            (5, Some(sender), _) => {
                senders.push(sender.clone());
                0
            }
            (6, Some(sender), _) => {
                weak.push(sender.downgrade());
                0
            }
            (7, ..) => {
                let upgraded = weak.pop().and_then(|weak| weak.upgrade());
                let outcome = Outcome::from(upgraded.is_some());
                senders.extend(upgraded);
                outcome
            }
            (8, ..) if senders.len() > 1 || order.many == 3 => senders.pop().map_or(NOTHING, |_| 0),
            (9..=12, _, Some(receiver)) => {
                table.poll_with(RECEIVER, |cx| receiver.poll_recv(cx).map(|it| it.unwrap_or(ENDED)))
            }
            (13, _, Some(receiver)) => number(receiver.try_recv(), |value| value),
            (14, _, Some(receiver)) if order.many == 3 => {
                receiver.close();
                table.poll_with(RECEIVER, |cx| receiver.poll_recv(cx).map(|it| it.unwrap_or(ENDED)))
            }
            (15, ..) if order.many == 3 && order.task == 1 => {
                receiver = None;
                0
            }
            _ => NOTHING,
        };
        let shows = senders.last().map(|it| (it.is_closed(), it.strong_count(), it.weak_count()));
        table.tell(order, outcome, (shows, receiver.as_ref().map(mpsc::UnboundedReceiver::len)));
    }
    std::mem::replace(table, Table::new()).lines()
}

pub(crate) fn oneshot(bytes: &[u8]) -> Vec<String> {
    let new = || {
        let (sender, receiver) = oneshot::channel::<Outcome>();
        (Some(sender), Some(Box::pin(receiver)))
    };
    let (mut sender, mut receiver) = new();
    let table = &mut Table::<()>::new();
    // Polled once more after it was ready, a receiver panics.
    let mut over = false;
    for order in orders(bytes) {
        let outcome = match (order.what, &mut sender, &mut receiver) {
            (0..=2, _, Some(receiver)) if !over => table.poll_with(order.task, |cx| {
                receiver.as_mut().poll(cx).map(|got| {
                    over = true;
                    number(got, |value| value)
                })
            }),
            (3 | 4, it, _) => it
                .take()
                .map_or(NOTHING, |sender| number(sender.send(Outcome::from(order.many)), |()| 0)),
            (5, it, _) => it.take().map_or(NOTHING, |_| 0),
            (6, _, it) => it.take().map_or(NOTHING, |_| 0),
            (7, _, Some(receiver)) => {
                receiver.close();
                0
            }
            (8, _, Some(receiver)) if !over => match receiver.try_recv() {
                Err(oneshot::error::TryRecvError::Empty) => WAITING,
                told => {
                    over = true;
                    number(told, |value| value)
                }
            },
            (9..=11, Some(sender), _) => {
                table.poll_with(order.task, |cx| sender.poll_closed(cx).map(|()| 0))
            }
            (14 | 15, ..) => {
                (sender, receiver) = new();
                over = false;
                0
            }
            _ => NOTHING,
        };
        let closed = sender.as_ref().map(oneshot::Sender::is_closed);
        table.tell(order, outcome, closed);
    }
    std::mem::replace(table, Table::new()).lines()
}

/// Nothing was sent yet.
const WAITING: Outcome = -5;

pub(crate) fn watch(bytes: &[u8]) -> Vec<String> {
    let (sender, receiver) = watch::channel(0);
    let mut sender = Some(sender);
    let mut table = Table::<watch::Receiver<Outcome>>::new();
    table.kept[0].push(receiver);
    let mut value = 0;
    for order in orders(bytes) {
        let task = order.task;
        value += 1;
        let outcome = match (order.what, &sender) {
            (0..=4, _) => table.poll_kept(task, |mut receiver| async move {
                let outcome = if order.many == 3 {
                    let waited = receiver.wait_for(|it| *it >= value + 2).await;
                    number(waited.map(|it| *it), |value| value)
                } else {
                    number(receiver.changed().await, |()| 0)
                };
                (outcome, Some(receiver))
            }),
            (5, _) => table.give_up(task),
            (6, _) => table.let_go(task),
            (7 | 8, Some(sender)) => number(sender.send(value), |()| 0),
            (9, Some(sender)) => sender.send_replace(value),
            (10, Some(sender)) => Outcome::from(sender.send_if_modified(|it| {
                *it += Outcome::from(order.many);
                order.many > 1
            })),
            (11, Some(sender)) => {
                table.kept[task].push(sender.subscribe());
                0
            }
            (12, _) => table.with_kept(task, |receiver| {
                let changed = receiver.has_changed().map_or(FAILED, Outcome::from);
                let seen = *receiver.borrow_and_update();
                changed * 1_000_000 + seen
            }),
            (13, _) => table.with_kept(task, |receiver| {
                receiver.mark_changed();
                0
            }),
            (14, _) => table.pass_on(task, Clone::clone),
            (15, _) if order.many == 3 && task == 1 => {
                sender = None;
                0
            }
            _ => NOTHING,
        };
        let shows = sender.as_ref().map(|it| (it.receiver_count(), it.is_closed(), *it.borrow()));
        table.tell(order, outcome, shows);
    }
    table.lines()
}

pub(crate) fn broadcast(bytes: &[u8]) -> Vec<String> {
    let capacity = bytes.first().map_or(1, |byte| 1 + usize::from(byte % 4));
    let (sender, receiver) = broadcast::channel(capacity);
    let mut sender = Some(sender);
    let mut table = Table::<broadcast::Receiver<Outcome>>::new();
    table.kept[0].push(receiver);
    let mut value = 0;
    for order in orders(bytes) {
        let task = order.task;
        value += 1;
        let outcome = match (order.what, &sender) {
            (0..=5, _) => table.poll_kept(task, |mut receiver| async move {
                let outcome = match receiver.recv().await {
                    Ok(value) => value,
                    Err(broadcast::error::RecvError::Lagged(missed)) => lagged(missed),
                    Err(broadcast::error::RecvError::Closed) => ENDED,
                };
                (outcome, Some(receiver))
            }),
            (6, _) => table.give_up(task),
            (7, _) => table.let_go(task),
            (8..=10, Some(sender)) => number(sender.send(value), count),
            (11, Some(sender)) => {
                table.kept[task].push(sender.subscribe());
                0
            }
            (12 | 13, _) => table.with_kept(task, |receiver| match receiver.try_recv() {
                Ok(value) => value,
                Err(broadcast::error::TryRecvError::Lagged(missed)) => lagged(missed),
                Err(broadcast::error::TryRecvError::Empty) => WAITING,
                Err(broadcast::error::TryRecvError::Closed) => ENDED,
            }),
            (14, _) => table.pass_on(task, broadcast::Receiver::resubscribe),
            (15, _) if order.many == 3 && task == 1 => {
                sender = None;
                0
            }
            _ => NOTHING,
        };
        let lens: Vec<_> =
            table.kept.iter().flatten().map(|it| (it.len(), it.is_empty())).collect();
        let shows = sender.as_ref().map(|it| (it.receiver_count(), it.len(), it.is_empty()));
        table.tell(order, outcome, (shows, lens));
    }
    table.lines()
}
