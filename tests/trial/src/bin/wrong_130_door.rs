//! A door with a card reader. Each opening is told to the guard's desk.
//!
//! Wrong: `open` is no `async fn`, so the report can't be awaited there, and `_ =` makes the compiler's warning go away. The
//! desk hears nothing.
//!
//! Expected: `unpolled`, at the `send`. The cure: `.await` in an `async fn`; or `try_send`, if the door can't wait.
//!
//! doctor: `unpolled`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::{self, Sender};
use kettle::time::{interval, timeout};

#[derive(Debug)]
#[allow(dead_code, reason = "it is printed")]
struct Opening {
    door: &'static str,
    card: u32,
    allowed: bool,
}

struct Door {
    name: &'static str,
    cards: Vec<u32>,
    desk: Sender<Opening>,
}

impl Door {
    fn open(&self, card: u32) -> bool {
        let allowed = self.cards.contains(&card);
        _ = self.desk.send(Opening { door: self.name, card, allowed });
        allowed
    }
}

#[kettle::main]
async fn main() {
    let (desk, mut reports) = mpsc::channel(8);
    let door = Door { name: "the kitchen", cards: vec![7, 12], desk };
    let visitors = kettle::spawn(async move {
        let mut clock = interval(Duration::from_millis(20));
        for card in [7, 8, 12] {
            clock.tick().await;
            println!("card {card}: {}", door.open(card));
        }
    });
    while let Ok(Some(report)) = timeout(Duration::from_secs(1), reports.recv()).await {
        println!("desk: {report:?}");
    }
    visitors.await.unwrap();
}
