// RIGHT. Two runtimes on two threads talk over channels; both idle for 3 s while the main thread (std) sleeps and then sends the first word. EXPECT: silence.
use kettle::runtime::Builder;
use kettle::sync::mpsc;
use std::thread;
use std::time::Duration;

fn stage(mut input: mpsc::Receiver<u32>, output: mpsc::Sender<u32>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
            while let Some(n) = input.recv().await {
                output.send(n + 1).await.unwrap();
            }
        });
    })
}

fn main() {
    let (first, a) = mpsc::channel(4);
    let (b, c) = mpsc::channel(4);
    let (d, mut last) = mpsc::channel(4);
    let one = stage(a, b);
    let two = stage(c, d);
    thread::sleep(Duration::from_secs(3));
    for n in 0..10 {
        first.blocking_send(n).unwrap();
        println!("{}", last.blocking_recv().unwrap());
    }
    thread::sleep(Duration::from_secs(2));
    drop(first);
    one.join().unwrap();
    two.join().unwrap();
}
