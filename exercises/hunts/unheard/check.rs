//! What an engine must do after the fix of `unheard`.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use crossbeam_channel::Receiver;
use kettle_judge::count;
use kettle_judge::threads::{self, Seen};
use kettle_judge::{Check, check, if_it_hangs};
use mio::{Events, Token};

use crate::inbox::{Inbox, Unpark};
use crate::{Config, Event, Runtime, Timer, clock, spawn};

pub const CHECKS: &[Check] = &[
    check!(a_message_before_the_sleep => "while there is a message, the loop doesn't go to sleep"),
    check!(a_message_during_the_sleep => "a message to a sleeping loop unparks it, once"),
    check!(awake_it_is_not_unparked => "a loop that is awake isn't unparked, because that costs a system call"),
    check!(with_nothing_to_do => "a loop with nothing to do goes to sleep each time, until a message comes"),
    check!(at_any_moment => "whenever a message comes, it is received"),
    check!(in_a_runtime => "a wake from a thread before the loop parks is not lost"),
];

/// A loop that does nothing but receive and sleep, and its selector.
struct Loop {
    inbox: Arc<Inbox<usize>>,
    messages: Receiver<usize>,
    selector: mio::Poll,
}

impl Loop {
    fn new() -> Loop {
        let selector = mio::Poll::new().expect("a selector");
        let waker =
            mio::Waker::new(selector.registry(), Token(0)).expect("a waker of the selector");
        let (inbox, messages) = Inbox::new(Arc::new(Unpark::new(waker)));
        Loop { inbox, messages, selector }
    }

    /// Looks at the selector, or sleeps there. Was the loop unparked?
    fn wait(&mut self, timeout: Option<Duration>) -> bool {
        let mut events = Events::with_capacity(8);
        self.selector.poll(&mut events, timeout).expect("a look at the selector");
        !events.is_empty()
    }

    fn is_unparked(&mut self) -> bool {
        self.wait(Some(Duration::ZERO))
    }

    fn receive(&self) -> Option<usize> {
        self.messages.try_recv().ok()
    }
}

fn a_message_before_the_sleep() {
    let mut one = Loop::new();
    one.inbox.send(7);
    assert!(
        !one.inbox.prepare_to_sleep(),
        "a message was sent, and the loop is about to sleep. Does `prepare_to_sleep` let it?\n  got:      yes, so the message \
             waits for the next one\n  expected: no: it says that it sleeps, and after that it looks"
    );
    // It is awake still: the next message need not unpark it.
    one.inbox.send(8);
    assert!(!one.is_unparked(), "a loop that did not go to sleep is unparked");
    assert!(!one.inbox.prepare_to_sleep(), "the loop goes to sleep, and two messages are there");
    assert_eq!([(); 3].map(|()| one.receive()), [Some(7), Some(8), None], "the messages");
    assert!(one.inbox.prepare_to_sleep(), "no message is left, and the loop does not sleep");
}

fn a_message_during_the_sleep() {
    let mut one = Loop::new();
    for round in 0..3 {
        assert!(
            one.inbox.prepare_to_sleep(),
            "the loop has received all that was sent, and is about to sleep. Does `prepare_to_sleep` let it?\n  got:      no\n  expected: yes"
        );
        one.inbox.send(round);
        assert!(one.is_unparked(), "a message came while the loop slept, and it was not unparked");
        one.inbox.send(round + 1);
        assert!(!one.is_unparked(), "a second message unparks a loop that is unparked already");
        one.inbox.awake();
        let messages = [(); 3].map(|()| one.receive());
        assert_eq!(messages, [Some(round), Some(round + 1), None], "the messages");
    }
    assert!(one.inbox.prepare_to_sleep(), "the inbox is empty, and the loop does not sleep");
    one.inbox.unpark_if_asleep();
    assert!(one.is_unparked(), "a loop that sleeps was not unparked");
}

fn awake_it_is_not_unparked() {
    let mut one = Loop::new();
    one.inbox.send(7);
    one.inbox.unpark_if_asleep();
    assert!(!one.is_unparked(), "a loop that has not gone to sleep is unparked");
    one.receive();
    assert!(one.inbox.prepare_to_sleep(), "the inbox is empty, and the loop does not sleep");
    one.inbox.awake();
    one.inbox.send(8);
    one.inbox.unpark_if_asleep();
    assert!(!one.is_unparked(), "a loop that is awake again is unparked");
}

fn with_nothing_to_do() {
    let one = Loop::new();
    // Jobs and tasks that have not ended are no messages.
    for count in [&one.inbox.jobs, &one.inbox.spawns] {
        count.store(1, SeqCst);
    }
    for _ in 0..3 {
        assert!(one.inbox.prepare_to_sleep(), "the inbox is empty, and the loop does not sleep");
        one.inbox.awake();
    }
    let (events, wakes_later) = (count::Events::default(), |cx: &mut Context<'_>| {
        let (waker, seen) = (cx.waker().clone(), Seen::here());
        thread::spawn(move || {
            seen.until_asleep();
            seen.sleeps_on();
            waker.wake();
        });
    });
    let config = Config { sink: events.sink(), ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(count::rounds(1, wakes_later));
    let slept = events.count(|event| matches!(event, Event::Park { .. }));
    let what = "how often the loop slept, without a timer, until a thread's wake came. (Only a wake ends such a sleep)";
    assert_eq!(slept, 1, "{what}");
}

fn at_any_moment() {
    let (one, rounds) = (RefCell::new(Loop::new()), Cell::new(0));
    let inbox = one.borrow().inbox.clone();
    threads::at_once(
        || (),
        |()| {
            // In every second round the message surely comes before the sleep.
            rounds.set(rounds.get() + 1);
            while rounds.get() % 2 == 0 && inbox.len() == 0 {
                thread::yield_now();
            }
            one.borrow().inbox.prepare_to_sleep()
        },
        |()| inbox.send(7),
        |(), sleeps| {
            let mut one = one.borrow_mut();
            let is_unparked = one.is_unparked();
            assert!(!sleeps || is_unparked, "a message was sent, and the loop sleeps");
            if sleeps {
                one.inbox.awake();
            }
            assert_eq!(one.receive(), Some(7), "the message that was sent meanwhile");
        },
    );
}

fn in_a_runtime() {
    if_it_hangs("a thread has woken a task, and the loop sleeps");
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(async {
        let (waits, polls) = (Arc::new(Mutex::new(None)), Arc::new(AtomicUsize::new(0)));
        let (there, counted) = (waits.clone(), polls.clone());
        let waiter = spawn(poll_fn(move |cx| {
            *there.lock().expect("no panic") = Some(cx.waker().clone());
            if counted.fetch_add(1, SeqCst) == 0 { Poll::Pending } else { Poll::Ready(()) }
        }));
        // The loop calls this waker when the timer is due, after it has received messages: a thread
        // then wakes the task that waits.
        let mut timer = Timer::new(clock::now() + Duration::from_secs(1));
        let waker = count::calling(move || {
            let waits: Option<Waker> = waits.lock().expect("no panic").take();
            let waits = waits.expect("it was polled");
            thread::spawn(move || waits.wake()).join().expect("no panic");
        });
        assert!(timer.poll(&mut Context::from_waker(&waker)).is_pending(), "ready, and not due");
        waiter.await.expect("no panic");
        assert_eq!(polls.load(SeqCst), 2, "polls of the task that a thread has woken");
    });
}
