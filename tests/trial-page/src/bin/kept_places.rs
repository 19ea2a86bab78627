// Photos are received and put into an album, two at a time. A quick sender waits, and the channel is empty.

use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Photo {
    name: &'static str,
    parts: Vec<u64>,
}

/// The parts come over a line of this sender's own.
async fn receive(name: &'static str, parts: u64, pause: u64) -> Photo {
    let mut photo = Photo { name, parts: Vec::new() };
    for part in 1..=parts {
        sleep(ms(pause)).await;
        photo.parts.push(part);
    }
    photo
}

/// Nothing is received for which the album has no room.
async fn upload(album: mpsc::Sender<Photo>, name: &'static str, parts: u64, pause: u64) {
    let start = Instant::now();
    let Ok(place) = album.reserve().await else {
        return println!("{name}: the album is closed");
    };
    let photo = receive(name, parts, pause).await;
    place.send(photo);
    println!("{name} after {:?}", start.elapsed());
}

async fn album(mut photos: mpsc::Receiver<Photo>) -> usize {
    let mut parts = 0;
    while let Some(photo) = photos.recv().await {
        sleep(ms(4)).await;
        parts += photo.parts.len();
        println!("{} is in the album", photo.name);
    }
    parts
}

#[kettle::main]
async fn main() {
    let (photos, received) = mpsc::channel(2);
    let album = kettle::spawn(album(received));
    let senders = [
        ("the harbour", 2, 8),
        ("a phone on a train", 9, 30),
        ("a phone in a cellar", 5, 45),
        ("the office", 3, 2),
        ("the office again", 3, 2),
    ];
    for (name, parts, pause) in senders {
        kettle::spawn(upload(photos.clone(), name, parts, pause));
        sleep(ms(20)).await;
    }
    drop(photos);
    println!("{} parts", album.await.expect("no panic"));
}
