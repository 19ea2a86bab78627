//! The read guard in the head of a `match` lives until its end, and an arm asks for the write lock.
//!
//! doctor: `deadlock`
//! cure: end the read guard before the `match` (a `let` with the cloned value)
//! ends: killed

use std::collections::HashMap;
use std::sync::Arc;

use kettle::sync::RwLock;

#[derive(Default)]
struct Names {
    numbers: RwLock<HashMap<String, usize>>,
}

impl Names {
    async fn number(&self, name: &str) -> usize {
        match self.numbers.read().await.get(name) {
            Some(number) => *number,
            None => self.add(name).await,
        }
    }

    async fn add(&self, name: &str) -> usize {
        let mut numbers = self.numbers.write().await;
        let next = numbers.len();
        *numbers.entry(name.to_owned()).or_insert(next)
    }
}

#[kettle::main]
async fn main() {
    let names = Arc::new(Names::default());
    names.numbers.write().await.insert("Ann".to_owned(), 0);
    for name in ["Ann", "Bob"] {
        let names = names.clone();
        let task = kettle::spawn(async move { names.number(name).await });
        println!("{name} is {}", task.await.unwrap());
    }
}
