//! A listener's method can't await. It once sent into a channel without a limit; now the channel has one, and the
//! future of `send` is thrown away.
//!
//! doctor: `unpolled`
//! cure: `try_send`, as no `.await` can be there; or `.await`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

enum Event {
    Opened(u32),
    Closed(u32),
}

trait Listener {
    fn on_event(&self, event: Event);
}

struct Forward {
    to: mpsc::Sender<Event>,
}

impl Listener for Forward {
    fn on_event(&self, event: Event) {
        let _ = self.to.send(event);
    }
}

async fn doors(listener: impl Listener) {
    for door in 0..3 {
        listener.on_event(Event::Opened(door));
        sleep(Duration::from_millis(20)).await;
        listener.on_event(Event::Closed(door));
    }
}

#[kettle::main]
async fn main() {
    let (to, mut events) = mpsc::channel(32);
    kettle::spawn(doors(Forward { to }));
    let mut seen = 0;
    while let Some(event) = events.recv().await {
        match event {
            Event::Opened(door) => println!("door {door} is open"),
            Event::Closed(door) => println!("door {door} is closed"),
        }
        seen += 1;
    }
    println!("{seen} events");
}
