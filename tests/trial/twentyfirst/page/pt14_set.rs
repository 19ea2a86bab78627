// main runs a LocalSet by awaiting it: the plainest use.
use std::time::Duration;

use kettle::task::LocalSet;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let set = LocalSet::new();
    set.spawn_local(async {
        for _ in 0..3 {
            sleep(Duration::from_millis(100)).await;
        }
    });
    set.await;
}
