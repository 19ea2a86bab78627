//! A till writes each receipt to a slow printer, in a task per receipt, and is closed when the last customer has paid.
//!
//! Wrong: nobody awaits the tasks: `main` returns while the last receipts are half printed.
//!
//! Expected: `cut_short`, a note, of the tasks of `print` (spawned in `pay`), at the second or third `sleep`. Cure: keep the handles and
//! await them (a `JoinSet`) before `main` returns.

use std::time::Duration;

use kettle::time::sleep;

async fn print(number: u32, amount: u32) {
    println!("receipt {number}: head");
    sleep(Duration::from_millis(40)).await;
    println!("receipt {number}: {amount} euros");
    sleep(Duration::from_millis(40)).await;
    println!("receipt {number}: thank you");
    sleep(Duration::from_millis(40)).await;
    println!("receipt {number}: cut");
}

async fn pay(number: u32, amount: u32) {
    sleep(Duration::from_millis(35)).await; // the card
    kettle::spawn(print(number, amount));
}

#[kettle::main]
async fn main() {
    let mut sum = 0;
    for (number, amount) in [12, 7, 30, 4, 9].into_iter().enumerate() {
        pay(u32::try_from(number).unwrap(), amount).await;
        sum += amount;
    }
    sleep(Duration::from_millis(60)).await; // the drawer
    println!("closed with {sum} euros");
}
