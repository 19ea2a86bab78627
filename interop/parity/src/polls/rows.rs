// Compiled for each runtime, which is `rt` here.

use std::future::poll_fn;
use std::hint::spin_loop;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};

use rt::runtime::Builder;
use rt::sync::mpsc;
use rt::task::yield_now;

/// The rows' figures, in words.
pub(crate) fn rows() -> [String; 3] {
    [beside_four(messages()), beside_four(yields()), beside_four(wakes())]
}

fn beside_four(row: impl Future<Output = ()>) -> String {
    let polls = Arc::new(AtomicUsize::new(0));
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let took = runtime.block_on(async {
        for _ in 0..4 {
            let polls = polls.clone();
            rt::spawn(async move {
                loop {
                    polls.fetch_add(1, Relaxed);
                    let start = Instant::now();
                    while start.elapsed() < Duration::from_micros(20) {
                        spin_loop();
                    }
                    yield_now().await;
                }
            });
        }
        let start = Instant::now();
        row.await;
        start.elapsed()
    });
    format!("{} polls {:.1} ms", polls.load(Relaxed), took.as_secs_f64() * 1e3)
}

/// The receiver spends its budget every 128 messages.
async fn messages() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for message in 0..2_000 {
        sender.send(message).expect("the receiver is there");
    }
    for _ in 0..2_000 {
        receiver.recv().await.expect("a message");
    }
}

struct Foreign(Waker);

impl Wake for Foreign {
    fn wake(self: Arc<Self>) {
        self.0.wake_by_ref();
    }
}

/// As under a combinator that gives each of its futures a waker of its own.
async fn yields() {
    for _ in 0..2_000 {
        let mut yielding = pin!(yield_now());
        poll_fn(|cx| {
            let foreign = Waker::from(Arc::new(Foreign(cx.waker().clone())));
            yielding.as_mut().poll(&mut Context::from_waker(&foreign))
        })
        .await;
    }
}

/// Another thread answers each message.
async fn wakes() {
    let (ask, asked) = std::sync::mpsc::channel();
    let (answer, mut answered) = mpsc::unbounded_channel();
    let thread = std::thread::spawn(move || {
        for question in asked {
            answer.send(question).expect("the receiver is there");
        }
    });
    for question in 0..25 {
        ask.send(question).expect("the thread is there");
        answered.recv().await.expect("an answer");
    }
    drop(ask);
    thread.join().expect("it ends");
}
