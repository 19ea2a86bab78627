//! `Semaphore`, `Mutex`, `RwLock`, `OnceCell`.

use std::sync::Arc;

use super::rt::sync::{
    Mutex, Notify, OnceCell, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard,
    OwnedSemaphorePermit, RwLock, Semaphore,
};
use super::table::{FAILED, NOTHING, Outcome, Table, count, number, orders};

pub(crate) fn semaphore(bytes: &[u8]) -> Vec<String> {
    let permits = bytes.first().map_or(1, |byte| usize::from(byte % 5));
    let semaphore = Arc::new(Semaphore::new(permits));
    let mut table = Table::<OwnedSemaphorePermit>::new();
    for order in orders(bytes) {
        let (task, many) = (order.task, u32::from(order.many));
        let outcome = match order.what {
            0..=5 => table.poll(task, || {
                let acquire = semaphore.clone().acquire_many_owned(many + 1);
                async move {
                    acquire.await.map_or((FAILED, None), |permit| {
                        (count(permit.num_permits()), Some(permit))
                    })
                }
            }),
            6 | 7 => table.give_up(task),
            8..=10 => table.let_go(task),
            11 => table.kept[task].pop().map_or(NOTHING, |permit| {
                permit.forget();
                0
            }),
            12 => {
                semaphore.add_permits(many as usize);
                0
            }
            13 => count(semaphore.forget_permits(many as usize)),
            14 => {
                let part = match table.kept[task].last_mut() {
                    Some(permit) => permit.split(many as usize),
                    None => semaphore.clone().try_acquire_many_owned(many).ok(),
                };
                let outcome = Outcome::from(part.is_some());
                table.kept[task].extend(part);
                outcome
            }
            _ if many == 3 && task == 3 => {
                semaphore.close();
                table.poll_again()
            }
            _ => NOTHING,
        };
        table.tell(order, outcome, (semaphore.available_permits(), semaphore.is_closed()));
    }
    table.lines()
}

pub(crate) fn mutex(bytes: &[u8]) -> Vec<String> {
    let lock = Arc::new(Mutex::new(0));
    let mut table = Table::<OwnedMutexGuard<Outcome>>::new();
    for order in orders(bytes) {
        let task = order.task;
        let outcome = match order.what {
            0..=6 => table.poll(task, || {
                let locking = lock.clone().lock_owned();
                async move {
                    let mut guard = locking.await;
                    *guard += 1;
                    (*guard, Some(guard))
                }
            }),
            7..=9 => table.give_up(task),
            10..=13 => table.let_go(task),
            _ => number(lock.clone().try_lock_owned(), |guard| {
                let value = *guard;
                table.kept[task].push(guard);
                value
            }),
        };
        table.tell(order, outcome, lock.try_lock().is_ok());
    }
    table.lines()
}

pub(crate) enum Side {
    Read(OwnedRwLockReadGuard<Outcome>),
    Write(OwnedRwLockWriteGuard<Outcome>),
}

pub(crate) fn rwlock(bytes: &[u8]) -> Vec<String> {
    let readers = bytes.first().map_or(3, |byte| 1 + u32::from(byte % 4));
    let lock = Arc::new(RwLock::with_max_readers(0, readers));
    let mut table = Table::<Side>::new();
    for order in orders(bytes) {
        let task = order.task;
        let outcome = match order.what {
            0..=3 => table.poll(task, || {
                let reading = lock.clone().read_owned();
                async move {
                    let guard = reading.await;
                    (*guard, Some(Side::Read(guard)))
                }
            }),
            4..=6 => table.poll(task, || {
                let writing = lock.clone().write_owned();
                async move {
                    let mut guard = writing.await;
                    *guard += 1;
                    (*guard, Some(Side::Write(guard)))
                }
            }),
            7 | 8 => table.give_up(task),
            9..=12 => table.let_go(task),
            13 => match table.kept[task].pop() {
                Some(Side::Write(guard)) => {
                    table.kept[task].push(Side::Read(guard.downgrade()));
                    1
                }
                Some(Side::Read(guard)) => *guard,
                None => NOTHING,
            },
            14 => number(lock.clone().try_read_owned(), |guard| {
                let value = *guard;
                table.kept[task].push(Side::Read(guard));
                value
            }),
            _ => number(lock.clone().try_write_owned(), |guard| {
                let value = *guard;
                table.kept[task].push(Side::Write(guard));
                value
            }),
        };
        table.tell(order, outcome, (lock.try_read().is_ok(), lock.try_write().is_ok()));
    }
    table.lines()
}

pub(crate) fn once_cell(bytes: &[u8]) -> Vec<String> {
    let (mut cell, mut gate) = (Arc::new(OnceCell::new()), Arc::new(Notify::new()));
    let mut table = Table::<()>::new();
    for order in orders(bytes) {
        let (task, many) = (order.task, Outcome::from(order.many));
        let outcome = match order.what {
            0..=4 => table.poll(task, || {
                let (cell, gate) = (cell.clone(), gate.clone());
                async move {
                    let init = async {
                        gate.notified().await;
                        many
                    };
                    (*cell.get_or_init(|| init).await, None)
                }
            }),
            5 | 6 => table.poll(task, || {
                let (cell, gate) = (cell.clone(), gate.clone());
                async move {
                    let init = async {
                        gate.notified().await;
                        Err::<Outcome, ()>(())
                    };
                    (number(cell.get_or_try_init(|| init).await, |value| *value), None)
                }
            }),
            7..=9 => table.give_up(task),
            10..=12 => {
                gate.notify_one();
                0
            }
            13 => number(cell.set(many), |()| 0),
            14 => cell.get().copied().unwrap_or(NOTHING),
            _ => {
                (cell, gate) = (Arc::new(OnceCell::new()), Arc::new(Notify::new()));
                0
            }
        };
        table.tell(order, outcome, cell.initialized());
    }
    table.lines()
}
