// Misconception 12: a task that has a lock can take it again.
//
// What happens: `audit` waits for the lock that its caller holds, and the caller waits for `audit`.
//
// The doctor: `kettle::deadlock`: one task took the lock there, and waits for it here.
//
// The fix: pass the guard on (`audit(&sum)`), or drop it first.

use kettle::sync::Mutex;

async fn audit(till: &Mutex<u32>) -> u32 {
    *till.lock().await
}

#[kettle::main]
async fn main() {
    let till = Mutex::new(0);
    let mut sum = till.lock().await;
    *sum += 5;
    println!("Sold tea.");
    println!("There are {} in the till (never printed).", audit(&till).await);
    drop(sum);
}
