//! Right: two runtimes on two threads write to each other, with long pauses; each sleeps while the other one works.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::time::sleep;

async fn city(name: &str, mut inbox: mpsc::Receiver<u32>, to: mpsc::Sender<u32>) {
    while let Some(letter) = inbox.recv().await {
        println!("{name} reads letter {letter}");
        if letter >= 8 {
            break;
        }
        sleep(Duration::from_millis(350)).await;
        if to.send(letter + 1).await.is_err() {
            break;
        }
    }
}

fn main() {
    let (to_paris, paris) = mpsc::channel(1);
    let (to_london, london) = mpsc::channel(1);
    to_paris.try_send(0).unwrap();
    let channel = thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(city("Paris", paris, to_london));
    });
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(city("London", london, to_paris));
    channel.join().unwrap();
}
