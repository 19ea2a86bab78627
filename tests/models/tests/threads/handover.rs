//! How `block_on` hands an engine from thread to thread: a model by hand.
//!
//! `runtime.rs` can't be compiled here, it reaches the whole engine. `take_engine` and `put_back`
//! are its own, line for line, with loom's locks; the parker is the engine's file.

use std::mem;
use std::sync::Arc;

use futures_task::ArcWake;
use loom::sync::Mutex;
use loom::thread;

use crate::original_parker::Parker;

/// What may be done wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// To look for the engine, and take a place among those who wait after letting go of it.
    PlaceAfterLook,
    /// To wake those who wait, and put the engine back after that.
    WakeBeforePut,
}

struct Engine;

struct Runtime {
    engine: Mutex<Option<Engine>>,
    waiting: Mutex<Vec<Arc<Parker>>>,
    fault: Fault,
}

/// So many threads want to drive the same engine, all at once: each comes to it.
pub(crate) fn all_come_to_drive(threads: usize, fault: Fault) {
    let (engine, waiting) = (Mutex::new(Some(Engine)), Mutex::default());
    let runtime = Arc::new(Runtime { engine, waiting, fault });
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
            if let Some(engine) = self.take_engine(&mut parker) {
                return self.put_back(engine);
            }
            parker.as_ref().expect("who finds no engine is given a parker").park();
        }
    }

    fn take_engine(&self, parker: &mut Option<Arc<Parker>>) -> Option<Engine> {
        let mut engine = self.engine.lock().unwrap();
        if engine.is_none() {
            if self.fault == Fault::PlaceAfterLook {
                drop(engine);
                self.wait_with(parker.get_or_insert_with(Parker::new));
                return None;
            }
            self.wait_with(parker.get_or_insert_with(Parker::new));
        }
        engine.take()
    }

    fn wait_with(&self, parker: &Arc<Parker>) {
        let mut waiting = self.waiting.lock().unwrap();
        if !waiting.iter().any(|other| Arc::ptr_eq(other, parker)) {
            waiting.push(parker.clone());
        }
    }

    fn put_back(&self, engine: Engine) {
        if self.fault == Fault::WakeBeforePut {
            self.wake_all();
            *self.engine.lock().unwrap() = Some(engine);
        } else {
            *self.engine.lock().unwrap() = Some(engine);
            self.wake_all();
        }
    }

    fn wake_all(&self) {
        let waiting = mem::take(&mut *self.waiting.lock().unwrap());
        waiting.iter().for_each(ArcWake::wake_by_ref);
    }
}
