//! What is to be written to one client, and what if it reads too slowly?
//!
//! Each client has a queue of at most [`MOST`] lines. Posting a line never waits, so a slow reader slows nobody. If the
//! queue is full, its oldest line is dropped and counted, and the client is told how many it missed before it reads on.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};

use kettle::sync::Notify;

/// A line as it is sent, with its `\n`: one text that all queues share.
pub type Line = Arc<str>;

/// The most lines that wait for one client.
pub const MOST: usize = 64;

#[derive(Default)]
pub struct Mailbox {
    // A lock of std's: it is never held across an `.await`.
    queue: Mutex<Queue>,
    posted: Notify,
}

#[derive(Default)]
struct Queue {
    lines: VecDeque<Line>,
    missed: u64,
    closed: bool,
}

/// What waited: several lines in one text, because one write costs more than many lines.
pub struct Batch {
    pub text: String,
    pub lines: u64,
    pub missed: u64,
}

impl Mailbox {
    pub fn post(&self, line: &Line) {
        let mut queue = self.lock();
        if queue.closed {
            return;
        }
        if queue.lines.len() == MOST {
            queue.lines.pop_front();
            queue.missed += 1;
        }
        queue.lines.push_back(line.clone());
        drop(queue);
        self.posted.notify_one();
    }

    /// Takes no more lines. Those that are in it will be read.
    pub fn close(&self) {
        self.lock().closed = true;
        self.posted.notify_one();
    }

    /// Everything that waits, once something does; `None` when it is closed and empty. Cancel safe: nothing is taken
    /// out before the last `.await`.
    pub async fn take(&self) -> Option<Batch> {
        loop {
            let (lines, missed, closed) = {
                let mut queue = self.lock();
                // Takes the queue's memory along: of a million users hardly one has a line waiting.
                (mem::take(&mut queue.lines), mem::take(&mut queue.missed), queue.closed)
            };
            if !lines.is_empty() {
                let told = match missed {
                    0 => String::new(),
                    _ => format!("* You read too slowly and missed {missed} lines.\n"),
                };
                let text = lines.iter().fold(told, |text, line| text + line);
                return Some(Batch { text, lines: lines.len() as u64, missed });
            }
            if closed {
                return None;
            }
            // A post between the look and this line is not lost: `notify_one` leaves a permit for the next to wait.
            self.posted.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("no code panics while it holds the queue")
    }
}
