// A pool of three connections to a database. Each query has 60 ms; reports take longer. The last three queries are quick.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::{sleep, timeout};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Connection {
    number: usize,
}

impl Connection {
    async fn ask(&mut self, query: &str) -> String {
        let time = if query.starts_with("report") { 150 } else { 15 };
        sleep(ms(time)).await;
        format!("rows for {query} by connection {}", self.number)
    }
}

struct Pool {
    idle: Mutex<mpsc::Receiver<Connection>>,
    back: mpsc::Sender<Connection>,
}

impl Pool {
    async fn new(size: usize) -> Pool {
        let (back, idle) = mpsc::channel(size);
        for number in 1..=size {
            let _ = back.send(Connection { number }).await;
        }
        Pool { idle: Mutex::new(idle), back }
    }

    async fn take(&self) -> Connection {
        let mut idle = self.idle.lock().await;
        idle.recv().await.expect("the pool has a sender")
    }

    async fn query(&self, query: &str) -> String {
        let mut connection = self.take().await;
        let rows = connection.ask(query).await;
        let _ = self.back.send(connection).await;
        rows
    }
}

async fn request(pool: Arc<Pool>, query: &'static str) {
    match timeout(ms(60), pool.query(query)).await {
        Ok(rows) => println!("{rows}"),
        Err(_) => println!("no answer for {query}"),
    }
}

#[kettle::main]
async fn main() {
    let pool = Arc::new(Pool::new(3).await);
    let queries = ["tea", "report 1", "milk", "report 2", "report 3", "sugar", "cups", "spoons"];
    let mut requests = Vec::new();
    for query in queries {
        requests.push(kettle::spawn(request(Arc::clone(&pool), query)));
        sleep(ms(20)).await;
    }
    for request in requests {
        request.await.expect("no panic");
    }
}
