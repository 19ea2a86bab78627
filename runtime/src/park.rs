//! What does the loop do when nobody is ready?
//!
//! It sleeps in the selector until the next deadline, an event of a socket, or a letter. With
//! somebody ready it only looks there, and not at all while no socket is registered. With the
//! clock paused it does not sleep: time jumps to the next deadline.
//!
//! Interface: [`ask_reactor`]. Invariants: between "nobody is ready" and the sleep nothing of our
//! own can become ready unseen: letters ring (`letterbox.rs`), and a sink, the one piece of foreign
//! code in between, is checked after.
//!
//! tokio: `Context::park` and the stack of drivers under it.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::engine::{Engine, engine};
use crate::event::{self, Cause, Event, emit};
use crate::foreign::wake_all;
use crate::polling::phase;
use crate::reactor::{Polled, Reactor};

/// Room for so many entries is kept after a burst.
const KEEP: usize = 1024;

/// Step 5 of a turn in which so many polls were made.
pub(crate) fn ask_reactor(polls: usize) {
    event::flush_and_heed();
    if engine(|engine| engine.is_idle()) {
        park();
    } else if polls > 0 {
        check_sockets();
    }
}

/// Asks the selector without waiting, if anything is registered there.
fn check_sockets() {
    if engine(|engine| !engine.shared.sources.is_empty()) {
        ask(|reactor| reactor.poll(Some(Duration::ZERO)));
    }
}

/// Sleeps until the next deadline, a socket or a letter.
fn park() {
    let may_sleep = engine(|engine| {
        give_back(engine);
        engine.letters.prepare_to_sleep(&engine.shared.remote.letters)
    });
    if !may_sleep {
        // Letters are to be opened first. The look is for the sockets: a stream of letters that
        // cause no poll must not keep them waiting.
        return check_sockets();
    }
    let (paused, timeout) = engine(|engine| {
        let paused = engine.shared.clock.is_paused();
        // The virtual clock jumps there, and must not stop where nothing is. The machine's clock
        // may: to come once too early costs less than to look for the exact deadline.
        let timers = &mut engine.timers;
        let deadline = if paused { timers.next_deadline() } else { timers.next_look() };
        (paused, deadline.map(|tick| engine.shared.clock.until(tick)))
    });
    if paused {
        sleep_in_virtual_time(timeout);
    } else {
        emit(|| Event::Park { timeout });
        event::flush();
        // A sink is foreign code: it may have woken somebody, or object.
        let woken = event::objected() || engine(|engine| !engine.is_idle());
        let timeout = if woken { Some(Duration::ZERO) } else { timeout };
        ask(|reactor| reactor.park(timeout));
    }
    engine(|engine| engine.shared.remote.letters.awake());
}

/// Gives back what a burst left behind. (The wheel and the sources' slab do so by themselves.)
fn give_back(engine: &mut Engine) {
    engine.scheduler.give_back();
    engine.deferred.step.shrink_to(KEEP);
    engine.deferred.clock.shrink_to(KEEP);
    engine.due.shrink_to(KEEP);
    engine.reactor.give_back(KEEP);
    engine.shared.remote.finished.lock().shrink_to(KEEP);
}

/// With the clock paused nobody waits: time jumps to the next deadline. Unless blocking work is
/// out, or a look at the selector finds somebody to run: then that comes first. (A socket that
/// merely waits holds nothing back: what is on its way to it can't be known.)
fn sleep_in_virtual_time(timeout: Option<Duration>) {
    let blocking = engine(|engine| engine.shared.blocking_out.load(Ordering::Relaxed) > 0);
    let jump = timeout.filter(|_| !blocking);
    // Another thread has moved the clock since the timers were looked at.
    let due = timeout.is_some_and(|timeout| timeout.is_zero());
    emit(|| Event::Park { timeout: if blocking { None } else { timeout } });
    event::flush();
    let stay = due || jump.is_some() || event::objected() || engine(|engine| !engine.is_idle());
    let Polled { events, rung } = ask(|reactor| reactor.poll(stay.then_some(Duration::ZERO)));
    if let Some(by) = jump
        && !rung
        && engine(|engine| engine.is_idle())
    {
        engine(|engine| engine.shared.clock.advance(by));
        emit(|| Event::Advance { by, auto: true });
    }
    emit(|| Event::Unpark { events, rung });
}

/// Asks the selector, then wakes whose sockets are ready.
fn ask(reactor: impl FnOnce(&mut Reactor) -> io::Result<Polled>) -> Polled {
    let (polled, mut due) = engine(|engine| {
        let polled = reactor(&mut engine.reactor).expect("the selector answers");
        (polled, engine.reactor.take_due())
    });
    phase(Cause::Io, || wake_all(&mut due));
    engine(|engine| engine.reactor.put_back(due));
    polled
}
