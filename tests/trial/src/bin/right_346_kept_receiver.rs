//! A bank publishes what it does as events, over a channel without a limit. In the evening the book-keeper reads them all.
//!
//! Right: a day's events are many, but the book-keeper reads them before there are more.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use kettle::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use kettle::time::{Duration, sleep};

enum Event {
    PaidIn(u64),
    PaidOut(u64),
}

struct Bank {
    money: u64,
    events: UnboundedSender<Event>,
}

impl Bank {
    fn turn_over(&mut self, amount: u64) {
        self.money += amount;
        assert!(self.events.send(Event::PaidIn(amount)).is_ok());
        self.money -= amount / 2;
        assert!(self.events.send(Event::PaidOut(amount / 2)).is_ok());
    }
}

async fn balance(events: &mut UnboundedReceiver<Event>, count: usize) -> u64 {
    let mut money = 0;
    for _ in 0..count {
        match events.recv().await.unwrap() {
            Event::PaidIn(amount) => money += amount,
            Event::PaidOut(amount) => money -= amount,
        }
    }
    money
}

#[kettle::main]
async fn main() {
    let (events, mut published) = unbounded_channel();
    let mut bank = Bank { money: 0, events };
    let mut books = 0;
    for _day in 0..5 {
        for customer in 0..3000 {
            bank.turn_over(customer % 50);
        }
        sleep(Duration::from_millis(300)).await;
        books += balance(&mut published, 6000).await;
        assert_eq!(books, bank.money);
        sleep(Duration::from_millis(200)).await;
    }
    println!("{books}");
}
