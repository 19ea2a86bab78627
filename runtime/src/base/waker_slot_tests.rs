use std::sync::Arc;
use std::task::Wake;

use super::*;

struct Quiet;

impl Wake for Quiet {
    fn wake(self: Arc<Self>) {}
}

/// Which waker a poll with this one replaces, and which one is given back.
fn store(slot: &mut WakerSlot, waker: &Waker) -> (Replaced, Option<Waker>) {
    let cx = Context::from_waker(waker);
    slot.store(&cx, &mut Some(waker.clone())).expect("a clone is there")
}

#[test]
#[cfg_attr(miri, ignore = "there, functions have more than one address, so `will_wake` may say no")]
fn it_says_which_waker_was_replaced_and_gives_that_one_back() {
    // Two wakers with the same functions, as those of two tasks are.
    let [first, second] = [(); 2].map(|()| Waker::from(Arc::new(Quiet)));
    let mut slot = WakerSlot::EMPTY;
    assert!(matches!(store(&mut slot, &first), (Replaced::None, None)));
    assert!(matches!(store(&mut slot, &first), (Replaced::Same, None)));
    let (replaced, old) = store(&mut slot, &second);
    assert_eq!(replaced, Replaced::Other);
    assert!(old.is_some_and(|old| old.will_wake(&first)));
    assert!(slot.take().is_some_and(|stored| stored.waker.will_wake(&second)));
    assert!(matches!(store(&mut slot, &first), (Replaced::None, None)));
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
