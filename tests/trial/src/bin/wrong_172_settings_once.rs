//! The settings of a program are loaded when they are first asked for, by a `OnceCell`; two parts are loaded side by side.
//!
//! Wrong: the task that loads the second part asks `settings()` for the folder. The first part's loader is initialising that very
//! cell, and awaits the task.
//!
//! Expected: `deadlock`: task 1 waits for a `OnceCell` which `main` initialises, and `main` for the end of task 1. The cure: give
//! the task what it needs (the folder), in place of the cell.
//!
//! doctor: `deadlock`
//! ends: killed

use std::pin::Pin;
use std::time::Duration;

use kettle::sync::OnceCell;

#[derive(Debug)]
struct Settings {
    folder: String,
    languages: usize,
}

static SETTINGS: OnceCell<Settings> = OnceCell::const_new();

async fn settings() -> &'static Settings {
    SETTINGS.get_or_init(load).await
}

async fn load() -> Settings {
    let languages = kettle::spawn(count_languages());
    kettle::time::sleep(Duration::from_millis(10)).await;
    Settings { folder: "/etc".into(), languages: languages.await.unwrap() }
}

fn count_languages() -> Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async { settings().await.folder.len() })
}

#[kettle::main]
async fn main() {
    println!("{:?}, {} languages", settings().await, settings().await.languages);
}
