//! A server whose tasks carry their request's name in a `task_local!`, also through `spawn` in scopes of their own, and a lock that a task has
//! while it looks the name up.
//!
//! Right: names end with their scopes; the lock is never kept across a wait. A future in a scope is taken apart half-way (`take_value`).
//!
//! Expected: silent.
//!
//! doctor: silence

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

kettle::task_local! {
    static NAME: RefCell<String>;
}

async fn log(book: &Mutex<Vec<String>>, what: &str) {
    let line = NAME.with(|name| format!("{}: {what}", name.borrow()));
    book.lock().await.push(line);
}

async fn request(number: u64, book: Arc<Mutex<Vec<String>>>) {
    log(&book, "begins").await;
    let inner = RefCell::new(format!("{number}/inner"));
    let helper = kettle::spawn(NAME.scope(inner, {
        let book = Arc::clone(&book);
        async move {
            sleep(Duration::from_millis(10 * number)).await;
            log(&book, "helps").await;
        }
    }));
    let nested = NAME.scope(RefCell::default(), sleep(Duration::from_secs(5)));
    let mut nested = Box::pin(nested);
    let _ = timeout(Duration::from_millis(15), &mut nested).await;
    assert!(nested.as_mut().take_value().is_some());
    helper.await.unwrap();
    log(&book, "ends").await;
}

#[kettle::main]
async fn main() {
    let book = Arc::default();
    let requests = (0..20).map(|number| {
        let name = RefCell::new(number.to_string());
        NAME.scope(name, request(number, Arc::clone(&book)))
    });
    let set: kettle::task::JoinSet<()> = requests.collect();
    set.join_all().await;
    println!("{} lines", book.lock().await.len());
}
