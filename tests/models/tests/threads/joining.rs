//! How a handle on another thread comes by an output while the engine leaves or ends: a model by
//! hand.
//!
//! `join.rs` and `shutdown.rs` can't be compiled here, they reach the whole engine. The order of
//! their steps is theirs, with loom's locks; the letterbox is the engine's file. The task has ended
//! before, and its output lies in its slot.

use std::sync::Arc;

use loom::sync::{Condvar, Mutex};
use loom::thread;

use crate::original_letterbox::{Inside, Outside, letterbox};
use crate::sync::Bell;

/// What may be done wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The handle looks for the output, and writes its letter after that.
    LookBeforeLetter,
    /// The engine opens its letters, and lays the output out after that.
    OpenBeforeMove,
    /// The engine closes its letterbox, and lays the output out after that.
    CloseBeforeMove,
}

struct Output;

enum Letter {
    Join(Reply),
    Detach,
}

struct Remote {
    letters: Outside<Letter>,
    /// Where outputs lie that the engine has left behind.
    finished: Mutex<Option<Output>>,
}

struct Engine {
    remote: Arc<Remote>,
    letters: Inside<Letter>,
    slot: Option<Output>,
    fault: Fault,
}

/// The engine leaves its seat, to be seated again some day, while a handle asks for the output.
pub(crate) fn asked_while_leaving(fault: Fault) {
    let mut engine = Engine::new(fault);
    let remote = engine.remote.clone();
    let handle = thread::spawn(move || join(&remote, fault).expect("the task's output"));
    engine.open_letters();
    engine.leave();
    handle.join().unwrap();
}

/// The same, but this is the engine's end.
pub(crate) fn asked_while_ending(fault: Fault) {
    let mut engine = Engine::new(fault);
    let remote = engine.remote.clone();
    let handle = thread::spawn(move || join(&remote, fault).expect("the task's output"));
    engine.end();
    handle.join().unwrap();
}

/// The handle is dropped while the engine ends: nobody keeps the output.
pub(crate) fn dropped_while_ending(fault: Fault) {
    let mut engine = Engine::new(fault);
    let remote = engine.remote.clone();
    let handle = thread::spawn(move || detach(&remote));
    engine.end();
    handle.join().unwrap();
    let kept = engine.slot.is_some() || engine.remote.finished.lock().unwrap().is_some();
    assert!(!kept, "an output that nobody will ever take");
}

/// `JoinHandle::ask` and `poll_answer`.
fn join(remote: &Remote, fault: Fault) -> Option<Output> {
    let (reply, answer) = Reply::new();
    let letter = Letter::Join(reply);
    let look = || remote.finished.lock().unwrap().take();
    let moved = if fault == Fault::LookBeforeLetter {
        let moved = look();
        drop(remote.letters.post(letter));
        moved
    } else {
        drop(remote.letters.post(letter));
        look()
    };
    moved.or_else(|| answer.wait()).or_else(look)
}

/// `JoinHandle`'s drop.
fn detach(remote: &Remote) {
    drop(remote.letters.post(Letter::Detach));
    remote.finished.lock().unwrap().take();
}

impl Engine {
    fn new(fault: Fault) -> Engine {
        let (outside, letters) = letterbox(Bell::new());
        let remote = Arc::new(Remote { letters: outside, finished: Mutex::new(None) });
        Engine { remote, letters, slot: Some(Output), fault }
    }

    /// `letters.rs`: what the slot no longer has was left behind.
    fn open_letters(&mut self) {
        for _ in 0..self.letters.len() {
            let Some(letter) = self.letters.open() else { return };
            let found = self.slot.take().or_else(|| self.remote.finished.lock().unwrap().take());
            if let Letter::Join(reply) = letter {
                reply.answer(found);
            }
        }
    }

    fn move_out(&mut self) {
        if let Some(output) = self.slot.take() {
            *self.remote.finished.lock().unwrap() = Some(output);
        }
    }

    /// `shutdown.rs`: `leaving`.
    fn leave(&mut self) {
        if self.fault == Fault::OpenBeforeMove {
            self.open_letters();
            self.move_out();
        } else {
            self.move_out();
            self.open_letters();
        }
    }

    /// `runtime.rs`: `end`.
    fn end(&mut self) {
        self.open_letters();
        if self.fault == Fault::CloseBeforeMove {
            drop(self.letters.close());
            self.leave();
        } else {
            self.leave();
            drop(self.letters.close());
        }
    }
}

/// `cell.rs`: `Reply` and `Answer`. Dropped unanswered it says so.
struct Reply(Arc<Answer>);

struct Answer {
    state: Mutex<AnswerState>,
    asker: Condvar,
}

#[derive(Default)]
struct AnswerState {
    output: Option<Output>,
    answered: bool,
}

impl Reply {
    fn new() -> (Reply, Arc<Answer>) {
        let answer = Arc::new(Answer { state: Mutex::default(), asker: Condvar::new() });
        (Reply(answer.clone()), answer)
    }

    fn answer(self, output: Option<Output>) {
        self.0.state.lock().unwrap().output = output;
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return; // the run is over, and loom takes no more calls
        }
        self.0.state.lock().unwrap().answered = true;
        self.0.asker.notify_one();
    }
}

impl Answer {
    fn wait(&self) -> Option<Output> {
        let mut state = self.state.lock().unwrap();
        while !state.answered {
            state = self.asker.wait(state).unwrap();
        }
        state.output.take()
    }
}
