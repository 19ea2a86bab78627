//! What do the types print?

use crate::help::says;

use kettle::sync::mpsc;
use kettle::sync::mpsc::error::{SendError, SendTimeoutError, TryRecvError, TrySendError};

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
