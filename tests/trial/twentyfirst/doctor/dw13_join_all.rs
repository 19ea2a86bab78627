// WRONG. A handwritten "join all" which polls only children whose flag is set: each child has a waker of its own (`impl Wake`) that
// sets the flag, but forgets to wake the task.
// EXPECT: lost_wakeup: the task's (main's) waker was dropped / the other waker didn't pass the call on. CURE: keep the task's waker in `Flag` and call it.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Child {
    future: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    flag: Arc<Flag>,
}

struct JoinAll(Vec<Child>);

impl JoinAll {
    fn new(futures: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>) -> Self {
        let child = |future| Child { future: Some(future), flag: Arc::new(Flag(AtomicBool::new(true))) };
        Self(futures.into_iter().map(child).collect())
    }
}

impl Future for JoinAll {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        for child in &mut self.0 {
            if !child.flag.0.swap(false, Ordering::SeqCst) {
                continue;
            }
            let waker = Waker::from(child.flag.clone());
            if let Some(future) = &mut child.future
                && future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
            {
                child.future = None;
            }
        }
        if self.0.iter().all(|child| child.future.is_none()) { Poll::Ready(()) } else { Poll::Pending }
    }
}

async fn download(id: u64) {
    kettle::time::sleep(Duration::from_millis(id * 20)).await;
    println!("{id} is here");
}

#[kettle::main]
async fn main() {
    let all = JoinAll::new(vec![Box::pin(download(1)), Box::pin(download(2)), Box::pin(download(3))]);
    let all = kettle::spawn(all);
    all.await.unwrap();
    println!("all are here");
}
