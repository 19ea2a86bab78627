//! A pub: the music plays until nobody listens, and the door is closed by closing its semaphore.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Pub {
    seats: Semaphore,
}

async fn musician(song: mpsc::Sender<u32>) -> u32 {
    let mut played = 0;
    loop {
        kettle::select! {
            () = song.closed() => return played,
            () = sleep(Duration::from_millis(100)) => {
                if song.try_send(played).is_ok() {
                    played += 1;
                }
            }
        }
    }
}

async fn guest(number: u64, house: Arc<Pub>) -> Option<u64> {
    let Ok(_seat) = house.seats.acquire().await else { return None };
    sleep(Duration::from_millis(250 * (1 + number % 3))).await;
    Some(number)
}

#[kettle::main]
async fn main() {
    let house = Arc::new(Pub { seats: Semaphore::new(2) });
    let (song, mut songs) = mpsc::channel(1);
    let musician = kettle::spawn(musician(song));
    let mut guests = JoinSet::new();
    for number in 0..12 {
        guests.spawn(guest(number, house.clone()));
    }
    for _ in 0..15 {
        let song = songs.recv().await.unwrap();
        if song == 12 {
            println!("last orders");
            house.seats.close();
        }
    }
    drop(songs);
    println!("{} songs were played", musician.await.unwrap());
    let (mut served, mut sent_home) = (0, 0);
    while let Some(guest) = guests.join_next().await {
        match guest.unwrap() {
            Some(_) => served += 1,
            None => sent_home += 1,
        }
    }
    println!("{served} guests were served, {sent_home} sent home");
}
