//! When does the loop ask the selector, and what if the selector fails?

use std::io::Error;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::task::Waker;

use kettle_events::RemoteEvents;

use super::executor::Executor;
use crate::base::WakerSlot;
use crate::io::{Interest, Source};

const INTERVAL: usize = 61;

fn new_loop() -> Executor {
    let events = Arc::new(RemoteEvents::default());
    Executor::new(&events, false, INTERVAL, [None, None]).unwrap()
}

fn source(executor: &Executor) -> Source<UnixStream> {
    let (end, _other) = UnixStream::pair().unwrap();
    end.set_nonblocking(true).unwrap();
    let joined = Source::joined_of(executor.reactor.sources.clone(), end, Interest::WRITABLE);
    joined.map_err(|(_, error)| error).unwrap()
}

/// Does this ask the selector? An unpark waits there to be reported.
fn asks(executor: &mut Executor, what: impl FnOnce(&mut Executor)) -> bool {
    executor.reactor.unpark.unpark();
    what(executor);
    executor.reactor.unparked()
}

#[test]
fn without_a_timer_it_may_sleep_for_ever() {
    assert_eq!(new_loop().time.sleep_until(), None);
}

#[test]
fn it_is_asked_only_if_there_is_a_source() {
    let mut executor = new_loop();
    assert!(!asks(&mut executor, Executor::check_sockets));
    let _source = source(&executor);
    assert!(asks(&mut executor, Executor::check_sockets));
}

#[test]
fn of_turns_that_poll_nothing_only_every_event_intervalth_asks() {
    let mut executor = new_loop();
    let _source = source(&executor);
    executor.timers_left = true; // so it isn't idle
    assert!(asks(&mut executor, |it| it.ask_reactor(1)), "after a turn that polls");
    let mut executor = new_loop();
    let _source = source(&executor);
    executor.timers_left = true;
    for turn in 1..INTERVAL {
        assert!(!asks(&mut executor, |it| it.ask_reactor(0)), "after turn {turn}");
    }
    assert!(asks(&mut executor, |it| it.ask_reactor(0)));
}

#[test]
fn a_turn_that_leaves_wakers_of_sockets_asks() {
    let mut executor = new_loop();
    let _source = source(&executor);
    executor.due_wakers.extend(WakerSlot::new(Waker::noop().clone()).take());
    assert!(asks(&mut executor, |it| it.ask_reactor(0)));
}

#[test]
#[should_panic(expected = "the operating system's selector failed: failed to wake the selector")]
fn a_selector_that_no_thread_can_wake_ends_the_loop() {
    let mut executor = new_loop();
    executor.reactor.unpark.note(Err(Error::other("it refuses")));
    executor.park();
}
