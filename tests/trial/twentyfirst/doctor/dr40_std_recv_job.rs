// RIGHT. A blocking job receives from std's channel (that's what the pool is for), a plain thread feeds it after 3 s; main waits for the job's sum through a oneshot and has nothing else to do. EXPECT: silence.
use kettle::sync::oneshot;
use std::sync::mpsc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let (sender, receiver) = mpsc::channel::<u64>();
    let (result, sum) = oneshot::channel();
    kettle::task::spawn_blocking(move || {
        let _ = result.send(receiver.iter().sum::<u64>());
    });
    let feeder = std::thread::spawn(move || {
        for n in 0..4 {
            std::thread::sleep(Duration::from_millis(1000));
            sender.send(n).unwrap();
        }
    });
    println!("{}", sum.await.unwrap());
    feeder.join().unwrap();
}
