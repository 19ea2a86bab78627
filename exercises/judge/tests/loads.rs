//! What may a load miss? In a process of its own: a gap lets the loads of all threads miss something.

use std::sync::Arc;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, SeqCst};
use std::thread;

use kettle_judge::atomic::{AtomicBool, loads_may_miss};
use kettle_judge::lock::with_gap;

/// Two threads swap an atomic each, and then load the other's; the second in the gap before the first's load. What do
/// they read? (Or the first swaps again.)
fn read(orders: [(Ordering, Ordering); 2], loads: bool) -> [bool; 2] {
    let (mine, theirs) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let of_theirs = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (first, second, tell) = (mine.clone(), theirs.clone(), of_theirs.clone());
    let elsewhere = move || {
        second.swap(true, orders[1].0);
        tell.store(first.load(orders[1].1), SeqCst);
    };
    loads_may_miss();
    let of_mine = with_gap(
        3,
        || thread::spawn(elsewhere).join().unwrap(),
        || {
            mine.swap(true, orders[0].0);
            if loads { theirs.load(orders[0].1) } else { theirs.swap(true, orders[0].1) }
        },
    );
    assert!(theirs.load(Relaxed) && mine.load(Relaxed), "each write is seen at last");
    [of_mine.expect("a third gap"), of_theirs.load(SeqCst)]
}

#[test]
fn each_of_two_may_miss_what_the_other_has_written() {
    let (weak, strong) = ((AcqRel, Acquire), (SeqCst, SeqCst));
    assert_eq!(read([weak; 2], true), [false, false]);
    assert_eq!(read([weak, strong], true), [false, false]);
    assert_eq!(read([strong; 2], true), [true, true]);
    // A swap reads the newest.
    assert_eq!(read([(AcqRel, AcqRel), weak], false), [true, false]);
}
