//! Do `mod.rs` and `ready.rs` free the memory that a burst needed?

use super::*;

#[test]
fn a_burst_gives_its_memory_back() {
    let mut set = JoinSet::new();
    let (ended, all) = (5_000, 10_000);
    for number in 0..all {
        let (completer, handle) = kettle_runtime::completion(Id::next(), Waker::noop().clone());
        if number < ended {
            completer.complete(Ok(number));
            set.insert(handle);
        } else {
            set.insert(handle);
            completer.complete(Ok(number));
        }
    }
    assert!(set.members.capacity() >= all && set.ready.capacity() >= all);
    for number in 0..all {
        assert_eq!(set.try_join_next().unwrap().unwrap(), number);
    }
    assert!(set.members.capacity() <= KEEP && set.ready.capacity() <= KEEP);
}
