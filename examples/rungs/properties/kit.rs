//! What does a rung offer to its properties, and what is a property?

use std::any::Any;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// What all rungs offer.
pub trait Rung: 'static {
    fn block_on<F: Future>(future: F) -> F::Output;
    fn sleep(duration: Duration) -> impl Future<Output = ()> + 'static;
}

/// What the rungs from the third on offer.
pub trait Tasks: Rung {
    fn spawn(future: impl Future<Output = ()> + 'static);
}

/// What the rungs from the sixth on offer.
pub trait Sockets: Tasks {
    type Listener: 'static;
    type Stream: 'static;
    async fn bind(address: &str) -> io::Result<Self::Listener>;
    fn local_addr(listener: &Self::Listener) -> io::Result<SocketAddr>;
    async fn accept(listener: &Self::Listener) -> io::Result<(Self::Stream, SocketAddr)>;
    async fn read(stream: &mut Self::Stream, buffer: &mut [u8]) -> io::Result<usize>;
    async fn write_all(stream: &mut Self::Stream, bytes: &[u8]) -> io::Result<()>;
}

/// What the last rung offers.
pub trait Handles: Sockets {
    type Handle<T: Send + 'static>: Send + 'static;
    fn spawn_joined<T: Send + 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> Self::Handle<T>;
    fn abort<T: Send + 'static>(handle: &Self::Handle<T>);
    async fn join<T: Send + 'static>(handle: Self::Handle<T>) -> Result<T, End>;
    /// `select!` of the two: is the first the winner? The winner's arm calls `in_the_arm`.
    async fn first_wins(first: Job, second: Job, in_the_arm: impl FnOnce()) -> bool;
}

/// Why a task has no output.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    Cancelled,
    /// What the panic carries, in words.
    Panic(String),
}

pub fn carried(payload: &(dyn Any + Send)) -> String {
    let number = payload.downcast_ref::<i32>().map(|number| format!("the number {number}"));
    let text = payload.downcast_ref::<&'static str>().map(|text| format!("the text {text:?}"));
    let string = || Some(format!("the string {:?}", payload.downcast_ref::<String>()?));
    number.or(text).or_else(string).unwrap_or_else(|| "something else".to_owned())
}

pub type Job = Pin<Box<dyn Future<Output = ()>>>;

/// Implements one of these traits for a type, by the functions of a module.
macro_rules! implement {
    (Rung for $name:ident by $rung:ident) => {
        impl $crate::properties::Rung for $name {
            fn block_on<F: Future>(future: F) -> F::Output {
                $rung::block_on(future)
            }

            fn sleep(duration: std::time::Duration) -> impl Future<Output = ()> + 'static {
                $rung::sleep(duration)
            }
        }
    };
    (Tasks for $name:ident by $rung:ident) => {
        impl $crate::properties::Tasks for $name {
            fn spawn(future: impl Future<Output = ()> + 'static) {
                $rung::spawn(future);
            }
        }
    };
    (Sockets for $name:ident by $rung:ident) => {
        impl $crate::properties::Sockets for $name {
            type Listener = $rung::TcpListener;
            type Stream = $rung::TcpStream;

            async fn bind(address: &str) -> std::io::Result<Self::Listener> {
                $rung::TcpListener::bind(address).await
            }

            fn local_addr(listener: &Self::Listener) -> std::io::Result<std::net::SocketAddr> {
                listener.local_addr()
            }

            async fn accept(
                listener: &Self::Listener,
            ) -> std::io::Result<(Self::Stream, std::net::SocketAddr)> {
                listener.accept().await
            }

            async fn read(stream: &mut Self::Stream, buffer: &mut [u8]) -> std::io::Result<usize> {
                stream.read(buffer).await
            }

            async fn write_all(stream: &mut Self::Stream, bytes: &[u8]) -> std::io::Result<()> {
                stream.write_all(bytes).await
            }
        }
    };
    (Handles for $name:ident by $rung:ident) => {
        impl $crate::properties::Handles for $name {
            type Handle<T: Send + 'static> = $rung::JoinHandle<T>;

            fn spawn_joined<T: Send + 'static>(
                future: impl Future<Output = T> + 'static,
            ) -> Self::Handle<T> {
                $rung::spawn(future)
            }

            fn abort<T: Send + 'static>(handle: &Self::Handle<T>) {
                handle.abort();
            }

            async fn join<T: Send + 'static>(
                handle: Self::Handle<T>,
            ) -> Result<T, $crate::properties::End> {
                handle.await.map_err(|error| match error {
                    $rung::JoinError::Cancelled => $crate::properties::End::Cancelled,
                    $rung::JoinError::Panic(payload) => {
                        $crate::properties::End::Panic($crate::properties::carried(&*payload))
                    }
                })
            }

            async fn first_wins(
                first: $crate::properties::Job,
                second: $crate::properties::Job,
                in_the_arm: impl FnOnce(),
            ) -> bool {
                use std::future::poll_fn;
                // Each with an output of its own.
                let (mut first, mut second) = (first, second);
                select! {
                    () = poll_fn(move |cx| first.as_mut().poll(cx)) => {
                        in_the_arm();
                        true
                    },
                    is_first = poll_fn(move |cx| second.as_mut().poll(cx).map(|()| false)) => {
                        in_the_arm();
                        is_first
                    },
                }
            }
        }
    };
}

/// A claim, and what panics if it is false.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    pub name: &'static str,
    pub claim: &'static str,
    pub run: fn(),
}

/// The words of a panic in `f`, if there is one.
pub fn panics_in<R>(f: impl FnOnce() -> R) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(f)).err()?;
    let words = panic.downcast_ref::<String>().map(String::as_str);
    Some(words.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned())
}

pub const WAKES: usize = 1_000;

pub fn wake_often(waker: &Waker) {
    (0..WAKES).for_each(|_| waker.wake_by_ref());
}

pub fn wake_often_from_a_thread(waker: &Waker) {
    thread::scope(|scope| scope.spawn(|| wake_often(waker)).join().unwrap());
}

/// Lets all other tasks that are ready have their turn.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The same, so many times.
pub async fn give_way(count: usize) {
    for _ in 0..count {
        yield_now().await;
    }
}

/// Notes on which threads it is called.
#[derive(Default)]
pub struct Caller(pub Mutex<Vec<ThreadId>>);

impl Wake for Caller {
    fn wake(self: Arc<Self>) {
        self.0.lock().unwrap().push(thread::current().id());
    }
}

impl Caller {
    pub fn calls(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

pub fn caller() -> (Waker, Arc<Caller>) {
    let caller = Arc::new(Caller::default());
    (Waker::from(Arc::clone(&caller)), caller)
}

/// How many clones of the waker live besides the caller's own two.
pub fn clones_of(caller: &Arc<Caller>) -> usize {
    Arc::strong_count(caller) - 2
}

pub fn poll<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}
