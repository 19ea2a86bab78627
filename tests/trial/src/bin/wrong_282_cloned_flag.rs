//! An application is cloned for each task, and its `SetOnce` with it: a clone of one is another one, so what a task
//! sets is not what `main` waits for.
//!
//! doctor: `deadlock`
//! cure: share the `SetOnce` in an `Arc`; a clone is a cell of its own
//! ends: killed

use std::time::Duration;

use kettle::sync::SetOnce;
use kettle::time::sleep;

#[derive(Clone, Default)]
struct App {
    name: String,
    address: SetOnce<String>,
}

impl App {
    async fn serve(self) {
        sleep(Duration::from_millis(50)).await;
        self.address.set(format!("{}.example.com", self.name)).unwrap();
        sleep(Duration::from_millis(500)).await;
    }
}

#[kettle::main]
async fn main() {
    let app = App { name: "shop".to_owned(), address: SetOnce::new() };
    kettle::spawn(app.clone().serve());
    println!("listening at {}", app.address.wait().await);
}
