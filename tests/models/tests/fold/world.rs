//! What do the tasks of a plan share, and find in their way?
//!
//! Channels, locks, signals, and handles that another task is to await. A future that uses a receiver
//! has it alone meanwhile, and gives it back when it is dropped.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::sync::{Barrier, Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, watch};
use kettle::task::JoinHandle;

use crate::plan::{CHANNELS, Handle, LOCKS, SIGNALS};

/// What all tasks of a plan share.
pub(crate) struct World {
    pub(crate) paused: bool,
    pub(crate) senders: Vec<StdMutex<Vec<mpsc::Sender<u32>>>>,
    pub(crate) receivers: Vec<StdMutex<Option<mpsc::Receiver<u32>>>>,
    pub(crate) locks: Vec<Mutex<()>>,
    pub(crate) semaphore: Semaphore,
    pub(crate) rwlock: RwLock<()>,
    pub(crate) notify: Notify,
    pub(crate) barrier: Barrier,
    pub(crate) watched: watch::Sender<u32>,
    pub(crate) broadcast: broadcast::Sender<u32>,
    signals: Vec<StdMutex<Signal>>,
    pub(crate) kept: StdMutex<Vec<JoinHandle<()>>>,
}

/// Set, or the wakers of the tasks that wait for it.
#[derive(Default)]
struct Signal {
    is_set: bool,
    waiting: Vec<Waker>,
}

impl World {
    /// Made inside of a run, so that its making is told.
    pub(crate) fn new(paused: bool) -> World {
        let (senders, receivers): (Vec<_>, Vec<_>) =
            (0..CHANNELS).map(|size| mpsc::channel(size + 1)).unzip();
        World {
            paused,
            senders: senders.into_iter().map(|sender| StdMutex::new(vec![sender])).collect(),
            receivers: receivers.into_iter().map(|rx| StdMutex::new(Some(rx))).collect(),
            locks: (0..LOCKS).map(|_| Mutex::new(())).collect(),
            semaphore: Semaphore::new(3),
            rwlock: RwLock::with_max_readers((), 3),
            notify: Notify::new(),
            barrier: Barrier::new(2),
            watched: watch::Sender::new(0),
            broadcast: broadcast::Sender::new(2),
            signals: (0..SIGNALS).map(|_| StdMutex::default()).collect(),
            kept: StdMutex::default(),
        }
    }

    pub(crate) fn sender(&self, channel: usize) -> Option<mpsc::Sender<u32>> {
        self.senders[channel].lock().unwrap().last().cloned()
    }

    pub(crate) fn receiver(self: &Arc<World>, channel: usize) -> Option<Borrowed> {
        let receiver = self.receivers[channel].lock().unwrap().take()?;
        Some(Borrowed { receiver: Some(receiver), channel, world: self.clone() })
    }

    pub(crate) fn set(&self, signal: usize) {
        let waiting = {
            let mut signal = self.signals[signal].lock().unwrap();
            signal.is_set = true;
            std::mem::take(&mut signal.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// A receiver that goes back when its user is dropped.
pub(crate) struct Borrowed {
    receiver: Option<mpsc::Receiver<u32>>,
    channel: usize,
    world: Arc<World>,
}

impl Deref for Borrowed {
    type Target = mpsc::Receiver<u32>;
    fn deref(&self) -> &mpsc::Receiver<u32> {
        self.receiver.as_ref().unwrap()
    }
}

impl DerefMut for Borrowed {
    fn deref_mut(&mut self) -> &mut mpsc::Receiver<u32> {
        self.receiver.as_mut().unwrap()
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let before = self.world.receivers[self.channel]
            .lock()
            .unwrap()
            .replace(self.receiver.take().unwrap());
        assert!(before.is_none(), "there is one receiver");
    }
}

impl World {
    /// Real waits are short.
    pub(crate) fn span(&self, millis: u64) -> Duration {
        if self.paused {
            Duration::from_millis(millis * 10)
        } else {
            Duration::from_millis(millis / 100)
        }
    }

    pub(crate) fn poll_signal(&self, signal: usize, cx: &mut Context<'_>) -> Poll<()> {
        let mut signal = self.signals[signal].lock().unwrap();
        if std::mem::take(&mut signal.is_set) {
            return Poll::Ready(());
        }
        signal.waiting.push(cx.waker().clone());
        Poll::Pending
    }

    pub(crate) async fn treat(&self, task: JoinHandle<()>, handle: Handle) {
        match handle {
            Handle::Await => drop(task.await),
            Handle::Drop => drop(task),
            Handle::Abort => task.abort(),
            Handle::AbortAndAwait => {
                task.abort_handle().abort();
                let _ = task.await;
            }
            Handle::Hand => drop(kettle::spawn(async { drop(task.await) }).await),
            Handle::Keep => self.kept.lock().unwrap().push(task),
        }
    }
}
