//! How does a word from another thread get in, while the loop works and while it sleeps?
//!
//! As a letter. Whoever is not at home posts one through [`Outside`], from any thread; the engine
//! opens them at [`Inside`], between two runs of tasks. If the engine sleeps in the selector it
//! must be rung awake, and only then: a bell costs a system call.
//!
//! The race. The engine sees an empty letterbox and goes to sleep; between the look and the sleep
//! a letter arrives, and nobody ever reads it. Both sides therefore write before they look:
//!
//! ```text
//!   engine (prepare_to_sleep)              other thread (post)
//!   1  asleep = true                      A  put the letter in
//!      ------- fence -------                 ------- fence -------
//!   2  letters? then don't sleep          B  asleep? then ring
//! ```
//!
//! The fences forbid the one bad end, that 2 does not see A *and* B does not see 1. Without them
//! it happens even on x86, where a store may be delayed past a later load. The bell stays rung
//! until somebody waits for it: a ring between 2 and the sleep (`park.rs`) is not lost either.
//!
//! Interface: [`letterbox`] makes both ends; [`Outside::post`], [`Outside::awake`];
//! [`Inside::open`], [`Inside::prepare_to_sleep`]; [`UnderWay`], one task's "a letter is on its
//! way". Invariants: `asleep` is true only between `prepare_to_sleep` and `awake`; at most one
//! ring per sleep. This file is modelled with loom as it stands (`tests/models`).
//!
//! tokio: the injection queue with a mutex, and an `unpark` at each schedule from abroad: a write
//! to an eventfd, whether the loop sleeps or not.

use crate::sync::{AtomicBool, Bell, Ordering, Receiver, Sender, fence, unbounded};

/// The end that any thread may use.
pub(crate) struct Outside<L> {
    letters: Sender<L>,
    /// Does the engine sleep, or is it about to?
    asleep: AtomicBool,
    /// Public for a local set, which stores its host's waker in it.
    pub(crate) bell: Bell,
}

/// The engine's end.
pub(crate) struct Inside<L> {
    letters: Receiver<L>,
}

/// Makes a letterbox with its bell.
pub(crate) fn letterbox<L>(bell: Bell) -> (Outside<L>, Inside<L>) {
    let (sender, receiver) = unbounded();
    let outside = Outside { letters: sender, asleep: AtomicBool::new(false), bell };
    (outside, Inside { letters: receiver })
}

impl<L> Outside<L> {
    /// Posts a letter, and rings if the engine sleeps. Gives the letter back if nobody will ever
    /// open it: the engine is gone.
    pub(crate) fn post(&self, letter: L) -> Result<(), L> {
        self.letters.send(letter).map_err(|refused| refused.0)?; // A
        self.ring_if_asleep();
        Ok(())
    }

    /// Rings if the engine sleeps, or is about to: it then looks anew at letters and
    /// deadlines. Whoever changes one from another thread calls this after; `post` does.
    pub(crate) fn ring_if_asleep(&self) {
        fence(Ordering::SeqCst);
        // The plain load first: a busy engine's flag stays shared between the caches.
        if self.asleep.load(Ordering::Relaxed) && self.is_first() {
            self.bell.ring(); // B
        }
    }

    /// Is this the thread that rings? Of those that saw the engine asleep, the one that turns the
    /// flag off. For the others it is off already, by that one or because the engine has woken.
    fn is_first(&self) -> bool {
        self.asleep.compare_exchange(true, false, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Says that the engine is awake: from here on nobody needs to ring.
    pub(crate) fn awake(&self) {
        self.asleep.store(false, Ordering::Relaxed);
    }
}

impl<L> Inside<L> {
    /// The next letter, if there is one.
    pub(crate) fn open(&self) -> Option<L> {
        self.letters.try_recv().ok()
    }

    /// How many letters there are to open now.
    pub(crate) fn len(&self) -> usize {
        self.letters.len()
    }

    /// Closes the box: posting fails from now on. What was not opened is dropped with the receiver
    /// that is given back, where that may be done.
    pub(crate) fn close(&mut self) -> Receiver<L> {
        std::mem::replace(&mut self.letters, unbounded().1)
    }

    /// Says that the engine is about to sleep. False: a letter is there, don't.
    #[must_use]
    pub(crate) fn prepare_to_sleep(&self, outside: &Outside<L>) -> bool {
        outside.asleep.store(true, Ordering::Relaxed); // 1
        fence(Ordering::SeqCst);
        let may_sleep = self.letters.is_empty(); // 2
        if !may_sleep {
            outside.awake();
        }
        may_sleep
    }
}

/// Is a letter of this kind under way for this task? A thousand wakes from abroad are one letter.
pub(crate) struct UnderWay(AtomicBool);

impl UnderWay {
    pub(crate) fn new() -> UnderWay {
        UnderWay(AtomicBool::new(false))
    }

    /// For a new task.
    pub(crate) fn forget(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// True for the one who must post the letter. The others rely on a letter not yet opened:
    /// what they wrote before this is visible to the poll which that letter causes.
    pub(crate) fn claim(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// Called when the letter is opened, before its task is queued. A swap, because it must *read*
    /// the last `claim` in order to see what that thread wrote. A plain store reads nothing: the
    /// poll may then miss the very thing that it is woken for (seen: thousands of lost wakes in a
    /// few million rounds on x86).
    pub(crate) fn opened(&self) {
        self.0.swap(false, Ordering::AcqRel);
    }
}
