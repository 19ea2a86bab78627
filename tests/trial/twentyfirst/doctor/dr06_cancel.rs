// RIGHT. Cancelling on purpose: abort of a poller, a JoinSet that is dropped, a hedged request (the slower one loses), a timeout that
// strikes. EXPECT: silence.
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};
use std::time::Duration;

async fn replica(name: &'static str, delay: u64) -> &'static str {
    sleep(Duration::from_millis(delay)).await;
    name
}

#[kettle::main]
async fn main() {
    let poller = kettle::spawn(async {
        loop {
            sleep(Duration::from_millis(20)).await;
        }
    });
    let winner = kettle::select! {
        name = replica("near", 60) => name,
        name = replica("far", 300) => name,
    };
    println!("{winner}");
    let mut set = JoinSet::new();
    for i in 0..10 {
        set.spawn(replica("spare", 100 * i));
    }
    println!("{:?}", set.join_next().await.unwrap().unwrap());
    drop(set);
    println!("{}", timeout(Duration::from_millis(200), replica("slow", 5_000)).await.is_err());
    poller.abort();
    println!("{}", poller.await.unwrap_err().is_cancelled());
}
