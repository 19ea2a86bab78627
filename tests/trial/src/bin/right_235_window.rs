//! A window's thread polls a future of its own when its event queue says so. Its waker puts an event into that queue, a channel of std with
//! room for two.
//!
//! Right: the waker uses `try_send`: if the queue is full, the window will look anyway. Between two lines are 1.3 s, in which the thread waits for
//! its queue, and kettle for nothing but a job.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

struct Events(SyncSender<()>);

impl Wake for Events {
    fn wake(self: Arc<Self>) {
        let _ = self.0.try_send(());
    }
}

fn window(mut lines: mpsc::Receiver<u32>) -> u32 {
    let (events, queue) = sync_channel(2);
    let waker = Waker::from(Arc::new(Events(events)));
    let mut cx = Context::from_waker(&waker);
    let mut show = pin!(async {
        let mut shown = 0;
        while let Some(line) = lines.recv().await {
            shown += line;
        }
        shown
    });
    loop {
        match show.as_mut().poll(&mut cx) {
            Poll::Ready(shown) => return shown,
            Poll::Pending => queue.recv().unwrap(),
        }
    }
}

#[kettle::main]
async fn main() {
    let (line, lines) = mpsc::channel(4);
    let window = thread::spawn(move || window(lines));
    for number in 0..3 {
        spawn_blocking(|| thread::sleep(Duration::from_millis(1300))).await.unwrap();
        line.send(number).await.unwrap();
    }
    drop(line);
    println!("{}", window.join().unwrap());
}
