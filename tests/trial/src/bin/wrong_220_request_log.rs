//! A server waits, for each request, for its trace to be closed, in a task of its own, to log how long it took.
//!
//! Wrong: nobody closes a trace: the senders are kept in a list, and there is a task more for each request, for ever.
//!
//! Expected: `leaked_tasks`, a hint (with `watch`), of line 36: they wait for a value of a channel. The cure: drop or use the sender when
//! the request is over.
//!
//! doctor: `leaked_tasks`
//! ends: by itself

use std::time::{Duration, Instant};

use kettle::sync::oneshot;
use kettle::time::interval;

#[derive(Default)]
struct Traces {
    open: Vec<oneshot::Sender<()>>,
}

impl Traces {
    fn open(&mut self) -> oneshot::Receiver<()> {
        let (close, closed) = oneshot::channel();
        self.open.push(close);
        closed
    }
}

#[kettle::main]
async fn main() {
    let mut traces = Traces::default();
    let mut request = interval(Duration::from_millis(2));
    for number in 0..2_500 {
        request.tick().await;
        let closed = traces.open();
        kettle::spawn(async move {
            let begun = Instant::now();
            let _ = closed.await;
            println!("request {number}: {:?}", begun.elapsed());
        });
    }
    println!("{} open", traces.open.len());
}
