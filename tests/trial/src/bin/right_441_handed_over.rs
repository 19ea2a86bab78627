//! A download is begun by `main`, and handed over to a task when `main` has something else to do.
//! doctor: silence

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

type Download = Pin<Box<dyn Future<Output = usize> + Send>>;

async fn download(mut chunks: mpsc::Receiver<Vec<u8>>, first: oneshot::Sender<usize>) -> usize {
    let mut size = 0;
    let mut first = Some(first);
    while let Some(chunk) = chunks.recv().await {
        size += chunk.len();
        if let Some(first) = first.take() {
            let _ = first.send(chunk.len());
        }
        sleep(Duration::from_millis(10)).await;
    }
    size
}

/// Polls a future once.
async fn begin(download: &mut Download) -> Option<usize> {
    std::future::poll_fn(|cx| match download.as_mut().poll(cx) {
        Poll::Ready(size) => Poll::Ready(Some(size)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[kettle::main]
async fn main() {
    let (chunks, received) = mpsc::channel(2);
    let (first, begun) = oneshot::channel();
    let mut download: Download = Box::pin(download(received, first));
    assert_eq!(begin(&mut download).await, None);

    let server = kettle::spawn(async move {
        for n in 1..=12 {
            sleep(Duration::from_millis(40)).await;
            if chunks.send(vec![0; n * 100]).await.is_err() {
                println!("nobody wants it");
            }
        }
    });
    let in_background = kettle::spawn(download);
    println!("the first chunk has {} bytes", begun.await.unwrap());
    sleep(Duration::from_millis(100)).await;
    println!("{} bytes", in_background.await.unwrap());
    server.await.unwrap();
}
