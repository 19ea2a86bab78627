//! The reactor with real descriptors, without an engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{GENERATIONS, KEPT, KEY_BITS, Polled, Reactor, key};
use crate::event::Direction::Read;
use crate::readiness::SourceState;

const LOOK: Option<Duration> = Some(Duration::ZERO);

#[test]
fn the_bell_ends_a_wait_and_is_no_event_of_a_source() {
    let (mut reactor, sources, bell) = Reactor::new().unwrap();
    assert_eq!(reactor.poll(LOOK).unwrap(), Polled { events: 0, rung: false });
    bell.wake().unwrap();
    assert_eq!(reactor.poll(None).unwrap(), Polled { events: 0, rung: true });
    assert_eq!(reactor.poll(LOOK).unwrap(), Polled { events: 0, rung: false });
    assert!(sources.is_empty());
    assert!(reactor.take_due().is_empty());
}

#[test]
fn a_wait_shorter_than_the_selectors_grain_is_one_wait() {
    let (mut reactor, _sources, _bell) = Reactor::new().unwrap();
    let wait = Duration::from_micros(300);
    let start = Instant::now();
    assert_eq!(reactor.poll(Some(wait)).unwrap(), Polled { events: 0, rung: false });
    assert!(start.elapsed() >= wait, "it returned before its time: the loop would spin");
}

#[test]
fn a_reactor_can_be_moved_to_another_thread() {
    let (mut reactor, _sources, bell) = Reactor::new().unwrap();
    let rung = std::thread::spawn(move || reactor.poll(None).unwrap().rung);
    bell.wake().unwrap();
    assert!(rung.join().unwrap());
}

#[test]
fn a_reused_key_has_another_token() {
    let (_reactor, sources, _bell) = Reactor::new().unwrap();
    let state = || Arc::new(SourceState::new());
    let first = sources.insert(&state()).unwrap();
    sources.remove(first);
    let second = sources.insert(&state()).unwrap();
    assert_eq!(key(first), key(second));
    assert_ne!(first, second);
    assert!(sources.members.lock().get(first).is_none());
    // A source that has gone does not take the one that followed with it.
    sources.remove(first);
    assert_eq!(sources.len(), 1);
    assert!(sources.members.lock().get(second).is_some());
}

#[test]
fn generations_wrap_without_meeting_the_bell() {
    let (_reactor, sources, _bell) = Reactor::new().unwrap();
    sources.members.lock().generation = GENERATIONS - 2;
    let tokens: Vec<_> = std::iter::repeat_with(|| Arc::new(SourceState::new()))
        .take(3)
        .map(|state| sources.insert(&state).unwrap().0 >> KEY_BITS)
        .collect();
    assert_eq!(tokens, [GENERATIONS - 1, 0, 1]);
}

#[test]
fn capacity_that_a_burst_needed_is_given_back() {
    let (_reactor, sources, _bell) = Reactor::new().unwrap();
    let state = Arc::new(SourceState::new());
    let tokens: Vec<_> = (0..4 * KEPT).map(|_| sources.insert(&state).unwrap()).collect();
    assert_eq!(sources.len(), 4 * KEPT);
    for token in tokens {
        sources.remove(token);
    }
    assert!(sources.is_empty());
    assert!(sources.members.lock().slab.capacity() <= KEPT);
    assert_eq!(Arc::strong_count(&state), 1);
}

#[test]
fn a_closed_selector_takes_nobody_in() {
    let (_reactor, sources, _bell) = Reactor::new().unwrap();
    let state = Arc::new(SourceState::new());
    let token = sources.insert(&state).unwrap();
    assert!(sources.close().is_empty(), "nobody waited");
    assert!(sources.is_empty());
    assert!(sources.insert(&state).is_none());
    sources.remove(token);
    assert_eq!(state.waiters(Read), 0);
}

/// The longest sleep there is: macOS refuses a wait of years, an addition would overflow.
#[test]
fn a_wait_without_a_near_end_is_no_error() {
    let (mut reactor, _sources, bell) = Reactor::new().unwrap();
    bell.wake().unwrap();
    let polled = reactor.poll(Some(Duration::MAX)).unwrap();
    assert_eq!(polled, Polled { events: 0, rung: true });
}
