// How does a server end without throwing its visitors out? It takes no new ones, tells those
// inside, lets them finish, and not forever. (The server is a café here: guests come through a
// channel instead of a listener, and a token says what Ctrl-C would.)

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::task::JoinSet;
use kettle::time::{Instant, sleep, timeout_at};

/// A word that is said once. All copies hear it, those too that ask later.
#[derive(Clone, Default)]
struct Token(Arc<watch::Sender<bool>>);

impl Token {
    fn cancel(&self) {
        self.0.send_replace(true);
    }

    async fn cancelled(&self) {
        let mut said = self.0.subscribe();
        said.wait_for(|said| *said).await.expect("the sender is in this copy, too");
    }
}

struct Guest {
    name: &'static str,
    /// So long a meal takes.
    minutes: u64,
    /// And so long, when the café wants to close.
    to_go: u64,
}

async fn meal(guest: Guest, closing: Token) -> &'static str {
    kettle::select! {
        () = sleep(Duration::from_mins(guest.minutes)) => {}
        () = closing.cancelled() => sleep(Duration::from_mins(guest.to_go)).await,
    }
    guest.name
}

/// Ends when no guest can come any more, and the last one has left.
async fn until_the_last(mut door: mpsc::Receiver<Guest>) {
    let mut tables = JoinSet::new();
    loop {
        kettle::select! {
            Some(guest) = door.recv() => {
                tables.spawn(meal(guest, Token::default()));
            }
            Some(gone) = tables.join_next() => println!("  {} has left", gone.expect("no panic")),
            else => break,
        }
    }
}

/// Ends when it is told to.
async fn until_told(mut door: mpsc::Receiver<Guest>, closing: Token) {
    let mut tables = JoinSet::new();
    loop {
        kettle::select! {
            biased; // once it is told, not one more comes in
            () = closing.cancelled() => break, // 1. no new guests
            Some(guest) = door.recv() => {
                tables.spawn(meal(guest, closing.clone()));
            }
            Some(gone) = tables.join_next() => println!("  {} has left", gone.expect("no panic")),
        }
    }
    let last = Instant::now() + Duration::from_mins(10);
    // 2. Guests who are here have been told, too, and may finish…
    while let Ok(Some(gone)) = timeout_at(last, tables.join_next()).await {
        println!("  {} has left when asked", gone.expect("no panic"));
    }
    println!("  sent home: {}", tables.len());
    tables.shutdown().await; // 3. …but not stay forever.
}

fn guests() -> [Guest; 3] {
    let guest = |name, minutes, to_go| Guest { name, minutes, to_go };
    [guest("Anna", 2, 1), guest("Bert", 50, 3), guest("Carl", 120, 60)]
}

#[kettle::main(start_paused = true)]
async fn main() {
    println!("The door is shut, and that is all:");
    let (street, door) = mpsc::channel(8);
    let cafe = kettle::spawn(until_the_last(door));
    for guest in guests() {
        street.send(guest).await.expect("the café is open");
    }
    let shut = Instant::now();
    drop(street);
    cafe.await.expect("no panic");
    println!("  over after {} min", shut.elapsed().as_secs() / 60);

    println!("The café is asked to close, after 5 min:");
    let (street, door) = mpsc::channel(8);
    let closing = Token::default();
    let cafe = kettle::spawn(until_told(door, closing.clone()));
    for guest in guests() {
        street.send(guest).await.expect("the café is open");
    }
    sleep(Duration::from_mins(5)).await;
    let told = Instant::now();
    closing.cancel();
    cafe.await.expect("no panic");
    println!("  over after {} min", told.elapsed().as_secs() / 60);
}
