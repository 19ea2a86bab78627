// WRONG. Two runtimes on two threads: each first waits for the other's greeting (mpsc), and both senders are alive. main joins the threads.
// EXPECT: deadlock found by the doctor's thread: both `recv` places. CURE: one sends first.
use kettle::runtime::Builder;
use kettle::sync::mpsc;
use std::thread;

fn side(name: &'static str, mut from: mpsc::Receiver<String>, to: mpsc::Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
            let other = from.recv().await.unwrap();
            to.send(format!("hello from {name}")).await.unwrap();
            println!("{name}: {other}");
        });
    })
}

fn main() {
    let (to_a, a) = mpsc::channel(1);
    let (to_b, b) = mpsc::channel(1);
    let one = side("a", a, to_b);
    let two = side("b", b, to_a);
    one.join().unwrap();
    two.join().unwrap();
}
