//! What does the engine do with a letter?
//!
//! What the sender would have done at home: each kind of letter is one call. Letters are opened in
//! one step of the loop, with no task running.
//!
//! Interface: [`open_letters`], [`open_all`], [`close_letters`]. Invariants: a step opens at most
//! [`PER_TURN`] letters, so that a flood of them can't keep the loop from its tasks.
//!
//! Not here: how letters get in (`letterbox.rs`), which ones there are (`remote.rs`).

use std::sync::atomic::Ordering;

use crate::cell::Reply;
use crate::engine::engine;
use crate::event::{Event, emit};
use crate::executor::settle;
use crate::foreign::quietly;
use crate::remote::Letter;
use crate::task::{Joiner, Key, Leftovers};
use crate::timer::cancel_for;

/// So many letters are opened per turn at the most. "Those that are there" would be no bound: while
/// they are opened, faster threads write many times their number, and each turn takes longer.
pub(crate) const PER_TURN: usize = 1024;

/// Opens the letters that are there now, but not too many; the others wait for the next turn.
pub(crate) fn open_letters() {
    open(engine(|engine| engine.letters.len()).min(PER_TURN));
}

/// Opens all that are there now.
pub(crate) fn open_all() {
    open(engine(|engine| engine.letters.len()));
}

fn open(letters: usize) {
    for _ in 0..letters {
        if let Some(letter) = engine(|engine| engine.letters.open()) {
            emit(|| Event::Letter { kind: letter.kind() });
            obey(letter);
        }
    }
}

fn obey(letter: Letter) {
    match letter {
        Letter::Spawn(newcomer) => newcomer.admit(),
        Letter::Wake(key) => engine(|engine| {
            engine.scheduler.letter_opened(key);
            engine.scheduler.wake(key);
        }),
        Letter::Abort(key) => engine(|engine| engine.scheduler.cancel(key)),
        Letter::Join { key, reply } => answer(key, reply),
        Letter::Detach(key) => {
            emit(|| Event::Detach { task: key.id });
            let left = engine(|engine| engine.scheduler.detach(key));
            quietly(|| drop(left));
            let moved = engine(|engine| engine.shared.remote.take_finished(key.id));
            quietly(|| drop(moved));
        }
        Letter::TimerAdd(arrival) => quietly(|| arrival.add()),
        Letter::TimerCancel(name) => quietly(|| cancel_for(name)),
        Letter::BlockingDone(task) => {
            emit(|| Event::BlockingEnd { task });
            engine(|engine| engine.shared.blocking_out.fetch_sub(1, Ordering::Relaxed));
        }
    }
}

/// Answers a handle that is polled elsewhere, now or at its task's end.
fn answer(key: Key, reply: Reply) {
    let claimed = engine(|engine| engine.scheduler.claim(key, || None));
    if claimed.is_none() && engine(|engine| engine.scheduler.has(key)) {
        // What it replaces was of this same handle, at home.
        let before = engine(|engine| engine.scheduler.wait(key, Joiner::Reply(reply)));
        return quietly(|| drop(before));
    }
    let moved = || engine(|engine| engine.shared.remote.take_finished(key.id));
    let task = claimed.or_else(moved);
    settle(key.id, Leftovers { task, joiner: Joiner::Reply(reply) });
}

/// Closes the letterbox for good. What still lies in it is dropped with the engine seated.
pub(crate) fn close_letters() {
    let unopened = engine(|engine| engine.letters.close());
    quietly(|| drop(unopened));
}
