// Handlers share three database connections. One that gets none in 220 ms answers 503.
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::{sleep, timeout};

/// Goes through all tables, on two connections at once.
async fn export(connections: Arc<Semaphore>) {
    let _two = connections.acquire_many(2).await.unwrap();
    for _table in 0..10 {
        sleep(Duration::from_millis(100)).await;
    }
}

/// Adds a column.
async fn migrate(connections: Arc<Semaphore>) {
    sleep(Duration::from_millis(130)).await;
    let _connection = connections.acquire().await.unwrap();
    sleep(Duration::from_millis(525)).await;
}

async fn handler(number: u32, connections: Arc<Semaphore>) -> u16 {
    let status = match timeout(Duration::from_millis(220), connections.acquire()).await {
        Ok(connection) => {
            let _connection = connection.unwrap();
            sleep(Duration::from_millis(30)).await;
            200
        }
        Err(_) => 503,
    };
    println!("handler {number}: {status}");
    status
}

#[kettle::main]
async fn main() {
    let connections = Arc::new(Semaphore::new(3));
    let export = kettle::spawn(export(connections.clone()));
    let migrate = kettle::spawn(migrate(connections.clone()));

    let mut handlers = Vec::new();
    for number in 1..=11 {
        sleep(Duration::from_millis(60)).await;
        handlers.push(kettle::spawn(handler(number, connections.clone())));
    }

    let mut refused = 0;
    for handler in handlers {
        if handler.await.unwrap() == 503 {
            refused += 1;
        }
    }
    migrate.await.unwrap();
    export.await.unwrap();
    println!("{refused} of 11 were refused");
}
