//! How is an engine reached from a place where it is not seated?
//!
//! Through its [`Remote`], the part of it that any thread may touch; the letterbox is in there. A
//! home is an engine or a local set, and there are two ways from a key to its home's `Remote`:
//!
//! - A task's header holds it. Wakers, join handles and abort handles hold the header, and post to
//!   it directly.
//! - A `Parked` and a timer hold nothing but the home's number, its [`HomeId`]: to make one counts
//!   no reference. For them the process has one registry from numbers to `Remote`s ([`post`]).
//!
//! Either way one rule holds: *if home N is seated here, do it; otherwise post a letter to N; if N
//! is gone, do nothing.*
//!
//! A letter rings a home that sleeps. An engine sleeps in the selector. A local set (`local.rs`) is
//! a future inside of another task or `block_on`, its host: it sleeps when it has returned
//! `Pending`, and it is rung by waking its host. Hence two kinds of [`Bell`].
//!
//! Interface: [`Remote`], [`register`], [`post`], [`Letter`]. Invariants: an id is never given
//! twice; a home is in the registry from its birth to its death; a letter that nobody opens is
//! dropped, and each letter's content knows what that means (a task's handle says cancelled, a
//! waiting handle is told to look for itself).
//!
//! Not here: when to ring (`letterbox.rs`), what a letter does (`letters.rs`; for a local set
//! `local.rs`).
//!
//! tokio: an `Arc` to the scheduler's handle in timers and sockets too, no registry.

use std::collections::{BTreeMap, HashMap};
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::Waker;

use parking_lot::Mutex;

use crate::cell::Reply;
use crate::event::LetterKind;
use crate::id::{Id, Serial};
use crate::letterbox::{Inside, Outside, letterbox};
use crate::spawn::Newcomer;
use crate::task::{Key, SendTask};
use crate::timer::{AbroadTimer, Arrival, TimerKey};

/// Names an engine or a local set among all that this process ever had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HomeId(Serial);

/// What other threads know of an engine or a local set.
pub(crate) struct Remote {
    pub(crate) home: HomeId,
    pub(crate) letters: Outside<Letter>,
    /// Tasks that ended, whose output nobody has taken, of an engine that is not seated anywhere:
    /// their handles find them here. Outlives the engine, because task headers hold the `Remote`.
    pub(crate) finished: Mutex<HashMap<Id, Pin<Box<SendTask>>>>,
}

/// What is asked of an engine from afar.
pub(crate) enum Letter {
    /// Take this task in.
    Spawn(Newcomer),
    /// Wake a task.
    Wake(Key),
    /// Abort a task.
    Abort(Key),
    /// A `JoinHandle` waits elsewhere: answer it when the task has ended.
    Join { key: Key, reply: Reply },
    /// A `JoinHandle` was dropped elsewhere.
    Detach(Key),
    /// A timer is waited for elsewhere, or was moved there to another deadline.
    TimerAdd(Arrival),
    /// It no longer is, or a timer's owner was dropped elsewhere.
    TimerCancel(TimerName),
    /// A blocking job is over.
    BlockingDone(Id),
}

/// How a timer is named in a letter.
pub(crate) enum TimerName {
    /// By its key in the wheel: it was registered at home and dropped elsewhere.
    Key(TimerKey),
    /// By what its owner elsewhere holds.
    Abroad(Arc<AbroadTimer>),
}

/// What wakes a sleeping home.
pub(crate) enum Bell {
    /// An engine sleeps in the selector.
    Selector(mio::Waker),
    /// A local set sleeps in its host's hands: the newest waker that it was polled with.
    Host(Mutex<Option<Waker>>),
}

static REGISTRY: RwLock<BTreeMap<HomeId, Arc<Remote>>> = RwLock::new(BTreeMap::new());

/// Makes a home's address, known to the whole process from now on.
pub(crate) fn register(bell: Bell) -> (Arc<Remote>, Inside<Letter>) {
    let (outside, inside) = letterbox(bell);
    let home = HomeId(Serial::new());
    let remote = Arc::new(Remote { home, letters: outside, finished: Mutex::default() });
    let mut registry = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
    registry.insert(home, remote.clone());
    (remote, inside)
}

/// Takes a dead home off the registry.
pub(crate) fn unregister(home: HomeId) {
    let gone = REGISTRY.write().unwrap_or_else(PoisonError::into_inner).remove(&home);
    drop(gone);
}

/// Posts a letter to home N; gives it back if N is gone.
pub(crate) fn post(home: HomeId, letter: Letter) -> Result<(), Letter> {
    let remote = REGISTRY.read().unwrap_or_else(PoisonError::into_inner).get(&home).cloned();
    match remote {
        Some(remote) => remote.letters.post(letter),
        None => Err(letter),
    }
}

impl Remote {
    /// Takes a finished task that was moved here. The box is the caller's to drop.
    pub(crate) fn take_finished(&self, id: Id) -> Option<Pin<Box<SendTask>>> {
        self.finished.lock().remove(&id)
    }
}

impl Bell {
    pub(crate) fn ring(&self) {
        match self {
            // The eventfd's counter can't overflow by single rings, and mio empties it on EAGAIN.
            Bell::Selector(waker) => waker.wake().expect("the selector's waker takes a ring"),
            Bell::Host(host) => {
                // Taken: once woken the host polls the set, which stores it anew. (And to clone it
                // under the lock would be foreign code.)
                let waker = host.lock().take();
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
        }
    }
}

impl Letter {
    /// The letter's name in the record of events.
    pub(crate) fn kind(&self) -> LetterKind {
        match self {
            Letter::Spawn(_) => LetterKind::Spawn,
            Letter::Wake(_) => LetterKind::Wake,
            Letter::Abort(_) => LetterKind::Abort,
            Letter::Join { .. } => LetterKind::Join,
            Letter::Detach(_) => LetterKind::Detach,
            Letter::TimerAdd(_) => LetterKind::TimerAdd,
            Letter::TimerCancel(_) => LetterKind::TimerCancel,
            Letter::BlockingDone(_) => LetterKind::BlockingDone,
        }
    }
}
