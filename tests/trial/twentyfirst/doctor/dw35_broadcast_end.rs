// WRONG. Listeners run until the broadcast channel closes; `main` awaits them while it still keeps the sender (it clones receivers from it).
// EXPECT: deadlock: tasks wait for a value of the broadcast channel; a sender is left; main awaits them. CURE: drop(news) before.
use kettle::sync::broadcast;
use kettle::task::JoinSet;

#[kettle::main]
async fn main() {
    let (news, _) = broadcast::channel(16);
    let mut listeners = JoinSet::new();
    for id in 0..3 {
        let mut paper = news.subscribe();
        listeners.spawn(async move {
            let mut read = 0;
            while let Ok(item) = paper.recv().await {
                let _: u32 = item;
                read += 1;
            }
            println!("listener {id} read {read}");
        });
    }
    for item in 0..5 {
        news.send(item).unwrap();
        kettle::task::yield_now().await;
    }
    while let Some(end) = listeners.join_next().await {
        end.unwrap();
    }
    println!("{} listeners are left", news.receiver_count());
}
