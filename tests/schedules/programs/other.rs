//! Programs that rely on what a poll, a read or the budget happens to do.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Wake, Waker};

use kettle::io::{AsyncReadExt, AsyncWriteExt, duplex};
use kettle::sync::Mutex;

use super::{after_hops, go};

/// A reader that takes one `read` for one message.
///
/// The message is written at once, and there is room for all of it. *One* decision: a write or a read moves
/// only a part.
pub(crate) async fn short_read() {
    let (mut here, mut there) = duplex(64);
    let writer = kettle::spawn(async move { here.write_all(b"a pot of tea").await.map(|()| here) });
    let mut message = [0; 64];
    let read = there.read(&mut message).await.unwrap();
    assert_eq!(&message[..read], b"a pot of tea");
    drop(writer.await.unwrap());
}

/// A future that takes its second poll for the answer.
///
/// A task is usually polled only when it was woken, and here the answer comes one hop later. *One* decision: it is
/// polled without need.
pub(crate) async fn impatient() {
    /// What the other task leaves, and whose waker it calls.
    type Slot = Arc<StdMutex<(Option<&'static str>, Option<Waker>)>>;

    struct Answer {
        slot: Slot,
        asked: bool,
    }

    impl Future for Answer {
        type Output = &'static str;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'static str> {
            let answer = self.slot.lock().unwrap().0.take();
            if answer.is_none() && !self.asked {
                self.asked = true;
                self.slot.lock().unwrap().1 = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(answer.expect("I was polled again, so the answer is there"))
        }
    }

    let slot = Slot::default();
    let guest = go(Answer { slot: slot.clone(), asked: false });
    after_hops(1, move || {
        let waker = {
            let mut slot = slot.lock().unwrap();
            slot.0 = Some("tea");
            slot.1.take()
        };
        waker.into_iter().for_each(Waker::wake);
    });
    assert_eq!(guest.await.unwrap(), "tea");
}

/// Two awaits in a row that never wait, as long as no other task holds the lock, are taken for one step.
///
/// Each task locks twice in one poll. *One* decision: the budget of the first one's poll ends before its
/// second `lock`.
pub(crate) async fn one_step() {
    let count = Arc::new(Mutex::new(0));
    let raise = |count: Arc<Mutex<u32>>| async move {
        let before = *count.lock().await;
        *count.lock().await = before + 1;
    };
    let first = kettle::spawn(raise(count.clone()));
    let second = kettle::spawn(raise(count.clone()));
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(*count.lock().await, 2, "an update is lost");
}

/// Futures in one task, each polled when its own waker is called, in the order of these calls: the idea of
/// `FuturesUnordered`.
pub(crate) struct AllOf {
    children: Vec<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    woken: Arc<Woken>,
}

struct Woken {
    order: StdMutex<VecDeque<usize>>,
    task: StdMutex<Option<Waker>>,
}

struct ChildWaker {
    child: usize,
    woken: Arc<Woken>,
}

impl Wake for ChildWaker {
    fn wake(self: Arc<Self>) {
        self.woken.order.lock().unwrap().push_back(self.child);
        let task = self.woken.task.lock().unwrap().clone();
        if let Some(task) = task {
            task.wake();
        }
    }
}

impl AllOf {
    pub(crate) fn new(children: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>) -> AllOf {
        let order = StdMutex::new((0..children.len()).collect());
        let woken = Arc::new(Woken { order, task: StdMutex::default() });
        AllOf { children: children.into_iter().map(Some).collect(), woken }
    }
}

impl Future for AllOf {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let AllOf { children, woken } = self.get_mut();
        *woken.task.lock().unwrap() = Some(cx.waker().clone());
        loop {
            let Some(child) = woken.order.lock().unwrap().pop_front() else { break };
            let waker = Waker::from(Arc::new(ChildWaker { child, woken: woken.clone() }));
            let Some(future) = &mut children[child] else { continue };
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                children[child] = None;
            }
        }
        if children.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    }
}
