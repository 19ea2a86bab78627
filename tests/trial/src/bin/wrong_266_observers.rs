//! A bus calls its observers under the lock of their list, and one of them, in a trait's method, leaves the bus by
//! that lock.
//!
//! doctor: `deadlock`
//! cure: drop the guard of the list before the observers are called (clone the list)
//! ends: killed

use std::pin::Pin;
use std::sync::Arc;

use kettle::sync::Mutex;

trait Observer: Send + Sync {
    fn notice<'a>(
        &'a self,
        bus: &'a Bus,
        price: u32,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

#[derive(Default)]
struct Bus {
    observers: Mutex<Vec<(u32, Arc<dyn Observer>)>>,
}

impl Bus {
    async fn publish(&self, price: u32) {
        for (_, observer) in self.observers.lock().await.iter() {
            observer.notice(self, price).await;
        }
    }

    async fn leave(&self, id: u32) {
        self.observers.lock().await.retain(|(other, _)| *other != id);
    }
}

struct OnceAbove {
    id: u32,
    limit: u32,
}

impl Observer for OnceAbove {
    fn notice<'a>(
        &'a self,
        bus: &'a Bus,
        price: u32,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            if price > self.limit {
                println!("{price} is above {}", self.limit);
                bus.leave(self.id).await;
            }
        })
    }
}

#[kettle::main]
async fn main() {
    let bus = Arc::new(Bus::default());
    bus.observers.lock().await.push((1, Arc::new(OnceAbove { id: 1, limit: 100 })));
    let exchange = bus.clone();
    let day = kettle::spawn(async move {
        for price in [90, 95, 105, 110] {
            exchange.publish(price).await;
        }
    });
    day.await.unwrap();
}
