//! A pool of two connections, lent to six tasks. A connection goes back to the pool when it is dropped.
//! doctor: silence

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::{OwnedSemaphorePermit, Semaphore};
use kettle::task::JoinSet;
use kettle::time::sleep;

#[derive(Debug)]
struct Connection {
    number: u32,
    queries: u32,
}

#[derive(Clone)]
struct Pool {
    free: Arc<Mutex<Vec<Connection>>>,
    count: Arc<Semaphore>,
}

struct Lent {
    connection: Option<Connection>,
    pool: Pool,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    fn new(size: u32) -> Pool {
        let free = (0..size).map(|number| Connection { number, queries: 0 }).collect();
        Pool { free: Arc::new(Mutex::new(free)), count: Arc::new(Semaphore::new(size as usize)) }
    }

    async fn get(&self) -> Lent {
        let permit = self.count.clone().acquire_owned().await.unwrap();
        let connection = self.free.lock().unwrap().pop();
        Lent { connection, pool: self.clone(), _permit: permit }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.pool.free.lock().unwrap().extend(self.connection.take());
    }
}

#[kettle::main]
async fn main() {
    let pool = Pool::new(2);
    let mut tasks = JoinSet::new();
    for user in 0..6u64 {
        let pool = pool.clone();
        tasks.spawn(async move {
            let mut lent = pool.get().await;
            sleep(Duration::from_millis(300 + 20 * user)).await; // a long query
            let connection = lent.connection.as_mut().unwrap();
            connection.queries += 1;
            println!("user {user} used connection {}", connection.number);
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    println!("{:?}", pool.free.lock().unwrap());
}
