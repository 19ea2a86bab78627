//! A program with an event loop of its own (a window's) uses a library on kettle. It enters the runtime, so that `spawn`
//! and `sleep` find it, and waits for the result with its own `block_on`.
//!
//! Wrong: `enter` names the runtime, and nothing drives it: the timers and tasks of this one run in `Runtime::block_on`
//! only. On tokio with many threads it worked.
//!
//! Expected: `idle_runtime`, a hint; the program hangs. The cure: `Runtime::block_on` in place of the own one, or a thread
//! that is in `block_on` all the time.
//!
//! doctor: `idle_runtime`
//! ends: killed

use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kettle::runtime::Runtime;
use kettle::time::sleep;

/// The window's queue of events; a wake is one of them.
struct Poke(Mutex<Sender<()>>);

impl Wake for Poke {
    fn wake(self: Arc<Self>) {
        let _ = self.0.lock().unwrap().send(());
    }
}

struct Window {
    poke: Arc<Poke>,
    events: Receiver<()>,
}

impl Window {
    fn open() -> Window {
        let (send, events) = channel();
        Window { poke: Arc::new(Poke(Mutex::new(send))), events }
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let waker = Waker::from(self.poke.clone());
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            self.events.recv().expect("the window is open");
        }
    }
}

async fn spell_check(word: &'static str) -> bool {
    let lookup = kettle::spawn(async move {
        sleep(Duration::from_millis(20)).await; // the dictionary
        !word.contains("ettel")
    });
    lookup.await.unwrap_or(false)
}

fn main() -> std::io::Result<()> {
    let runtime = Runtime::new()?;
    let _entered = runtime.enter();
    let window = Window::open();
    for word in ["kettle", "kettel"] {
        println!("{word}: {}", window.block_on(spell_check(word)));
    }
    Ok(())
}
