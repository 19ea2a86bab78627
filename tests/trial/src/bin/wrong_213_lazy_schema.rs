//! A database's schema is read at its first use (`OnceCell`), under the read lock of the tables. A migration has the write lock, and
//! uses the schema.
//!
//! Wrong: the query is in the cell's initialiser, and waits for the migration's lock; the migration waits for the cell.
//!
//! Expected: `deadlock`: task 1 has lock 1 and waits for cell 1; task 2 initialises cell 1, and waits for lock 1. The cure: one order: use
//! the cell before the lock is taken.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{OnceCell, RwLock};
use kettle::time::sleep;

#[derive(Default)]
struct Database {
    tables: RwLock<Vec<&'static str>>,
    schema: OnceCell<usize>,
}

impl Database {
    async fn schema(&self) -> usize {
        let read = || async {
            sleep(Duration::from_millis(20)).await;
            self.tables.read().await.len()
        };
        *self.schema.get_or_init(read).await
    }

    async fn migrate(&self) {
        let mut tables = self.tables.write().await;
        sleep(Duration::from_millis(10)).await;
        if self.schema().await < 3 {
            tables.push("orders");
        }
    }
}

#[kettle::main]
async fn main() {
    let database = Arc::new(Database::default());
    let migration = kettle::spawn({
        let database = database.clone();
        async move { database.migrate().await }
    });
    let query = kettle::spawn(async move { database.schema().await });
    println!("{} tables", query.await.unwrap());
    migration.await.unwrap();
}
