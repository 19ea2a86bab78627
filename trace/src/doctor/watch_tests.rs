//! Does the thread that watches say no more than it knows?

use super::*;

/// The first look may come as soon as the poll has begun, or a pause later.
#[test]
fn a_poll_is_not_said_to_have_gone_on_for_longer_than_it_has() {
    let mut looked = Looked::default();
    let mut look = |nth| {
        let now = Times { on: PAUSE * nth, ready: Duration::ZERO };
        looked.count(1);
        looked.long_poll(Some(now))
    };
    let found: Vec<_> = (1..=LOOKS).filter_map(&mut look).collect();
    assert_eq!(found, [(Duration::from_millis(1_500), How::Computing)]);
}

#[test]
fn a_thread_that_panics_leaves_the_watch_to_the_next() {
    let watched = Watched::new(vec![Weak::new()]);
    guarded(&watched, || panic!("on purpose"));
    assert!(watched.lock().is_empty(), "as before the first runtime");
}
