//! A `join_all` written by hand, with a waker of its own per child, so that it polls only those that were
//! woken. It is polled in one task first, and moves to another one.
//!
//! Suspicious: the children never see the task's waker, and the first task's waker is thrown away.
//!
//! doctor: silence

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::{sleep, timeout};

type Child = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Default)]
struct Bell {
    rung: AtomicBool,
    parent: Mutex<Option<Waker>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        let parent = self.parent.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

struct JoinAll(Vec<(Child, Arc<Bell>)>);

fn join_all(children: Vec<Child>) -> JoinAll {
    let rung = || Arc::new(Bell { rung: true.into(), parent: Mutex::default() });
    JoinAll(children.into_iter().map(|child| (child, rung())).collect())
}

impl Future for JoinAll {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.retain_mut(|(child, bell)| {
            let parent = Some(cx.waker().clone());
            *bell.parent.lock().unwrap_or_else(PoisonError::into_inner) = parent;
            let waker = Waker::from(bell.clone());
            !bell.rung.swap(false, Ordering::AcqRel)
                || child.as_mut().poll(&mut Context::from_waker(&waker)).is_pending()
        });
        if self.0.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[kettle::main]
async fn main() {
    let (send, receive) = oneshot::channel();
    let children: Vec<Child> = vec![
        Box::pin(sleep(Duration::from_millis(700))),
        Box::pin(async { println!("{:?}", receive.await) }),
        Box::pin(async { println!("at once") }),
    ];
    let mut all = join_all(children);
    let early = timeout(Duration::from_millis(100), &mut all).await;
    println!("all at once: {}", early.is_ok());
    let rest = kettle::spawn(all);
    sleep(Duration::from_millis(1200)).await;
    send.send("tea").expect("it is waited for");
    rest.await.expect("it doesn't panic");
}
