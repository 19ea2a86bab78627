//! A tea house: tasks of every kind that tokio-console can show, and one that is lost.
//!
//! | task | what it does | what the console shows |
//! |---|---|---|
//! | main | waits for the closing hour | kind `block_on` |
//! | 1 | sells a cup each 200 ms, if the counter has room | waits for a timer, or for room |
//! | 2 | serves them more slowly | the channel's `len` |
//! | 3, 4 | share the only stove, a mutex | one of them always waits for the other |
//! | 5 | a server that echoes what it is sent | sockets |
//! | 6 | its guest | the same from the other side |
//! | 7 | cannot sit still: calls its own waker | wakes itself more than half of the time |
//! | 8 | computes for 50 ms where it should not | busy |
//! | 9 | waits for nobody | **lost its waker**, and only this one |

use std::future::poll_fn;
use std::mem;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{Mutex, mpsc};
use kettle::time::{interval, sleep};

/// Opens the tea house, and returns when it closes; its tasks are left where they stand.
///
/// # Panics
///
/// When the system gives no port.
pub async fn tea_house(open_for: Duration) {
    let (counter, cups) = mpsc::channel(2);
    let stove = Arc::new(Mutex::new(()));
    let door = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = door.local_addr().expect("the port has a number");

    kettle::spawn(sell(counter));
    kettle::spawn(serve(cups));
    kettle::spawn(cook(stove.clone()));
    kettle::spawn(cook(stove));
    kettle::spawn(echo(door));
    kettle::spawn(async move { chat(TcpStream::connect(address).await.expect("a door")).await });
    kettle::spawn(fidget());
    kettle::spawn(compute());
    kettle::spawn(lost());

    sleep(open_for).await;
}

async fn sell(counter: mpsc::Sender<u32>) {
    let mut clock = interval(Duration::from_millis(200));
    for cup in 0.. {
        clock.tick().await;
        if counter.send(cup).await.is_err() {
            return;
        }
    }
}

async fn serve(mut cups: mpsc::Receiver<u32>) {
    while cups.recv().await.is_some() {
        sleep(Duration::from_millis(300)).await;
    }
}

async fn cook(stove: Arc<Mutex<()>>) {
    loop {
        let _flame = stove.lock().await;
        sleep(Duration::from_millis(150)).await;
    }
}

async fn echo(door: TcpListener) {
    let Ok((mut guest, _)) = door.accept().await else { return };
    let mut word = [0; 4];
    while guest.read_exact(&mut word).await.is_ok() {
        if guest.write_all(&word).await.is_err() {
            return;
        }
    }
}

async fn chat(mut host: TcpStream) {
    let mut word = *b"tea!";
    while host.write_all(&word).await.is_ok() && host.read_exact(&mut word).await.is_ok() {
        sleep(Duration::from_millis(400)).await;
    }
}

async fn fidget() {
    loop {
        for _ in 0..4 {
            wake_itself().await;
        }
        sleep(Duration::from_millis(100)).await;
    }
}

async fn compute() {
    loop {
        sleep(Duration::from_millis(500)).await;
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The mistake: `Pending`, and the waker is not kept by anybody.
async fn lost() {
    poll_fn(|_| Poll::<()>::Pending).await;
}

/// What a `yield_now` does not do: it leaves the call to the loop, and the console sees no self-wake.
async fn wake_itself() {
    let mut is_woken = false;
    poll_fn(|cx| {
        if mem::replace(&mut is_woken, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
