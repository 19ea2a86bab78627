//! Does the line in `wait_list.rs` keep the promises made in that file's head? (Who is served, and
//! with what: the plays of `tests/fuzz` ask tokio.)

use std::cell::Cell;

use super::*;

thread_local! {
    /// The number of slots that this thread has visited.
    static LOOKS: Cell<usize> = const { Cell::new(0) };
}

pub(super) fn count() {
    LOOKS.set(LOOKS.get() + 1);
}

/// Returns how many slots `f` visits.
fn looks(f: impl FnOnce()) -> usize {
    let before = LOOKS.get();
    f();
    LOOKS.get() - before
}

fn waker() -> Waker {
    Waker::noop().clone()
}

fn line(wanted: &[usize]) -> (WaitList, Vec<Key>) {
    let mut list = WaitList::new();
    let keys = wanted.iter().map(|wanted| list.join(*wanted, waker())).collect();
    (list, keys)
}

fn ticket(list: &mut WaitList, key: &mut Key) -> usize {
    let mut drawn = 0;
    list.set_wait(key, |_, ticket| {
        drawn = ticket;
        StoredId::NONE
    });
    drawn
}

#[test]
fn a_ticket_is_kept_and_the_next_is_higher_until_the_line_is_empty() {
    let (mut list, mut keys) = line(&[1, 1, 1, 1]);
    drop(list.leave(keys.remove(3)));
    drop(list.leave(keys.remove(1)));
    keys.push(list.join(1, waker()));
    assert_eq!(keys.iter_mut().map(|key| ticket(&mut list, key)).collect::<Vec<_>>(), [1, 3, 5]);
    for key in keys {
        drop(list.leave(key));
    }
    let mut key = list.join(1, waker());
    assert_eq!(ticket(&mut list, &mut key), 1);
}

#[test]
fn a_waiter_costs_the_same_in_a_long_line() {
    let work = |waiters: usize| {
        let cx = Context::from_waker(Waker::noop());
        let (mut list, mut keys) = (WaitList::new(), Vec::new());
        looks(|| {
            for _ in 0..waiters {
                let mut key = list.join(1, waker());
                ticket(&mut list, &mut key);
                keys.push(key);
            }
            for key in &mut keys {
                list.renew(key, &cx, &mut None);
                ticket(&mut list, key);
            }
            // Half of them leave from the middle; the others are served.
            for key in keys.drain(waiters / 4..waiters / 4 * 3) {
                drop(list.leave(key));
            }
            for key in keys {
                assert!(list.first == key.at && list.assign_first(&mut 1).is_some());
                drop(list.leave(key));
            }
        })
    };
    let each = [10, 1_000, 100_000].map(|waiters| work(waiters) / waiters);
    assert!(each.iter().all(|looks| (1..=12).contains(looks)), "{each:?} slots a waiter");
}

#[test]
fn a_burst_gives_its_capacity_back() {
    let (mut list, keys) = line(&vec![1; 10_000]);
    for key in keys {
        drop(list.leave(key));
    }
    assert!(list.waiters.capacity() <= KEEP);
}

#[test]
fn what_is_missing_is_what_the_line_still_wants() {
    let (mut list, keys) = line(&[3, 2, 4]);
    assert_eq!(list.missing(), 9);
    list.assign(&mut 4, &mut ToWake::none());
    assert_eq!(list.missing(), 5, "the first is served, and the second has one of two");
    for key in keys {
        drop(list.leave(key));
    }
    assert_eq!(list.missing(), 0);
    let (list, _keys) = line(&[usize::MAX, 2]);
    assert_eq!(list.missing(), usize::MAX);
}
