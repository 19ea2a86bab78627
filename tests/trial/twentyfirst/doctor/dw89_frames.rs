// WRONG. Double buffering: a painter sends owned guards of a frame to the screen task, which shows a frame only after "vsync" (a Notify), and vsync is called after the third frame was sent. There are two frames.
// EXPECT: deadlock: painter waits for frame's lock whose guard lies in the channel; screen waits for notify. CURE: vsync before the third frame.
use kettle::sync::{Mutex, Notify, OwnedMutexGuard, mpsc};
use std::sync::Arc;

async fn screen(mut frames: mpsc::Receiver<OwnedMutexGuard<u32>>, vsync: Arc<Notify>) -> u32 {
    let mut shown = 0;
    loop {
        vsync.notified().await;
        let Some(frame) = frames.recv().await else { return shown };
        println!("shows {}", *frame);
        shown += 1;
        vsync.notify_one();
    }
}

#[kettle::main]
async fn main() {
    let frames: Vec<_> = (0..2).map(|n| Arc::new(Mutex::new(n))).collect();
    let vsync = Arc::new(Notify::new());
    let (send, receive) = mpsc::channel(4);
    let screen = kettle::spawn(screen(receive, vsync.clone()));
    for n in 0..6_u32 {
        let mut frame = frames[n as usize % 2].clone().lock_owned().await;
        *frame += 10;
        send.send(frame).await.ok().unwrap();
        if n == 2 {
            vsync.notify_one();
        }
    }
    drop(send);
    println!("{} shown", screen.await.unwrap());
}
