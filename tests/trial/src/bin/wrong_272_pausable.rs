//! A reader can be paused. While it is, its hand-written `poll` returns `Pending` at once and keeps no waker, and
//! `resume` only sets a flag.
//!
//! doctor: `lost_wakeup`
//! cure: store the waker before `Pending`, and call it in `resume`
//! ends: killed

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Player {
    paused: Arc<AtomicBool>,
    notes: mpsc::Receiver<char>,
}

impl Player {
    fn poll_note(&mut self, cx: &mut Context<'_>) -> Poll<Option<char>> {
        if self.paused.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        self.notes.poll_recv(cx)
    }

    async fn play(mut self) -> usize {
        let mut played = 0;
        while let Some(note) = poll_fn(|cx| self.poll_note(cx)).await {
            print!("{note} ");
            played += 1;
        }
        played
    }
}

#[kettle::main]
async fn main() {
    let paused = Arc::new(AtomicBool::new(false));
    let (song, notes) = mpsc::channel(16);
    let player = kettle::spawn(Player { paused: paused.clone(), notes }.play());
    for note in "cde".chars() {
        song.send(note).await.unwrap();
    }
    sleep(Duration::from_millis(50)).await;
    paused.store(true, Ordering::Relaxed);
    song.send('f').await.unwrap();
    sleep(Duration::from_millis(50)).await;
    paused.store(false, Ordering::Relaxed); // and no one is told
    drop(song);
    println!("{} played", player.await.unwrap());
}
