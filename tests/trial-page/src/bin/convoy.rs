// Ten pages each make one query on the only connection to the database. A query takes a millisecond, and the last page is
// ready after three hundred.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, Semaphore};
use kettle::time::{MissedTickBehavior, interval, sleep};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Connection {
    queries: u32,
}

struct Database {
    connection: Mutex<Connection>,
    /// The provider allows so many queries; `refill` adds to them.
    allowed: Semaphore,
}

impl Database {
    async fn query(&self, text: &str) -> usize {
        let mut connection = self.connection.lock().await;
        self.throttle().await;
        connection.queries += 1;
        sleep(ms(1)).await;
        text.len()
    }

    async fn throttle(&self) {
        self.allowed.acquire().await.unwrap().forget();
    }
}

/// Allows one query more, each thirty milliseconds.
async fn refill(database: Arc<Database>) {
    let mut clock = interval(ms(30));
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        database.allowed.add_permits(1);
    }
}

async fn page(number: u64, database: Arc<Database>) -> usize {
    sleep(ms(number)).await; // its template
    let rows = database.query(&format!("select {number}")).await;
    sleep(ms(2)).await; // its picture
    rows
}

#[kettle::main]
async fn main() {
    let connection = Mutex::new(Connection { queries: 0 });
    let database = Arc::new(Database { connection, allowed: Semaphore::new(0) });
    let refill = kettle::spawn(refill(Arc::clone(&database)));
    let pages: Vec<_> =
        (1..=10).map(|number| kettle::spawn(page(number, Arc::clone(&database)))).collect();
    let mut rows = 0;
    for page in pages {
        rows += page.await.unwrap();
    }
    refill.abort();
    println!("{rows} rows, {} queries", database.connection.lock().await.queries);
}
