// A waiter takes an order, has it brewed, and puts the cup on the counter. What is lost if his
// future is dropped, at each of its awaits in turn?

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use kettle::runtime::Builder;
use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::time::{Duration, sleep};

type Order = &'static str;

async fn brew(order: Order) -> Order {
    sleep(Duration::from_mins(3)).await;
    order // a cup of it
}

async fn careless(orders: &mut Receiver<Order>, counter: &Sender<Order>) {
    while let Some(order) = orders.recv().await {
        let cup = brew(order).await;
        counter.send(cup).await.expect("there is a counter");
    }
}

/// First room on the counter, then the order, and a task that brews whatever becomes of the waiter.
async fn careful(orders: &mut Receiver<Order>, counter: &Sender<Order>) {
    while let Ok(room) = counter.clone().reserve_owned().await {
        let Some(order) = orders.recv().await else { return };
        kettle::spawn(async move { room.send(brew(order).await) });
    }
}

/// Three guests order, and another drinks one cup after the other.
fn teahouse() -> (Receiver<Order>, Sender<Order>, kettle::task::JoinHandle<Vec<Order>>) {
    let (guests, orders) = mpsc::channel(1);
    kettle::spawn(async move {
        for order in ["Assam", "Ceylon", "Darjeeling"] {
            if guests.send(order).await.is_err() {
                return; // no waiter is left
            }
        }
    });
    let (counter, mut cups) = mpsc::channel(1);
    let drunk = kettle::spawn(async move {
        let mut drunk = Vec::new();
        while let Some(cup) = cups.recv().await {
            drunk.push(cup);
            sleep(Duration::from_mins(10)).await;
        }
        drunk
    });
    (orders, counter, drunk)
}

/// Polls a future until it is ready, or has returned `Pending` so often; then drops it. Is it
/// ready?
async fn up_to(awaits: usize, future: impl Future<Output = ()>) -> bool {
    let mut future = pin!(future);
    let mut left = awaits;
    poll_fn(|cx| {
        let ready = future.as_mut().poll(cx).is_ready();
        left -= usize::from(!ready);
        if ready || left == 0 { Poll::Ready(ready) } else { Poll::Pending }
    })
    .await
}

/// Drops the waiter at this await. A second one takes over.
async fn dropped_at(
    nth: usize,
    waiter: &impl AsyncFn(&mut Receiver<Order>, &Sender<Order>),
) -> bool {
    let (mut orders, counter, drunk) = teahouse();
    if up_to(nth, waiter(&mut orders, &counter)).await {
        return false;
    }
    waiter(&mut orders, &counter).await;
    drop(counter);
    println!("  await {nth}: {}", drunk.await.expect("no panic").join(", "));
    true
}

fn tell(name: &str, waiter: &impl AsyncFn(&mut Receiver<Order>, &Sender<Order>)) {
    println!("{name}, dropped at");
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let mut nth = 1;
        while dropped_at(nth, waiter).await {
            nth += 1;
        }
    });
}

fn main() {
    tell("careless", &careless);
    tell("careful", &careful);
}
