//! How `block_on` hands a runtime's core from thread to thread: a model by hand.
//!
//! `runtime.rs` can't be compiled here, it reaches the whole engine. `take_core` and `put_back`
//! are its own, line for line, with loom's locks; the parker is the engine's file.

use std::mem;
use std::sync::Arc;

use futures_task::ArcWake;
use loom::sync::Mutex;
use loom::thread;

use crate::ThreadParker;

/// What may be done wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// To look for the core, and take a place among those who wait after letting go of it.
    PlaceAfterLook,
    /// To wake those who wait, and put the core back after that.
    WakeBeforePut,
}

struct Core;

struct Runtime {
    core: Mutex<Option<Core>>,
    waiting: Mutex<Vec<Arc<ThreadParker>>>,
    fault: Fault,
}

/// So many threads want to drive the same runtime, all at once: each comes to it.
pub(crate) fn all_come_to_drive(threads: usize, fault: Fault) {
    let (core, waiting) = (Mutex::new(Some(Core)), Mutex::default());
    let runtime = Arc::new(Runtime { core, waiting, fault });
    let others: Vec<_> = (1..threads)
        .map(|_| {
            let runtime = runtime.clone();
            thread::spawn(move || runtime.block_on())
        })
        .collect();
    runtime.block_on();
    for other in others {
        other.join().unwrap();
    }
}

impl Runtime {
    /// With a future that nobody else can make ready.
    fn block_on(&self) {
        let mut parker = None;
        loop {
            if let Some(core) = self.take_core(&mut parker) {
                return self.put_back(core);
            }
            parker.as_ref().expect("a thread that finds no core is given a parker").park();
        }
    }

    fn take_core(&self, parker: &mut Option<Arc<ThreadParker>>) -> Option<Core> {
        let mut core = self.core.lock().unwrap();
        if core.is_none() {
            if self.fault == Fault::PlaceAfterLook {
                drop(core);
                self.wait_with(parker.get_or_insert_with(ThreadParker::new));
                return None;
            }
            self.wait_with(parker.get_or_insert_with(ThreadParker::new));
        }
        core.take()
    }

    fn wait_with(&self, parker: &Arc<ThreadParker>) {
        let mut waiting = self.waiting.lock().unwrap();
        if !waiting.iter().any(|other| Arc::ptr_eq(other, parker)) {
            waiting.push(parker.clone());
        }
    }

    fn put_back(&self, core: Core) {
        if self.fault == Fault::WakeBeforePut {
            self.wake_all();
            *self.core.lock().unwrap() = Some(core);
        } else {
            *self.core.lock().unwrap() = Some(core);
            self.wake_all();
        }
    }

    fn wake_all(&self) {
        let waiting = mem::take(&mut *self.waiting.lock().unwrap());
        waiting.iter().for_each(ArcWake::wake_by_ref);
    }
}
