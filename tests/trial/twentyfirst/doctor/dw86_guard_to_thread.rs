// WRONG. An owned guard is sent to a plain thread by std's channel; the thread waits for a second message ("go") before it drops the guard; main locks before it says go.
// EXPECT: deadlock: main waits for lock 1; the other thread waits for this program. CURE: say go first.
use kettle::sync::{Mutex, OwnedMutexGuard};
use std::sync::{Arc, mpsc};
use std::thread;

#[kettle::main]
async fn main() {
    let picture = Arc::new(Mutex::new(vec![0_u8; 16]));
    let (give, work) = mpsc::channel::<OwnedMutexGuard<Vec<u8>>>();
    let (go, wait) = mpsc::channel::<()>();
    let painter = thread::spawn(move || {
        let mut picture = work.recv().unwrap();
        wait.recv().unwrap();
        picture.fill(7);
    });
    give.send(picture.clone().lock_owned().await).unwrap();
    let seen = picture.lock().await[0];
    go.send(()).unwrap();
    painter.join().unwrap();
    println!("{seen}");
}
