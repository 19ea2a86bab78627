// A session ends when nothing has come for 150 ms; each message puts the limit off.
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, sleep};

async fn user(keys: mpsc::Sender<&'static str>) {
    for (pause, word) in [(50, "hello"), (100, "are"), (120, "you"), (250, "there")] {
        sleep(Duration::from_millis(pause)).await;
        if keys.send(word).await.is_err() {
            println!("user: nobody listens");
            return;
        }
    }
}

async fn session(mut keys: mpsc::Receiver<&'static str>) -> usize {
    let limit = sleep(Duration::from_millis(150));
    kettle::pin!(limit);
    let mut words = 0;
    loop {
        kettle::select! {
            word = keys.recv() => match word {
                Some(_) => {
                    words += 1;
                    limit.as_mut().reset(Instant::now() + Duration::from_millis(150));
                }
                None => return words,
            },
            () = &mut limit => return words,
        }
    }
}

#[kettle::main]
async fn main() {
    let (tx, rx) = mpsc::channel(4);
    let user = kettle::spawn(user(tx));
    let session = kettle::spawn(session(rx));
    println!("{} words", session.await.unwrap());
    user.await.unwrap();
}
