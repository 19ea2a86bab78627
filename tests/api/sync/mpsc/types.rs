//! Auto traits, as in tokio's list, and what the types print.

use crate::help::says;
use std::time::Duration;

use kettle::sync::mpsc::error::{SendError, SendTimeoutError, TryRecvError, TrySendError};
use kettle::sync::mpsc::{self, Receiver, Sender, UnboundedReceiver, UnboundedSender};

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY, any};

auto_traits!(fn Receiver::<NN>::recv(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn Receiver::<YN>::recv(any()) => Send & Sync & !Unpin);
auto_traits!(fn Receiver::<YY>::recv(any()) => Send & Sync & !Unpin);
auto_traits!(fn Sender::<NN>::closed(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn Sender::<NN>::reserve(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn Sender::<NN>::reserve_owned(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn Sender::<NN>::send(any(), any()) => !Send & !Sync & !Unpin);
auto_traits!(fn Sender::<NN>::send_timeout(any(), any(), any::<Duration>()) =>
    !Send & !Sync & !Unpin);
auto_traits!(fn Sender::<YN>::closed(any()) => Send & Sync & !Unpin);
auto_traits!(fn Sender::<YN>::reserve(any()) => Send & Sync & !Unpin);
auto_traits!(fn Sender::<YN>::reserve_owned(any()) => Send & Sync & !Unpin);
auto_traits!(fn Sender::<YN>::send(any(), any()) => Send & !Sync & !Unpin);
auto_traits!(fn Sender::<YN>::send_timeout(any(), any(), any::<Duration>()) =>
    Send & !Sync & !Unpin);
auto_traits!(fn Sender::<YY>::closed(any()) => Send & Sync & !Unpin);
auto_traits!(fn Sender::<YY>::reserve(any()) => Send & Sync & !Unpin);
auto_traits!(fn Sender::<YY>::reserve_owned(any()) => Send & Sync & !Unpin);
auto_traits!(fn Sender::<YY>::send(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn Sender::<YY>::send_timeout(any(), any(), any::<Duration>()) =>
    Send & Sync & !Unpin);
auto_traits!(fn UnboundedReceiver::<NN>::recv(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn UnboundedReceiver::<YN>::recv(any()) => Send & Sync & !Unpin);
auto_traits!(fn UnboundedReceiver::<YY>::recv(any()) => Send & Sync & !Unpin);
auto_traits!(fn UnboundedSender::<NN>::closed(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn UnboundedSender::<YN>::closed(any()) => Send & Sync & !Unpin);

#[test]
fn errors_say_what_happened_and_hide_the_value() {
    struct Opaque;
    assert_eq!(SendError(Opaque).to_string(), "channel closed");
    assert!(says(&format!("{:?}", SendError(Opaque)), "SendError { .. }"));
    assert_eq!(TrySendError::Full(Opaque).to_string(), "no available capacity");
    assert_eq!(TrySendError::Closed(Opaque).to_string(), "channel closed");
    assert!(says(&format!("{:?}", TrySendError::Full(Opaque)), "Full(..)"));
    assert!(says(&format!("{:?}", TrySendError::from(SendError(Opaque))), "Closed(..)"));
    let late = SendTimeoutError::Timeout(Opaque);
    assert_eq!(late.to_string(), "timed out waiting on send operation");
    assert!(says(&format!("{late:?}"), "Timeout(..)"));
    assert_eq!(SendTimeoutError::Closed(Opaque).to_string(), "channel closed");
    assert_eq!(TryRecvError::Empty.to_string(), "receiving on an empty channel");
    assert_eq!(TryRecvError::Disconnected.to_string(), "receiving on a closed channel");
    assert_eq!(TrySendError::Full(3).into_inner(), 3);
    assert_eq!(SendTimeoutError::Closed(3).into_inner(), 3);
    let _: Box<dyn std::error::Error> = Box::new(SendError(1));
}

#[test]
fn handles_print_without_the_values() {
    struct Opaque;
    let (tx, rx) = mpsc::channel(2);
    assert!(tx.try_send(Opaque).is_ok());
    let permit = tx.try_reserve().unwrap();
    for text in [format!("{tx:?}"), format!("{rx:?}"), format!("{permit:?}")] {
        assert!(says(&text, "len: 1, capacity: 0, senders: 1, closed: false"), "{text}");
    }
    assert!(says(&format!("{:?}", tx.downgrade()), "WeakSender"));
}
