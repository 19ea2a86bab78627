//! A bank publishes what it does as events, over a channel without a limit. Whoever wants to know takes the receiver.
//!
//! Wrong: nobody wants to. The receiver is kept in the bank only so that `send` doesn't fail, and the events pile up in it.
//!
//! Expected: the hint `growing_channel`. The cure: drop the receiver and ignore the error of `send`, or a `broadcast` or a bounded channel, which forget or refuse; or read from it.
//!
//! doctor: `growing_channel`
//! ends: by itself

use kettle::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use kettle::time::{Duration, interval};

enum Event {
    PaidIn(u64),
    PaidOut(u64),
}

struct Bank {
    money: u64,
    events: UnboundedSender<Event>,
    unused: Option<UnboundedReceiver<Event>>,
}

impl Bank {
    fn open() -> Bank {
        let (events, unused) = unbounded_channel();
        Bank {
            money: 0,
            events,
            unused: Some(unused),
        }
    }

    fn turn_over(&mut self, amount: u64) {
        self.money += amount;
        assert!(self.events.send(Event::PaidIn(amount)).is_ok());
        self.money -= amount / 2;
        assert!(self.events.send(Event::PaidOut(amount / 2)).is_ok());
    }
}

#[kettle::main]
async fn main() {
    let mut bank = Bank::open();
    let mut hours = interval(Duration::from_millis(20));
    for _ in 0..250 {
        hours.tick().await;
        for customer in 0..40 {
            bank.turn_over(customer);
        }
    }
    let mut events = bank.unused.take().unwrap();
    let (mut paid_in, mut paid_out) = (0, 0);
    while let Ok(event) = events.try_recv() {
        match event {
            Event::PaidIn(amount) => paid_in += amount,
            Event::PaidOut(amount) => paid_out += amount,
        }
    }
    println!("{} = {paid_in} - {paid_out}", bank.money);
}
