//! A pool of two connections for nine users. Whoever is next waits with the pool's lock in its hand.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Connection {
    number: u32,
    queries: u32,
}

#[derive(Clone)]
struct Pool {
    back: mpsc::Sender<Connection>,
    idle: Arc<Mutex<mpsc::Receiver<Connection>>>,
}

impl Pool {
    async fn new(size: u32) -> Pool {
        let (back, idle) = mpsc::channel(size as usize);
        for number in 1..=size {
            back.send(Connection { number, queries: 0 }).await.expect("there is room");
        }
        Pool { back, idle: Arc::new(Mutex::new(idle)) }
    }

    async fn query(&self, user: u32) -> u32 {
        let taken = self.idle.lock().await.recv().await;
        let mut connection = taken.expect("the pool has a sender");
        sleep(Duration::from_millis(230)).await;
        connection.queries += 1;
        println!("user {user}: query {} of connection {}", connection.queries, connection.number);
        let number = connection.number;
        self.back.send(connection).await.expect("the pool has the receiver");
        number
    }
}

#[kettle::main]
async fn main() {
    let pool = Pool::new(2).await;
    let mut users = JoinSet::new();
    for user in 1..=9 {
        let pool = pool.clone();
        users.spawn(async move { pool.query(user).await });
    }
    let used = users.join_all().await;
    println!(
        "{} queries, {} over connection 1.",
        used.len(),
        used.iter().filter(|&&n| n == 1).count()
    );
}
