//! A command that is not async keeps a runtime of its own for an import: each file is fetched and stored by a task.
//!
//! Wrong: the future of `block_on` ends when all files are listed, not when they are stored. The runtime is dropped,
//! and with it the tasks half-way.
//!
//! Expected: `cut_short`, a note. The cure: keep the handles (or a `JoinSet`) and await them.
//!
//! doctor: `cut_short`
//! ends: by itself

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::time::sleep;

#[derive(Default)]
struct Store {
    rows: AtomicUsize,
}

struct Import {
    runtime: Runtime,
    store: Arc<Store>,
}

async fn list(page: usize) -> Vec<String> {
    sleep(Duration::from_millis(30)).await;
    (0..3).map(|number| format!("page-{page}/file-{number}.csv")).collect()
}

async fn fetch(file: &str) -> usize {
    sleep(Duration::from_millis(40)).await;
    file.len()
}

async fn import(file: String, store: Arc<Store>) {
    let rows = fetch(&file).await;
    sleep(Duration::from_millis(150)).await; // the database's transaction
    store.rows.fetch_add(rows, Ordering::Relaxed);
}

impl Import {
    fn run(&self) -> usize {
        self.runtime.block_on(async {
            let mut files = 0;
            for page in 0..4 {
                for file in list(page).await {
                    kettle::spawn(import(file, Arc::clone(&self.store)));
                    files += 1;
                }
            }
            sleep(Duration::from_millis(20)).await; // says good-bye to the server
            files
        })
    }
}

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let import = Import { runtime, store: Arc::default() };
    let files = import.run();
    println!("{files} files are imported");
    drop(import.runtime);
    println!("{} rows are in the store", import.store.rows.load(Ordering::Relaxed));
    Ok(())
}
