//! What the ready members of a `JoinSet` are put through, and each of its mutants.

use std::sync::Arc;
use std::task::Context;

use kettle_runtime::event::Wait;
use loom::thread;

use super::ready::{ReadySet, member_waker};
use crate::base::waiting;

/// So many members end, each on a thread of its own; one thread waits for all of them.
pub(crate) fn all_come(members: usize) {
    let set = ReadySet::new();
    let others = end_on_threads(&set, members);
    let (parker, waker) = waiting();
    let (mut keys, mut wait) = (Vec::new(), Wait::NONE);
    while keys.len() < members {
        match set.pop_or_wait(&mut wait, &Context::from_waker(&waker)) {
            Some(key) => keys.push(key),
            None => parker.park(),
        }
    }
    keys.sort_unstable();
    assert!(keys.into_iter().eq(0..members), "each member once");
    for other in others {
        other.join().unwrap();
    }
}

/// The set is polled by one waker and then awaited by another, as after a `select!`.
pub(crate) fn awaited_anew() {
    let set = ReadySet::new();
    let others = end_on_threads(&set, 1);
    let ((_, first), mut wait) = (waiting(), Wait::NONE);
    let mut key = set.pop_or_wait(&mut wait, &Context::from_waker(&first));
    let (parker, newest) = waiting();
    while key.is_none() {
        key = set.pop_or_wait(&mut wait, &Context::from_waker(&newest));
        if key.is_none() {
            parker.park();
        }
    }
    assert_eq!((key, set.pop()), (Some(0), None));
    for other in others {
        other.join().unwrap();
    }
}

fn end_on_threads(set: &Arc<ReadySet>, members: usize) -> Vec<thread::JoinHandle<()>> {
    let end = |key| {
        let waker = member_waker(set, key);
        thread::spawn(move || waker.wake())
    };
    (0..members).map(end).collect()
}
