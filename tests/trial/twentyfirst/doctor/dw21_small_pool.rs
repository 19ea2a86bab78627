// WRONG. The pool has two threads for blocking work. Two blocking consumers wait (blocking_recv) for what a third blocking job, the
// producer, is to send: it never gets a thread.
// EXPECT: deadlock: says that a blocking job waits for a thread (pool of 2 exhausted), the producer job named with its line.
// CURE: more threads (max_blocking_threads(3)), or start the producer first / async consumers.
use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

fn main() {
    let runtime =
        kettle::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(2).build().unwrap();
    runtime.block_on(async {
        let (left, mut from_left) = mpsc::channel::<u32>(4);
        let (right, mut from_right) = mpsc::channel::<u32>(4);
        let one = spawn_blocking(move || {
            let mut sum = 0;
            while let Some(n) = from_left.blocking_recv() {
                sum += n;
            }
            sum
        });
        let two = spawn_blocking(move || {
            let mut max = 0;
            while let Some(n) = from_right.blocking_recv() {
                max = max.max(n);
            }
            max
        });
        let producer = spawn_blocking(move || {
            for n in 0..10 {
                left.blocking_send(n).unwrap();
                right.blocking_send(n).unwrap();
            }
        });
        producer.await.unwrap();
        println!("{} {}", one.await.unwrap(), two.await.unwrap());
    });
}
