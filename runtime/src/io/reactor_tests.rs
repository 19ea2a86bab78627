//! The reactor with real descriptors, without a loop.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle_events::Direction::Read;

use super::super::readiness::SourceState;
use super::{INDEX_BITS, NUMBERS, Reactor, Sources, UNPARK};
use crate::inbox::Unpark;

const LOOK: Option<Duration> = Some(Duration::ZERO);

fn reactor() -> (Reactor, Arc<Sources>, Arc<Unpark>) {
    let reactor = Reactor::new(Arc::default()).unwrap();
    let unpark = reactor.unpark.clone();
    let sources = reactor.sources.clone();
    (reactor, sources, unpark)
}

/// How many reports came from sources, and whether the loop was unparked.
fn look(reactor: &mut Reactor, timeout: Option<Duration>) -> (usize, bool) {
    reactor.wait(timeout).unwrap();
    (reactor.reports(), reactor.unparked())
}

#[test]
fn an_unpark_ends_a_wait_and_is_no_event_of_a_source() {
    let (mut reactor, sources, unpark) = reactor();
    assert_eq!(look(&mut reactor, LOOK), (0, false));
    unpark.unpark();
    assert_eq!(look(&mut reactor, None), (0, true));
    assert_eq!(look(&mut reactor, LOOK), (0, false));
    assert_eq!(sources.members.lock().len(), 0);
    let mut due = VecDeque::new();
    reactor.dispatch(&mut due);
    assert!(due.is_empty());
    assert_eq!(unpark.error(), None);
}

#[test]
fn a_wait_shorter_than_the_selectors_grain_is_one_wait() {
    let (mut reactor, _sources, _unpark) = reactor();
    let wait = Duration::from_micros(300);
    let start = Instant::now();
    assert_eq!(look(&mut reactor, Some(wait)), (0, false));
    assert!(start.elapsed() >= wait, "it returned before its time: the loop would spin");
}

#[test]
fn a_reactor_can_be_moved_to_another_thread() {
    let (mut reactor, _sources, unpark) = reactor();
    let woken = std::thread::spawn(move || look(&mut reactor, None).1);
    unpark.unpark();
    assert!(woken.join().unwrap());
}

#[test]
fn a_source_that_has_gone_does_not_take_the_next_one_with_it() {
    let (_reactor, sources, _unpark) = reactor();
    let state = || Arc::new(SourceState::new());
    let first = sources.insert(&state(), "test", None).unwrap().unwrap();
    sources.remove(first);
    let second = sources.insert(&state(), "test", None).unwrap().unwrap();
    assert_ne!(first, second);
    sources.remove(first);
    assert_eq!(sources.members.lock().len(), 1);
    sources.remove(second);
    assert_eq!(sources.members.lock().len(), 0);
}

/// On a 32-bit machine this happens after 4,095 registrations.
#[test]
fn numbers_begin_again_and_never_make_an_unparks_token() {
    let (_reactor, sources, _unpark) = reactor();
    let state = Arc::new(SourceState::new());
    sources.members.lock().latest = NUMBERS - 2;
    for number in [NUMBERS - 1, 0, 1] {
        let token = sources.insert(&state, "test", None).unwrap().unwrap();
        assert_eq!(token.0 >> INDEX_BITS, number);
        assert_ne!(token.0 | ((1 << INDEX_BITS) - 1), UNPARK.0);
        sources.remove(token);
    }
}

#[test]
fn a_closed_selector_takes_nobody_in() {
    let (_reactor, sources, _unpark) = reactor();
    let state = Arc::new(SourceState::new());
    let token = sources.insert(&state, "test", None).unwrap().unwrap();
    let mut due = VecDeque::new();
    sources.close(&mut due);
    assert!(due.is_empty(), "no task waited");
    assert_eq!(sources.members.lock().len(), 0);
    assert!(sources.insert(&state, "test", None).unwrap().is_none());
    sources.remove(token);
    assert_eq!(state.waiters(Read), 0);
}

/// With kqueue the second would change the registration of the first, which would sleep forever.
#[test]
fn a_descriptor_is_taken_once_also_where_the_selector_would_not_refuse_it() {
    let (_reactor, sources, _unpark) = reactor();
    let insert = |fd| sources.insert(&Arc::new(SourceState::new()), "test", Some(fd));
    let first = insert(7).unwrap().unwrap();
    assert_eq!(insert(7).unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
    insert(8).unwrap().unwrap();
    sources.remove(first);
    insert(7).unwrap().expect("it is free again");
}

/// macOS refuses a wait of years, and adding the longest sleep would overflow.
#[test]
fn a_wait_without_a_near_end_is_no_error() {
    let (mut reactor, _sources, unpark) = reactor();
    unpark.unpark();
    let polled = look(&mut reactor, Some(Duration::MAX));
    assert_eq!(polled, (0, true));
}
