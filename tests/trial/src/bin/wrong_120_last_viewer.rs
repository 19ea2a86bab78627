//! A camera films as long as someone looks: frames go out through a `watch`, and `closed` says that the last viewer has gone.
//!
//! Wrong: the camera was made by `watch::channel`, and keeps the first receiver, which it clones for each viewer. That one
//! is never dropped, so the last viewer never goes.
//!
//! Expected: `deadlock` of `main` and the camera, at `closed`. The cure: drop the receiver and call `Sender::subscribe` for
//! each viewer.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::watch;
use kettle::time::{interval, sleep};

struct Camera {
    frames: watch::Sender<u64>,
    screen: watch::Receiver<u64>,
}

impl Camera {
    fn new() -> Arc<Camera> {
        let (frames, screen) = watch::channel(0);
        Arc::new(Camera { frames, screen })
    }

    fn viewer(&self) -> watch::Receiver<u64> {
        self.screen.clone()
    }

    async fn film(&self, number: u64) {
        let mut clock = interval(Duration::from_millis(20));
        for frame in 0..number {
            clock.tick().await;
            self.frames.send_replace(frame);
        }
    }
}

async fn watch_film(mut frames: watch::Receiver<u64>, from: Duration) {
    sleep(from).await;
    while frames.changed().await.is_ok() {
        let frame = *frames.borrow_and_update();
        if frame >= 20 {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let camera = Camera::new();
    for number in 0..3 {
        kettle::spawn(watch_film(camera.viewer(), Duration::from_millis(30 * number)));
    }
    let filming = kettle::spawn(async move {
        camera.film(30).await;
        camera.frames.closed().await;
        println!("nobody looks any more");
    });
    filming.await.unwrap();
}
