// WRONG. A handwritten future: takes items from a channel until three are there. After an item that does not fill the batch it returns
// Pending without asking the channel again: it has no waker stored there (the channel gave Ready).
// EXPECT: lost_wakeup: task of Batch (spawn line), polled `Ready`, its waker is stored nowhere. CURE: loop until poll_recv is Pending.
use kettle::sync::mpsc;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

struct Batch {
    items: mpsc::Receiver<u32>,
    got: Vec<u32>,
}

impl Future for Batch {
    type Output = Vec<u32>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<u32>> {
        match self.items.poll_recv(cx) {
            Poll::Ready(Some(item)) => {
                self.got.push(item);
                if self.got.len() == 3 {
                    return Poll::Ready(std::mem::take(&mut self.got));
                }
                Poll::Pending
            }
            Poll::Ready(None) => Poll::Ready(std::mem::take(&mut self.got)),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[kettle::main]
async fn main() {
    let (sender, items) = mpsc::channel(8);
    let batch = kettle::spawn(Batch { items, got: Vec::new() });
    for i in 0..3 {
        kettle::time::sleep(Duration::from_millis(20)).await;
        sender.send(i).await.unwrap();
    }
    println!("{:?}", batch.await.unwrap());
}
