//! Programs that rely on an order that no one has promised.

use kettle::sync::mpsc;

use super::go;

/// Two tasks send into one channel, and the receiver relies on the one that was spawned first.
///
/// *One* decision: the second task runs first.
pub(crate) async fn two_senders() {
    let (door, mut orders) = mpsc::unbounded_channel();
    let second = door.clone();
    go(async move { door.send("open").unwrap() });
    go(async move { second.send("close").unwrap() });
    assert_eq!(orders.recv().await, Some("open"));
    assert_eq!(orders.recv().await, Some("close"));
}
