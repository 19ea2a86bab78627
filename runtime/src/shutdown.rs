//! What happens when an engine leaves its seat, and when it ends?
//!
//! Leaving: outputs that nobody has taken go where handles on other threads will find them.
//! Ending: every future is dropped, here and now, with the engine seated, whatever the drops do.
//!
//! Interface: [`leaving`], [`shut_down`]. Invariants: after `shut_down` no task is alive and no new
//! one is taken in; every handle says cancelled or has its output; whoever waits elsewhere for a
//! timer or a socket of this runtime is woken and told.
//!
//! tokio: `OwnedTasks::close_and_shutdown_all`.

use std::future::pending;
use std::pin::pin;
use std::sync::atomic::Ordering;

use crate::deferred::wake_deferred;
use crate::engine::engine;
use crate::event::{self, Cause, Event, emit};
use crate::executor::run_tasks;
use crate::foreign::{quietly, wake_all};
use crate::letters::{open_all, open_letters};
use crate::polling::phase;
use crate::seat::with_seat;

/// The engine is about to leave its seat. Who gave way in its last turn is woken: it may not be one
/// of this engine's tasks. Finished tasks go where their handles will find them, and the letters
/// come after that: a handle posts its letter first and then looks there, so one of the two sees
/// the other.
pub(crate) fn leaving() {
    wake_deferred();
    let unclaimed = engine(|engine| engine.scheduler.take_unclaimed());
    engine(|engine| {
        engine.shared.remote.finished.lock().extend(unclaimed);
        engine.shared.alive.store(engine.scheduler.alive, Ordering::Relaxed);
    });
    phase(Cause::Letter, open_all);
    if !engine(|engine| engine.closing) {
        // The end of a run. What a runtime's own end drops has been told one by one.
        emit(|| {
            engine(|engine| Event::RunEnd {
                tasks: engine.scheduler.alive,
                timers: engine.timers.len(),
                sources: engine.shared.sources.len(),
            })
        });
    }
    event::flush();
}

/// Ends all that the seated engine holds: every future is dropped here and now.
pub(crate) fn shut_down() {
    engine(|engine| engine.closing = true);
    loop {
        engine(|engine| engine.scheduler.cancel_all());
        // Who is asked to end is dropped where it would have been polled.
        while engine(|engine| engine.scheduler.queue.len() > 0) {
            let _ = with_seat(|seat| run_tasks(seat, pin!(pending::<()>())));
        }
        phase(Cause::Letter, open_letters);
        // Dropping a future may have written letters and deferred wakers; nothing makes a new task.
        // Letters that keep coming don't put off the end: when the box closes, they are dropped.
        wake_deferred();
        if engine(|engine| engine.is_idle()) {
            break;
        }
    }
    let timers = engine(|engine| engine.timers.drain());
    for waiter in timers {
        quietly(|| waiter.end());
    }
    let shared = engine(|engine| engine.shared.clone());
    wake_all(&mut shared.sources.close());
}
