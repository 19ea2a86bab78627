// A client talks to a server through a pipe in memory; a guard waits until nobody listens any more.
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::sync::{OnceCell, mpsc};
use kettle::time::sleep;

static CONFIG: OnceCell<u32> = OnceCell::const_new();

async fn config() -> u32 {
    *CONFIG
        .get_or_init(|| async {
            sleep(Duration::from_millis(120)).await;
            7
        })
        .await
}

async fn server(mut wire: DuplexStream, found: mpsc::Sender<u8>) {
    let mut block = [0; 16];
    while let Ok(n) = wire.read(&mut block).await {
        if n == 0 {
            break;
        }
        let key = config().await;
        sleep(Duration::from_millis(60)).await;
        let permit = found.reserve().await.unwrap();
        permit.send(block[0] ^ u8::try_from(key).unwrap());
    }
}

async fn client(mut wire: DuplexStream) {
    for _ in 0..4 {
        wire.write_all(&[1; 16]).await.unwrap();
    }
}

#[kettle::main]
async fn main() {
    let (near, far) = duplex(16);
    let (tx, mut rx) = mpsc::channel(1);
    let watch = tx.clone();
    let server = kettle::spawn(server(far, tx));
    let client = kettle::spawn(client(near));
    let second = kettle::spawn(config());
    let guard = kettle::spawn(async move { watch.closed().await });

    sleep(Duration::from_millis(400)).await;
    let mut sum = 0;
    while sum < 18 {
        sum += u32::from(rx.recv().await.unwrap());
    }
    drop(rx);
    let mut rest: FuturesUnordered<_> = [30, 80, 50].into_iter().map(|ms| sleep(Duration::from_millis(ms))).collect();
    while rest.next().await.is_some() {}
    let _ = kettle::join!(client, second, guard);
    let _ = server.await;
}
