//! Queries share a budget of memory, in units of a semaphore: each takes as many as its table is large.
//!
//! Wrong: one table is larger than the whole budget. `acquire_many` waits until as many units are free at once as there
//! never are, and all later queries wait in line behind it, while all four units are free.
//!
//! Expected: `deadlock` at the semaphore. The verdict should say that six are asked for and four are free. The cure: ask for
//! the whole budget at the most (`min`), or refuse such a query.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

const UNITS: usize = 4;
const ROWS_IN_A_UNIT: u32 = 1000;

struct Query {
    table: &'static str,
    rows: u32,
}

impl Query {
    fn weight(&self) -> u32 {
        self.rows.div_ceil(ROWS_IN_A_UNIT)
    }

    async fn run(self, budget: Arc<Semaphore>) -> u32 {
        let _units = budget.acquire_many(self.weight()).await.expect("it is never closed");
        sleep(Duration::from_millis(u64::from(self.rows) / 100)).await;
        println!("{} is done", self.table);
        self.rows
    }
}

#[kettle::main]
async fn main() {
    let budget = Arc::new(Semaphore::new(UNITS));
    let tables =
        [("users", 900), ("orders", 2700), ("visits", 5800), ("countries", 200), ("prices", 1500)];
    let mut queries = JoinSet::new();
    for (table, rows) in tables {
        queries.spawn(Query { table, rows }.run(budget.clone()));
    }
    let rows: u32 = queries.join_all().await.into_iter().sum();
    println!("{rows} rows in all");
}
