// A million tasks on rung 3 of the ladder, and ten thousand threads. What does each side take?
//
// See `docs/book/src/tasks.md`.

use std::cell::Cell;
use std::future::poll_fn;
use std::mem;
use std::rc::Rc;
use std::sync::Mutex;
use std::task::Poll;
use std::thread;
use std::time::Instant;

#[allow(dead_code, unreachable_pub)]
#[path = "rungs/rung3_queue.rs"]
mod rung3;

/// The one to change.
const TASKS: usize = 1_000_000;
const THREADS: usize = 10_000;

fn main() {
    let (begin, polls) = (Instant::now(), Rc::new(Cell::new(0)));
    rung3::block_on(async {
        for _ in 0..TASKS {
            rung3::spawn(waits_once(Rc::clone(&polls)));
        }
        // Behind all of them in the queue, twice.
        waits_once(Rc::default()).await;
        waits_once(Rc::default()).await;
    });
    println!("{TASKS} tasks, 1 thread: {} polls in {:.1?}", polls.get(), begin.elapsed());

    let (begin, gate) = (Instant::now(), Mutex::new(()));
    let threads = thread::scope(|scope| {
        let held = gate.lock().expect("nobody has panicked");
        let starts = || {
            let small = thread::Builder::new().stack_size(16 << 10);
            small.spawn_scoped(scope, || drop(gate.lock())).is_ok() // or the system allows no more
        };
        let threads = (0..THREADS).take_while(|_| starts()).count();
        drop(held);
        threads
    });
    println!("{threads} threads: in {:.1?}", begin.elapsed());
}

/// Gives way once: two polls.
async fn waits_once(polls: Rc<Cell<usize>>) {
    let mut waited = false;
    poll_fn(|cx| {
        polls.set(polls.get() + 1);
        cx.waker().wake_by_ref();
        if mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
