//! A window's thread polls a future of its own when its event queue says so. Its waker puts an event into that queue.
//!
//! Wrong: the queue is a channel of std with room for two, and the waker's `send` waits for room. The window's thread is in `blocking_send`
//! at that moment, until the game has taken a click, and the game is in the waker.
//!
//! Expected: `blocking_poll`, a poll of task 1 that never ends, or `deadlock`: each thread waits for the other one. The cure: a waker must not
//! wait; `try_send`, since one event is as good as three.
//!
//! doctor: `blocking_poll` | `deadlock`
//! ends: killed

use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{self as std_mpsc, SyncSender};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Events(SyncSender<&'static str>);

impl Wake for Events {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send("a future wants to go on");
    }
}

fn window(mut lines: mpsc::Receiver<u32>, clicks: &mpsc::Sender<u32>) {
    let (events, queue) = std_mpsc::sync_channel(2);
    let waker = Waker::from(Arc::new(Events(events.clone())));
    let mut cx = Context::from_waker(&waker);
    let mut show = pin!(async {
        while let Some(line) = lines.recv().await {
            println!("line {line}");
        }
    });
    while show.as_mut().poll(&mut cx) == Poll::Pending {
        let _ = events.try_send("the mouse has moved");
        let _ = events.try_send("the mouse has moved");
        for click in 0..3 {
            clicks.blocking_send(click).unwrap();
        }
        while queue.recv() == Ok("the mouse has moved") {}
    }
}

async fn game(lines: mpsc::Sender<u32>, mut clicks: mpsc::Receiver<u32>) {
    for number in 0..10 {
        sleep(Duration::from_millis(50)).await;
        lines.send(number).await.unwrap();
        while clicks.try_recv().is_ok() {}
    }
}

#[kettle::main]
async fn main() {
    let (line, lines) = mpsc::channel(4);
    let (click, clicks) = mpsc::channel(1);
    let window = thread::spawn(move || window(lines, &click));
    kettle::spawn(game(line, clicks)).await.unwrap();
    window.join().unwrap();
}
