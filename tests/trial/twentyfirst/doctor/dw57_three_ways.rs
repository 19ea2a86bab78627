// WRONG. A circle over three kinds: the planner holds the plan's lock and awaits the cook's end; the cook waits for a message of the shopper; the shopper needs the plan's lock first.
// A caller waits for the planner. EXPECT: deadlock; the lock held by the planner while it awaits the cook is the root. CURE: drop the guard before awaiting the cook.
use kettle::sync::{Mutex, mpsc};
use std::sync::Arc;
use std::time::Duration;

type Plan = Arc<Mutex<Vec<&'static str>>>;

async fn shop(plan: Plan, bag: mpsc::Sender<&'static str>) {
    kettle::time::sleep(Duration::from_millis(20)).await;
    let list = plan.lock().await;
    for item in list.iter() {
        bag.send(item).await.unwrap();
    }
}

async fn cook(mut bag: mpsc::Receiver<&'static str>) -> usize {
    let mut used = 0;
    while let Some(item) = bag.recv().await {
        println!("cooks {item}");
        used += 1;
    }
    used
}

async fn plan_dinner(plan: Plan) -> usize {
    let (bag, items) = mpsc::channel(2);
    kettle::spawn(shop(plan.clone(), bag));
    let cook = kettle::spawn(cook(items));
    let mut list = plan.lock().await;
    list.push("rice");
    list.push("beans");
    cook.await.unwrap()
}

#[kettle::main]
async fn main() {
    let planner = kettle::spawn(plan_dinner(Plan::default()));
    println!("{} things", planner.await.unwrap());
}
