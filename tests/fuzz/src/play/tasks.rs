//! A `JoinSet` whose tasks end when they are told to, by a value, by a panic or by an abort.

use std::panic::resume_unwind;

use super::rt::runtime::Builder;
use super::rt::sync::oneshot;
use super::rt::task::coop::unconstrained;
use super::rt::task::{AbortHandle, JoinError, JoinSet, yield_now};
use super::table::{NOTHING, Outcome, Table, count, orders};

/// Said of tasks that have not ended with a value.
const PANICKED: Outcome = -10;
const CANCELLED: Outcome = -11;

pub(crate) fn join_set(bytes: &[u8]) -> Vec<String> {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(unconstrained(play(bytes)))
}

async fn play(bytes: &[u8]) -> Vec<String> {
    let mut set = JoinSet::new();
    let table = &mut Table::<()>::new();
    let mut gates: Vec<Option<oneshot::Sender<bool>>> = Vec::new();
    let mut handles: Vec<AbortHandle> = Vec::new();
    for order in orders(bytes) {
        let which = (order.task * 4 + usize::from(order.many)).min(gates.len().saturating_sub(1));
        let outcome = match order.what {
            0..=2 => {
                let (gate, told) = oneshot::channel();
                let number = count(gates.len());
                handles.push(set.spawn(async move {
                    if told.await == Ok(true) {
                        resume_unwind(Box::new("on purpose"));
                    }
                    number
                }));
                gates.push(Some(gate));
                number
            }
            // The latest come first: so old ones stay for the end.
            3..=5 => match newest(&mut gates, which) {
                Some(gate) => gate.send(order.what == 5).map_or(NOTHING, |()| 0),
                None => NOTHING,
            },
            6 => match handles.iter().rev().nth(which) {
                Some(handle) => {
                    handle.abort();
                    0
                }
                None => NOTHING,
            },
            7 | 8 => next(table, &mut set),
            9 => set.try_join_next().map_or(NOTHING, |it| outcome_of(Some(it))),
            10..=12 => {
                for _ in 0..3 {
                    yield_now().await;
                }
                0
            }
            13 if order.many == 3 => {
                set.abort_all();
                0
            }
            14 if order.many == 3 && order.task == 1 => {
                set.detach_all();
                // tokio leaves a task waiting that has polled an empty set before.
                next(table, &mut set)
            }
            15 if order.many == 3 && order.task == 1 => {
                set.shutdown().await;
                0
            }
            _ => handles.get(which).map_or(NOTHING, |it| Outcome::from(it.is_finished())),
        };
        table.tell(order, outcome, (set.len(), set.is_empty()));
    }
    std::mem::replace(table, Table::new()).lines()
}

/// One task has the set, and its newest waker counts.
fn next(table: &mut Table<()>, set: &mut JoinSet<Outcome>) -> Outcome {
    table.poll_with(0, |cx| set.poll_join_next(cx).map(outcome_of))
}

fn newest(
    gates: &mut [Option<oneshot::Sender<bool>>],
    which: usize,
) -> Option<oneshot::Sender<bool>> {
    gates.iter_mut().rev().filter(|gate| gate.is_some()).nth(which)?.take()
}

fn outcome_of(joined: Option<Result<Outcome, JoinError>>) -> Outcome {
    match joined {
        None => NOTHING,
        Some(Ok(number)) => number,
        Some(Err(error)) if error.is_panic() => PANICKED,
        Some(Err(_)) => CANCELLED,
    }
}
