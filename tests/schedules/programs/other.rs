//! Programs that rely on what a read or the budget happens to do.

use std::sync::Arc;

use kettle::io::{AsyncReadExt, AsyncWriteExt, duplex};
use kettle::sync::Mutex;

/// A reader that takes one `read` for one message.
///
/// The message is written at once, and there is room for all of it. *One* decision: a write or a
/// read moves only a part.
pub(crate) async fn short_read() {
    let (mut here, mut there) = duplex(64);
    let writer = kettle::spawn(async move { here.write_all(b"a pot of tea").await.map(|()| here) });
    let mut message = [0; 64];
    let read = there.read(&mut message).await.unwrap();
    assert_eq!(&message[..read], b"a pot of tea");
    drop(writer.await.unwrap());
}

/// Two awaits in a row that never wait, as long as no other task holds the lock, are taken for one
/// step.
///
/// Each task locks twice in one poll. *One* decision: the budget of the first one's poll ends
/// before its second `lock`.
pub(crate) async fn one_step() {
    let count = Arc::new(Mutex::new(0));
    let raise = |count: Arc<Mutex<u32>>| async move {
        let before = *count.lock().await;
        *count.lock().await = before + 1;
    };
    let first = kettle::spawn(raise(count.clone()));
    let second = kettle::spawn(raise(count.clone()));
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(*count.lock().await, 2, "an update is lost");
}
