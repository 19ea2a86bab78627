// RIGHT. The client drops the answer's receiver when it doesn't want it any more; the server notices by `closed()`; and a dropped sender is told as an error and handled.
// EXPECT: silence.
use kettle::sync::oneshot;
use std::time::Duration;

async fn compute(mut answer: oneshot::Sender<u32>) -> &'static str {
    kettle::select! {
        () = answer.closed() => "nobody wants it",
        () = kettle::time::sleep(Duration::from_secs(20)) => "computed",
    }
}

#[kettle::main]
async fn main() {
    let (sender, receiver) = oneshot::channel();
    let task = kettle::spawn(compute(sender));
    kettle::time::sleep(Duration::from_millis(50)).await;
    drop(receiver);
    println!("{}", task.await.unwrap());
    let (sender, receiver) = oneshot::channel::<u32>();
    kettle::spawn(async move {
        kettle::time::sleep(Duration::from_millis(30)).await;
        drop(sender);
    });
    println!("{}", receiver.await.is_err());
}
