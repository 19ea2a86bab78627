//! The first settings are sent into a `watch` before there is a receiver: `send` fails then, and keeps the old value.
//! The failure is thrown away, and a subscriber waits for settings that were never stored.
//!
//! doctor: `deadlock`
//! cure: `send_replace` stores a value without receivers, too; or subscribe before the value is sent
//! ends: killed

use kettle::sync::watch;

#[derive(Clone, Default)]
struct Settings {
    loaded: bool,
    limit: u32,
}

struct Store {
    current: watch::Sender<Settings>,
}

impl Store {
    fn new() -> Store {
        let (current, _) = watch::channel(Settings::default());
        Store { current }
    }

    fn load(&self) {
        let _ = self.current.send(Settings { loaded: true, limit: 40 });
    }

    async fn limit(&self) -> u32 {
        let mut settings = self.current.subscribe();
        settings.wait_for(|settings| settings.loaded).await.unwrap().limit
    }
}

#[kettle::main]
async fn main() {
    let store = Store::new();
    store.load();
    println!("the limit is {}", store.limit().await);
}
