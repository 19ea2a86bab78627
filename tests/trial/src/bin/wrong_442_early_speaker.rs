//! A conference: the speaker begins, and the listeners find their seats.
//! doctor: `deadlock`

use std::time::Duration;

use kettle::sync::{broadcast, mpsc};
use kettle::time::sleep;

async fn listener(
    name: &'static str,
    mut talk: broadcast::Receiver<&'static str>,
    done: mpsc::Sender<usize>,
) {
    let mut heard = 0;
    loop {
        match talk.recv().await {
            Ok("thank you") => break,
            Ok(_) => heard += 1,
            Err(broadcast::error::RecvError::Lagged(n)) => println!("{name} missed {n}"),
            Err(broadcast::error::RecvError::Closed) => break,
        }
    }
    let _ = done.send(heard).await;
}

async fn speak(stage: &broadcast::Sender<&'static str>) {
    for sentence in ["welcome", "async is easy", "no, really", "thank you"] {
        let _ = stage.send(sentence);
        sleep(Duration::from_millis(20)).await;
    }
}

#[kettle::main]
async fn main() {
    let (stage, _) = broadcast::channel(16);
    let (done, mut heard) = mpsc::channel(4);
    kettle::spawn(listener("Rae", stage.subscribe(), done.clone()));
    speak(&stage).await;
    kettle::spawn(listener("Sol", stage.subscribe(), done.clone()));
    drop(done);
    while let Some(sentences) = heard.recv().await {
        println!("someone heard {sentences} sentences");
    }
    println!("the hall is empty again");
    drop(stage);
}
