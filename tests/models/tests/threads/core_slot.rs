//! What the place of a runtime's core is put through, and each of its mutants.

use std::sync::Arc;

use loom::thread;

use super::core_slot::CoreSlot;
use super::thread_parker::ThreadParker;

struct Core;

/// So many threads want to drive the same runtime, all at once: each comes to it. Their futures are
/// ready when they do.
pub(crate) fn all_come_to_drive(threads: usize) {
    let slot = Arc::new(CoreSlot::new(Core));
    let others: Vec<_> = (1..threads)
        .map(|_| {
            let slot = slot.clone();
            thread::spawn(move || drive(&slot))
        })
        .collect();
    drive(&slot);
    for other in others {
        other.join().unwrap();
    }
    assert!(slot.take().is_some(), "the core is back");
}

/// One of two does not wait until it may drive: its future gets ready. The other one must drive.
pub(crate) fn one_leaves() {
    let slot = Arc::new(CoreSlot::new(Core));
    let core = slot.take().expect("nobody has it");
    let other = slot.clone();
    let other = thread::spawn(move || {
        let parker = ThreadParker::new();
        match other.take_or_wait(&parker) {
            Some(core) => other.put_back(core),
            None => other.leave(&parker),
        }
    });
    let last = slot.clone();
    let last = thread::spawn(move || drive(&last));
    slot.put_back(core);
    other.join().unwrap();
    last.join().unwrap();
}

/// It would be kept, and woken, as often as its thread had waited.
pub(crate) fn one_that_left_is_forgotten() {
    let slot = CoreSlot::new(Core);
    let _core = slot.take();
    let parker = ThreadParker::new();
    for _ in 0..2 {
        assert!(slot.take_or_wait(&parker).is_none(), "it is not there");
    }
    slot.leave(&parker);
    assert_eq!(Arc::strong_count(&parker), 1, "it waits no more");
}

fn drive(slot: &CoreSlot<Core>) {
    let parker = ThreadParker::new();
    loop {
        if let Some(core) = slot.take_or_wait(&parker) {
            return slot.put_back(core);
        }
        parker.park();
    }
}
