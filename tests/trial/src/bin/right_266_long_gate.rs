//! Right: a thousand visitors wait behind a gate, a `SetOnce`, which opens after three seconds; nothing else happens
//! meanwhile.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::SetOnce;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let gate = Arc::new(SetOnce::new());
    let visitors: Vec<_> = (0..1200_u32)
        .map(|visitor| {
            let gate = gate.clone();
            kettle::spawn(async move { visitor + *gate.wait().await })
        })
        .collect();
    sleep(Duration::from_secs(3)).await;
    gate.set(1000).unwrap();
    let mut sum = 0;
    for visitor in visitors {
        sum += visitor.await.unwrap();
    }
    println!("{sum}");
}
