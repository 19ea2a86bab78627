//! A template engine calls helpers that are plain functions. One of them needs the database.
//! doctor: `blocking_poll`

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::interval;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// From a blog: how to await in a plain function.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

type Query = (u32, oneshot::Sender<String>);

async fn database(mut queries: mpsc::Receiver<Query>) {
    while let Some((id, reply)) = queries.recv().await {
        let _ = reply.send(format!("user-{id}"));
    }
}

fn name_of(id: u32, queries: &mpsc::Sender<Query>) -> String {
    wait_for(async {
        let (reply, name) = oneshot::channel();
        queries.send((id, reply)).await.unwrap();
        name.await.unwrap()
    })
}

async fn page(queries: mpsc::Sender<Query>) -> String {
    format!("<h1>Hello {}</h1>", name_of(7, &queries))
}

#[kettle::main]
async fn main() {
    let (queries, asked) = mpsc::channel(4);
    kettle::spawn(database(asked));
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
        }
    });
    let page = kettle::spawn(page(queries));
    println!("{}", page.await.unwrap());
}
