//! A device speaks through a thread: a command is put into std's channel, together with the waker to call when the device is done.
//! All tasks wait for it, and nothing else happens for a second at a time.
//!
//! Right: the wakers are with the thread, which calls them. Near to: `lost_wakeup`, `deadlock` (no timer, no socket).
//!
//! Expected: silent.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

struct Command {
    number: u32,
    answer: Arc<AtomicU32>,
    waker: Waker,
}

struct Done {
    number: u32,
    device: mpsc::Sender<Command>,
    answer: Arc<AtomicU32>,
    sent: bool,
}

impl Future for Done {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let answer = self.answer.load(Ordering::Acquire);
        if answer > 0 {
            return Poll::Ready(answer);
        }
        if !self.sent {
            self.sent = true;
            let (number, answer) = (self.number, self.answer.clone());
            self.device.send(Command { number, answer, waker: cx.waker().clone() }).unwrap();
        }
        Poll::Pending
    }
}

fn drive(commands: mpsc::Receiver<Command>) {
    for command in commands {
        thread::sleep(Duration::from_millis(1100));
        command.answer.store(command.number + 1, Ordering::Release);
        command.waker.wake();
    }
}

#[kettle::main]
async fn main() {
    let (device, commands) = mpsc::channel();
    let driver = thread::spawn(move || drive(commands));
    let tasks: Vec<_> = (1..=3)
        .map(|number| {
            let answer = Arc::default();
            kettle::spawn(Done { number, device: device.clone(), answer, sent: false })
        })
        .collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.unwrap();
    }
    println!("{sum}");
    drop(device);
    driver.join().unwrap();
}
