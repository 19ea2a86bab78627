//! A program that hangs in functions of functions, whose functions the doctor names with
//! `KETTLE_STACKS=1`. (Its lines are in `stacks.txt`.)

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use kettle::runtime::Builder;
use kettle::sync::{Mutex, mpsc};

pub(crate) fn play() {
    Builder::new_current_thread().build().expect("a runtime").block_on(run());
}

async fn run() {
    let (_tx, mut rx) = mpsc::channel::<u8>(1);
    let (anna, bert) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
    let server = kettle::spawn(async move { serve(&mut rx).await });
    let both = Philosopher { left: anna.clone(), right: bert.clone() };
    let other = Philosopher { left: bert, right: anna };
    let dinner = kettle::spawn(both.dine());
    kettle::spawn(async move { other.dine().await });
    let (_, _) = kettle::join!(dinner, async { Served(Box::pin(server)).await });
}

async fn serve(rx: &mut mpsc::Receiver<u8>) {
    handle::<Vec<Option<&str>>, 4>(rx).await;
}

async fn handle<T: Default, const N: usize>(rx: &mut mpsc::Receiver<u8>) {
    let _kept: [T; N] = [const { None }; N].map(Option::unwrap_or_default);
    let boxed: Pin<Box<dyn Future<Output = Option<u8>> + Send + '_>> = Box::pin(read(rx));
    boxed.await;
}

async fn read(rx: &mut mpsc::Receiver<u8>) -> Option<u8> {
    kettle::select! {
        value = rx.recv() => value,
    }
}

trait Dines {
    fn dine(self) -> impl Future<Output = ()> + Send;
}

struct Philosopher<T> {
    left: Arc<Mutex<T>>,
    right: Arc<Mutex<T>>,
}

impl<T: Send + 'static> Dines for Philosopher<T> {
    async fn dine(self) {
        let _left = self.left.lock().await;
        kettle::task::yield_now().await;
        self.other().await;
    }
}

impl<T> Philosopher<T> {
    async fn other(&self) {
        let lock = async |lock: &Mutex<T>| drop(lock.lock().await);
        lock(&self.right).await;
    }
}

/// A future written by hand.
struct Served<F>(F);

impl<F: Future + Unpin> Future for Served<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        pin!(&mut self.0).poll(cx)
    }
}
