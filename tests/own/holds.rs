//! Does each hold of a lock or of permits end once, whichever guard carries it, and wherever to?

use std::collections::BTreeMap;
use std::sync::Arc;

use kettle::sync::{
    Mutex, MutexGuard, OwnedSemaphorePermit, RwLock, RwLockWriteGuard, Semaphore, mpsc,
};
use kettle::trace::fold::Fold;
use kettle::trace::{Event, Record};
use kettle_events::{Act, Units};

use crate::common::time::Xorshift;
use crate::records::{picked, recorded};

/// How many units each hold of permits has left in the end. (The fold objects to one that ends
/// twice.)
fn held(records: &[Record]) -> BTreeMap<u64, usize> {
    let fold = Fold::of(records);
    assert!(fold.contradictions().is_empty(), "{:#?}", fold.contradictions());
    let mut holds = BTreeMap::new();
    for record in records {
        let Event::SyncAct { act, units, item, with, .. } = record.event else { continue };
        let Units::Count(units) = units else { continue };
        let units = units as usize;
        if act == Act::Take && units > 0 {
            assert!(holds.insert(item, units).is_none(), "hold {item} begins twice");
            holds.entry(with).and_modify(|rest| *rest -= units);
        } else if matches!(act, Act::Release | Act::Forget) {
            holds.entry(item).and_modify(|rest| *rest -= units);
            holds.entry(with).and_modify(|rest| *rest += units);
        }
    }
    holds
}

/// Permits are split, merged, sent to other tasks, forgotten and dropped, in any order.
#[test]
fn permits_end_once_in_whatever_hands() {
    for seed in 1..=200 {
        let records = recorded(async move {
            let mut random = Xorshift(seed);
            let semaphore = Arc::new(Semaphore::new(40));
            let mut all: Vec<OwnedSemaphorePermit> = Vec::new();
            let (tx, mut rx) = mpsc::unbounded_channel();
            let drops = kettle::spawn(async move { while rx.recv().await.is_some() {} });
            for _ in 0..30 {
                let some = u32::try_from(random.below(3)).unwrap();
                let index = usize::try_from(random.below(1 + all.len() as u64)).unwrap();
                match random.below(6) {
                    0 | 1 => all.extend(semaphore.clone().try_acquire_many_owned(some)),
                    _ if index >= all.len() => {}
                    2 => {
                        let part = all[index].split(some as usize);
                        all.extend(part);
                    }
                    3 => {
                        let other = all.swap_remove(index);
                        match all.first_mut() {
                            Some(first) => first.merge(other),
                            None => other.forget(),
                        }
                    }
                    4 => tx.send(all.swap_remove(index)).unwrap(),
                    _ => drop(all.swap_remove(index)),
                }
            }
            drop((all, tx));
            drops.await.unwrap();
        });
        assert!(held(&records).values().all(|left| *left == 0), "seed {seed}");
    }
}

/// Permits that were taken before the runtime began have no hold, until they are merged.
#[test]
fn permits_without_a_hold_join_the_hold_of_those_with_which_they_are_merged() {
    let (semaphore, mutex) = (Semaphore::new(3), Mutex::new(()));
    let mut early = semaphore.try_acquire_many(2).unwrap();
    let records = recorded(async {
        early.merge(semaphore.try_acquire().unwrap());
        let part = early.split(1);
        let guard = mutex.lock().await; // its row may have the place of one that has ended
        drop((early, guard, part));
    });
    assert!(held(&records).values().all(|left| *left == 0));
}

#[test]
fn a_hold_may_have_more_units_than_an_event_can_count() {
    let semaphore = Semaphore::new(Semaphore::MAX_PERMITS);
    recorded(async {
        let mut permits = semaphore.try_acquire_many(u32::MAX).unwrap();
        permits.merge(semaphore.try_acquire_many(u32::MAX).unwrap());
        assert_eq!(permits.num_permits(), 2 * u32::MAX as usize);
    });
}

#[test]
fn a_hold_says_whether_its_guard_can_go_elsewhere() {
    let records = recorded(async {
        let (mutex, semaphore) = (Arc::new(Mutex::new(1)), Arc::new(Semaphore::new(1)));
        drop(mutex.lock().await);
        drop(mutex.clone().lock_owned().await);
        drop(semaphore.acquire().await);
        drop(semaphore.try_acquire_owned());
    });
    let owned = picked!(records, Event::SyncAct { act: Act::Take, owned, .. } => owned);
    assert_eq!(owned, [false, true, false, true]);
}

/// The events of the one lock of this program: what was done, and with which of its holds.
fn acts(program: impl Future<Output = ()>) -> Vec<(Act, u64)> {
    let records = recorded(program);
    held(&records);
    let mut known = Vec::new();
    let number = |(act, item)| {
        if !known.contains(&item) {
            known.push(item);
        }
        (act, known.iter().position(|it| *it == item).unwrap_or_default() as u64 + 1)
    };
    let acts = picked!(records, Event::SyncAct { act, item, .. } => (act, item));
    acts.into_iter().map(number).collect()
}

#[test]
fn a_mapped_or_downgraded_guard_goes_on_with_the_hold() {
    use Act::{Release, Take};
    let of_a_mutex = acts(async {
        let mutex = Mutex::new((1, 2));
        let guard = MutexGuard::map(mutex.lock().await, |both| &mut both.0);
        drop(guard);
        drop(mutex.lock().await);
    });
    assert_eq!(of_a_mutex, [(Take, 1), (Release, 1), (Take, 2), (Release, 2)]);
    let of_a_rwlock = acts(async {
        let lock = RwLock::new((1, 2));
        let writes = lock.write().await;
        let reads = RwLockWriteGuard::downgrade_map(writes, |both| &both.0);
        let other = lock.read().await;
        drop(reads);
        drop(other);
    });
    assert_eq!(of_a_rwlock, [(Take, 1), (Release, 1), (Take, 2), (Release, 1), (Release, 2)]);
}

#[test]
fn places_of_a_channel_that_were_reserved_together_are_one_hold() {
    let records = recorded(async {
        let (tx, mut rx) = mpsc::channel(3);
        let mut permits = tx.reserve_many(3).await.unwrap();
        permits.next().unwrap().send(());
        drop(permits.next());
        drop(permits);
        tx.clone().reserve_owned().await.unwrap().send(());
        rx.recv().await.unwrap();
    });
    let held: Vec<usize> = held(&records).into_values().collect();
    assert_eq!(held, [0, 0]);
}
