//! `Notify` and `Barrier`.

use std::sync::Arc;

use super::rt::sync::{Barrier, Notify};
use super::table::{Outcome, Table, orders};

pub(crate) fn notify(bytes: &[u8]) -> Vec<String> {
    let notify = Arc::new(Notify::new());
    let mut table = Table::<()>::new();
    for order in orders(bytes) {
        let task = order.task;
        let outcome = match order.what {
            0..=5 => table.poll(task, || {
                let notified = notify.clone().notified_owned();
                async move {
                    notified.await;
                    (0, None)
                }
            }),
            6..=8 => table.give_up(task),
            9..=11 => {
                notify.notify_one();
                0
            }
            12 | 13 => {
                notify.notify_last();
                0
            }
            _ => {
                notify.notify_waiters();
                0
            }
        };
        table.tell(order, outcome, ());
    }
    table.lines()
}

pub(crate) fn barrier(bytes: &[u8]) -> Vec<String> {
    let many = bytes.first().map_or(2, |byte| usize::from(byte % 5));
    let barrier = Arc::new(Barrier::new(many));
    let mut table = Table::<()>::new();
    for order in orders(bytes) {
        let outcome = match order.what {
            0..=12 => table.poll(order.task, || {
                let barrier = barrier.clone();
                async move { (Outcome::from(barrier.wait().await.is_leader()), None) }
            }),
            _ => table.give_up(order.task),
        };
        table.tell(order, outcome, ());
    }
    table.lines()
}
