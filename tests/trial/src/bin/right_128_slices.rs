//! A program with a window has its own event loop, and gives the runtime a slice of each round: `block_on(yield_now)`.
//!
//! Right: between two slices there is up to half a second of other work, and timers are late by that. But the tasks come on.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use kettle::task::yield_now;
use kettle::time::sleep;

struct Window {
    runtime: Runtime,
    answers: UnboundedReceiver<String>,
    rounds: u32,
}

impl Window {
    fn open(words: &'static [&'static str]) -> std::io::Result<Window> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (send, answers) = unbounded_channel();
        for word in words {
            let send = send.clone();
            runtime.spawn(async move {
                for part in 1..=3 {
                    sleep(Duration::from_millis(150)).await;
                    let _ = send.send(format!("{word}, part {part}"));
                }
            });
        }
        Ok(Window { runtime, answers, rounds: 0 })
    }

    /// What the user does: mostly little, sometimes the window is dragged.
    fn events(&mut self) {
        self.rounds += 1;
        let dragged = self.rounds.is_multiple_of(5);
        thread::sleep(Duration::from_millis(if dragged { 450 } else { 30 }));
    }

    fn run(mut self) -> u32 {
        let mut shown = VecDeque::new();
        while shown.len() < 9 {
            self.events();
            self.runtime.block_on(async {
                for _ in 0..10 {
                    yield_now().await;
                }
            });
            while let Ok(answer) = self.answers.try_recv() {
                println!("{answer}");
                shown.push_back(answer);
            }
        }
        self.rounds
    }
}

fn main() -> std::io::Result<()> {
    let window = Window::open(&["tea", "coffee", "cocoa"])?;
    println!("{} rounds", window.run());
    Ok(())
}
