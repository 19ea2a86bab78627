//! What if the system refuses to end a sleep? And when does nothing come that would?

use std::io::Error;

use super::Unpark;
use crate::base::sync::{Arc, Ordering};
use crate::inbox::Inbox;

fn unpark() -> Unpark {
    let poll = mio::Poll::new().unwrap();
    Unpark::new(mio::Waker::new(poll.registry(), mio::Token(0)).unwrap())
}

#[test]
fn an_unpark_that_fails_is_kept_for_the_loop_and_harms_no_caller() {
    let unpark = unpark();
    unpark.note(Err(Error::other("the first")));
    unpark.note(Err(Error::other("the second")));
    unpark.unpark();
    assert_eq!(unpark.error(), Some("the first"));
}

#[test]
fn an_unpark_that_succeeds_leaves_no_error() {
    let unpark = unpark();
    unpark.unpark();
    unpark.unpark();
    assert_eq!(unpark.error(), None);
}

#[test]
fn an_inbox_is_quiet_without_a_message_and_a_job() {
    let (inbox, messages) = Inbox::new(Arc::new(unpark()));
    assert!(inbox.is_quiet());
    inbox.jobs.store(1, Ordering::Relaxed);
    assert!(!inbox.is_quiet());
    inbox.send("the job's last message");
    inbox.jobs.store(0, Ordering::Relaxed);
    assert!(!inbox.is_quiet());
    assert!(messages.try_recv().is_ok() && inbox.is_quiet());
}
