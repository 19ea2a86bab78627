//! A database's schema is read at its first use (`OnceCell`), under the read lock of the tables; a migration has the write lock.
//!
//! Right: the migration uses the schema before it takes the lock. While it writes, for 80 ms, the schema of the second database has to
//! wait, and others wait for that cell.
//!
//! Expected: silent.
//!
//! doctor: silence

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
        *self.schema.get_or_init(|| async { self.tables.read().await.len() }).await
    }

    async fn migrate(&self) {
        let mut tables = self.tables.write().await;
        sleep(Duration::from_millis(80)).await;
        tables.push("orders");
    }
}

#[kettle::main]
async fn main() {
    let database = Arc::new(Database::default());
    let migrating = database.clone();
    let migration = kettle::spawn(async move { migrating.migrate().await });
    let queries: Vec<_> = (0..5)
        .map(|_| {
            let database = database.clone();
            kettle::spawn(async move { database.schema().await })
        })
        .collect();
    for query in queries {
        println!("{} tables", query.await.unwrap());
    }
    migration.await.unwrap();
}
