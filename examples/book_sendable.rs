// Which of these futures may move to another thread?
//
// Each meets an `Rc` or the guard of a lock, and then waits. See `docs/book/src/asked.md`.

#![expect(
    clippy::await_holding_lock,
    clippy::unused_self,
    reason = "that is what the program asks about"
)]

use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::time::sleep;

const BOILING: Duration = Duration::from_secs(2);

async fn in_scope() {
    let cup = Rc::new("cup");
    println!("{cup}");
    sleep(BOILING).await;
}

async fn in_a_block() {
    {
        let cup = Rc::new("cup");
        println!("{cup}");
    }
    sleep(BOILING).await;
}

async fn dropped() {
    let cup = Rc::new("cup");
    println!("{cup}");
    drop(cup);
    sleep(BOILING).await;
}

async fn in_a_condition(orders: Arc<Mutex<Vec<u32>>>) {
    if orders.lock().unwrap().is_empty() {
        sleep(BOILING).await;
    }
}

async fn in_a_pattern(orders: Arc<Mutex<Vec<u32>>>) {
    while let Some(_order) = orders.lock().unwrap().pop() {
        sleep(BOILING).await;
    }
}

fn main() {
    println!("in_scope       is {}", Probe(in_scope()).answer());
    println!("in_a_block     is {}", Probe(in_a_block()).answer());
    println!("dropped        is {}", Probe(dropped()).answer());
    println!("in_a_condition is {}", Probe(in_a_condition(Arc::default())).answer());
    println!("in_a_pattern   is {}", Probe(in_a_pattern(Arc::default())).answer());
}

/// Asks the compiler. A method of the type itself comes before one of a trait, if its bounds hold.
struct Probe<F>(F);

impl<F: Send> Probe<F> {
    fn answer(&self) -> &'static str {
        "Send"
    }
}

trait Otherwise {
    fn answer(&self) -> &'static str;
}

impl<F> Otherwise for Probe<F> {
    fn answer(&self) -> &'static str {
        "not Send"
    }
}
