//! What if the system refuses to end a sleep?

use std::io::Error;

use super::Unpark;

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
