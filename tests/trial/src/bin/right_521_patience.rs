//! How long a lock at a door waits for its key, tried out with a paused clock.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::time::{Instant, sleep, timeout};

#[derive(Debug, PartialEq)]
enum Door {
    Opened,
    StaysShut,
}

async fn door(mut keys: mpsc::Receiver<u32>, code: u32) -> Door {
    let patience = Duration::from_secs(30);
    loop {
        match timeout(patience, keys.recv()).await {
            Ok(Some(key)) if key == code => return Door::Opened,
            Ok(Some(_)) => println!("a wrong key"),
            Ok(None) | Err(_) => return Door::StaysShut,
        }
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (turn, keys) = mpsc::channel(1);
    let shut = kettle::spawn(door(keys, 77));
    turn.send(76).await.expect("the door waits");
    let begun = Instant::now();
    assert_eq!(shut.await.expect("no panic"), Door::StaysShut);
    println!("shut after {} s", begun.elapsed().as_secs());

    let (turn, keys) = mpsc::channel(1);
    let opened = kettle::spawn(door(keys, 77));
    sleep(Duration::from_secs(29)).await;
    turn.send(77).await.expect("the door waits");
    assert_eq!(opened.await.expect("no panic"), Door::Opened);

    // Nobody rings: the porter's limit ends it, twice.
    let (_bell, mut ringing) = oneshot::channel::<()>();
    assert!(timeout(Duration::from_secs(3_600), &mut ringing).await.is_err());
    let book = Arc::new(Mutex::new(Vec::from(["the porter came"])));
    let mut page = book.lock().await;
    assert!(timeout(Duration::from_secs(60), book.lock()).await.is_err());
    page.push("nobody rang");
    println!("{page:?}, {} s", begun.elapsed().as_secs());
}
