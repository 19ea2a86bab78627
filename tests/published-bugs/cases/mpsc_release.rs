//! tokio #8075: the receiver has closed the channel and waits for the last permit.
//! `OwnedPermit::release` gives it back and does not wake the receiver.

use old::sync::mpsc;
use tokio::spawn;

use crate::play::{hidden, limited};

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn mpsc_release() {
    limited(async {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        let permit = tx.reserve_owned().await.unwrap();
        let receiver = async move {
            rx.close();
            rx.recv().await
        };
        let releaser = async move { permit.release() }; // and the sender is kept
        let (receiver, releaser) = if hidden() {
            let releaser = spawn(releaser);
            (spawn(receiver), releaser)
        } else {
            (spawn(receiver), spawn(releaser))
        };
        let tx = releaser.await.unwrap();
        assert_eq!(receiver.await.unwrap(), None);
        drop(tx);
    })
    .await;
}
