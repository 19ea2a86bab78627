// Belief 12: whoever has a lock can take it again.
//
// What happens: `audit` wants the lock that its caller holds, and waits in line behind itself.
//
// The doctor: `kettle::deadlock`: taken there, waited for here, by one and the same task.
//
// The mend: hand the guard on (`audit(&till)`), or drop it first.

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
