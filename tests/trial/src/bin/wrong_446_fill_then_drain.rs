//! A photo album: all pictures are listed, then each is developed.
//! doctor: `deadlock`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Negative {
    number: u32,
}

struct Album {
    to_develop: mpsc::Sender<Negative>,
    developed: Vec<u32>,
}

impl Album {
    async fn list(&self, roll: u32, pictures: u32) {
        for n in 1..=pictures {
            self.to_develop.send(Negative { number: roll * 100 + n }).await.unwrap();
        }
        println!("roll {roll}: {pictures} pictures are listed");
    }

    async fn develop(mut self, mut negatives: mpsc::Receiver<Negative>) -> Vec<u32> {
        drop(self.to_develop);
        while let Some(negative) = negatives.recv().await {
            sleep(Duration::from_millis(2)).await;
            self.developed.push(negative.number);
        }
        self.developed
    }
}

#[kettle::main]
async fn main() {
    let (to_develop, negatives) = mpsc::channel(32);
    let album = Album { to_develop, developed: Vec::new() };
    album.list(1, 12).await;
    album.list(2, 24).await;
    let pictures = album.develop(negatives).await;
    println!("{} pictures, the last is {:?}", pictures.len(), pictures.last());
}
