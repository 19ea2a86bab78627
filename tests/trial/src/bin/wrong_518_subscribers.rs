//! News for subscribers: each visitor gets a task which waits for the next piece.
//! doctor: `leaked_tasks`

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::interval;

struct Subscriber {
    news: watch::Sender<Option<String>>,
}

#[derive(Default)]
struct Newsroom {
    subscribers: Vec<Subscriber>,
}

impl Newsroom {
    fn subscribe(&mut self, name: String) {
        let (news, mut arriving) = watch::channel(None::<String>);
        self.subscribers.push(Subscriber { news });
        kettle::spawn(async move {
            while arriving.changed().await.is_ok() {
                let piece = arriving.borrow_and_update().clone();
                println!("{name} reads {piece:?}");
            }
        });
    }

    fn publish(&self, piece: &str) {
        for subscriber in self.subscribers.iter().take(2) {
            let _ = subscriber.news.send(Some(piece.to_string()));
        }
    }
}

#[kettle::main]
async fn main() {
    let mut newsroom = Newsroom::default();
    let mut doorbell = interval(Duration::from_millis(5));
    // Visitors come, read and leave; nobody takes them from the list.
    for minute in 0..900 {
        doorbell.tick().await;
        for visitor in 0..10 {
            newsroom.subscribe(format!("visitor {minute}.{visitor}"));
        }
        if minute % 300 == 100 {
            newsroom.publish("Rain");
        }
    }
    println!("{} subscribers.", newsroom.subscribers.len());
}
