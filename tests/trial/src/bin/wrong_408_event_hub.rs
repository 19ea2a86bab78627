//! A hub for events. The collector counts them until the hub is closed.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::broadcast;
use kettle::time::sleep;

#[derive(Clone, Debug)]
enum Event {
    Login(u32),
    Logout(u32),
}

struct Hub {
    events: broadcast::Sender<Event>,
    name: &'static str,
}

impl Hub {
    fn publish(&self, event: Event) {
        let _ = self.events.send(event);
    }
}

async fn collect(hub: Arc<Hub>) -> (u32, u32) {
    let mut events = hub.events.subscribe();
    let (mut logins, mut logouts) = (0, 0);
    while let Ok(event) = events.recv().await {
        match event {
            Event::Login(_) => logins += 1,
            Event::Logout(_) => logouts += 1,
        }
    }
    println!("{} is closed", hub.name);
    (logins, logouts)
}

#[kettle::main]
async fn main() {
    let hub = Arc::new(Hub { events: broadcast::channel(32).0, name: "portal" });
    let collector = kettle::spawn(collect(hub.clone()));
    for user in 1..=5 {
        sleep(Duration::from_millis(10)).await;
        hub.publish(Event::Login(user));
        if user % 2 == 0 {
            hub.publish(Event::Logout(user));
        }
    }
    drop(hub); // closes it
    let (logins, logouts) = collector.await.unwrap();
    println!("{logins} logins, {logouts} logouts");
}
