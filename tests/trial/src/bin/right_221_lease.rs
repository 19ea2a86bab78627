//! A lease is kept by a thread, which waits on a `Condvar` with a limit, and tells the tasks when it has run out.
//!
//! Right: the wait has a limit, and the condition is never signalled: after two seconds the thread goes on and sends.
//!
//! Expected: silent, though for two seconds every task waits, and the thread waits in a lock's system call.
//!
//! doctor: silence

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use kettle::sync::{broadcast, oneshot};

#[kettle::main]
async fn main() {
    let (ends, mut ended) = broadcast::channel(2);
    let (renewed, condition) = (Mutex::new(false), Condvar::new());
    let renewed = Arc::new((renewed, condition));
    let keeper = thread::spawn({
        let renewed = renewed.clone();
        move || {
            let (renewed, condition) = &*renewed;
            let limit = Duration::from_secs(2);
            let guard = renewed.lock().unwrap();
            let (_renewed, waited) = condition.wait_timeout_while(guard, limit, |yes| !*yes).unwrap();
            ends.send(waited.timed_out()).unwrap();
        }
    });
    let (say, said) = oneshot::channel();
    kettle::spawn(async move {
        let _ = say.send(ended.recv().await.unwrap());
    });
    println!("the lease has run out: {}", said.await.unwrap());
    keeper.join().unwrap();
}
