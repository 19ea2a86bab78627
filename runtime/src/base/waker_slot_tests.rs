use std::sync::Arc;
use std::task::Wake;

use super::*;

struct Quiet;

impl Wake for Quiet {
    fn wake(self: Arc<Self>) {}
}

/// Which waker is given back by a poll with this one.
fn store(slot: &mut WakerSlot, waker: &Waker) -> Option<Waker> {
    let cx = Context::from_waker(waker);
    slot.store(&cx, &mut Some(waker.clone()))
        .expect("a clone is there")
        .0
        .take()
        .map(|old| old.waker)
}

#[test]
#[cfg_attr(miri, ignore = "there, functions have more than one address, so `will_wake` may say no")]
fn it_gives_back_a_waker_that_was_replaced() {
    // Two wakers with the same functions, like those of two tasks.
    let [first, second] = [(); 2].map(|()| Waker::from(Arc::new(Quiet)));
    let mut slot = WakerSlot::EMPTY;
    assert!(store(&mut slot, &first).is_none());
    assert!(store(&mut slot, &first).is_none(), "it stays");
    assert!(store(&mut slot, &second).is_some_and(|old| old.will_wake(&first)));
    assert!(slot.take().is_some_and(|stored| stored.waker.will_wake(&second)));
    assert!(store(&mut slot, &first).is_none());
}

#[test]
#[cfg_attr(miri, ignore = "there, functions have more than one address, so `will_wake` may say no")]
fn it_asks_for_a_clone_only_if_the_waker_is_another() {
    let [first, second] = [(); 2].map(|()| Waker::from(Arc::new(Quiet)));
    let mut slot = WakerSlot::new(first.clone());
    assert!(slot.store(&Context::from_waker(&first), &mut None).is_some());
    assert!(slot.store(&Context::from_waker(&second), &mut None).is_none());
    assert!(
        slot.take().is_some_and(|stored| stored.waker.will_wake(&first)),
        "nothing was stored yet"
    );
}

#[test]
#[cfg_attr(miri, ignore = "there, functions have more than one address, so `is_own` may say no")]
fn the_running_tasks_own_waker_is_stored_in_one_round() {
    let waker = Waker::from(Arc::new(Quiet));
    let rounds = || {
        let (cx, mut slot, mut rounds) = (Context::from_waker(&waker), WakerSlot::EMPTY, 0);
        drop(store_waker(&cx, |clone| {
            rounds += 1;
            slot.store(&cx, clone)
        }));
        rounds
    };
    assert_eq!(rounds(), 2, "of a waker that may run foreign code the clone is made unlocked");
    let own = own_waker(&waker);
    assert_eq!(rounds(), 1);
    drop(own);
    assert_eq!(rounds(), 2);
}
