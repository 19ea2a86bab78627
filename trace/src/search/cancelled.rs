//! Does a future lose anything when it is dropped at one of its awaits?
//!
//! `select!`, `timeout` and `abort` drop a future where it waits. Whatever it holds there in local variables
//! goes with it: a value that it has received, a lock that is given back, a place in a line. Whether a future can
//! stand that ("cancel safety") is tried here: it is run, and dropped when it first returns `Pending`, made anew
//! and dropped when it does so the second time, and so on. Each time the events tell what it had.
//!
//! For the events it is the branch of a `select!` that another branch wins. So what is known of such branches
//! (`words/took.rs`, `doctor/lost_value.rs`) is known of it.
//!
//! Interface: [`cancel_at_every_await`].

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use kettle_events::{Event, Kind, Place, Record, Resource, Thing, emit};
use kettle_runtime::{Config, Runtime, Timer, clock};
use parking_lot::Mutex;

use super::heard::Heard;
use crate::doctor::{Doctor, Lint, lost_values, rendered};
use crate::fold::Fold;
use crate::memory::recorder::Recorder;
use crate::words::names::Names;
use crate::words::took::Took;

/// So long, on the virtual clock, the rest of the program may go on after the future was dropped.
const AFTERWARDS: Duration = Duration::from_hours(1);

/// Runs a future once to its end, then drops it at each of its awaits in turn, and checks by the runtime's
/// events that nothing is lost: no value that it had received, no lock or permit, no wake-up of another task.
/// Returns at how many awaits it was dropped.
///
/// `make` is called in a runtime of its own each time, with a paused clock: it makes what the future needs,
/// spawns the tasks around it, and returns the future. After the drop these go on for an hour of that clock.
///
/// # Panics
///
/// If something is lost; the words say what, and at which await. If the future panics. Where a runtime
/// is driven already: so call it in a plain `#[test]`.
///
/// A future that never ends is not dropped at all: the first run waits for its end, and so does your test. Let
/// its loop end, as by closing the channel that it reads.
///
/// tokio: no counterpart.
///
/// ```should_panic
/// use kettle::sync::mpsc;
/// use kettle::time::{Duration, sleep};
///
/// kettle::trace::cancel_at_every_await(|| {
///     let (orders, mut next) = mpsc::channel(1);
///     kettle::spawn(async move { orders.send("tea").await });
///     async move {
///         let order = next.recv().await;
///         sleep(Duration::from_secs(1)).await; // dropped here, the order is lost
///         order
///     }
/// });
/// ```
///
/// ```
/// use kettle::sync::Mutex;
/// use kettle::task::yield_now;
///
/// let awaits = kettle::trace::cancel_at_every_await(|| async {
///     let till = Mutex::new(0);
///     *till.lock().await += 1;
///     yield_now().await;
/// });
/// assert_eq!(awaits, 1);
/// ```
#[track_caller]
pub fn cancel_at_every_await<F: Future>(make: impl Fn() -> F) -> usize {
    let usual = run(&make, usize::MAX);
    for nth in 1..=usual.awaits {
        let lost = run(&make, nth).lost(&usual);
        if let Some((place, what)) = lost {
            let at = place.map(|place| format!(", at {place}")).unwrap_or_default();
            panic!("dropped at await {nth} of {}{at}: {what}", usual.awaits);
        }
    }
    usual.awaits
}

/// One run.
struct Ran {
    /// So often the future returned `Pending`.
    awaits: usize,
    records: Vec<Record>,
    /// What the doctor said.
    lints: Vec<Lint>,
}

/// Runs the future, and drops it at this await.
#[track_caller]
fn run<F: Future>(make: &impl Fn() -> F, at: usize) -> Ran {
    let (recorder, recording) = Recorder::new();
    let found = Arc::new(Mutex::new(Vec::new()));
    let doctor = Doctor::telling(Box::new(Heard::new(found.clone(), Some(Box::new(recorder)))));
    // Each run has to ask the branches of a `select!` in the order of the first.
    let config = Config {
        start_paused: true,
        rng_seed: Some(0),
        sink: Some(Box::new(doctor)),
        ..Config::default()
    };
    let runtime = Runtime::with(config).unwrap_or_else(|error| panic!("no runtime: {error}"));
    let awaits = runtime.block_on(async {
        let mut future = Box::pin(make());
        let awaits = until(future.as_mut(), at).await;
        drop(future);
        let mut timer = Timer::new(clock::now() + AFTERWARDS);
        poll_fn(|cx| timer.poll(cx)).await;
        awaits
    });
    drop(runtime);
    let lints = std::mem::take(&mut *found.lock());
    Ran { awaits, records: recording.records(), lints }
}

/// Polls the future until it is ready or has returned `Pending` so often.
async fn until<F: Future>(mut future: Pin<&mut F>, at: usize) -> usize {
    let mut awaits = 0;
    poll_fn(|cx| {
        emit(|| Event::SelectStart { branches: 2, first: 0 });
        emit(|| Event::SelectPoll { branch: 0, ready: false });
        let ready = future.as_mut().poll(cx).is_ready();
        emit(|| Event::SelectPoll { branch: 1, ready });
        awaits += usize::from(!ready);
        if ready || awaits == at {
            emit(|| Event::SelectWin { branch: u32::from(ready) });
            return Poll::Ready(awaits);
        }
        Poll::Pending
    })
    .await
}

impl Ran {
    /// What was lost, and where it waited.
    fn lost(&self, usual: &Ran) -> Option<(Option<Place>, String)> {
        let (mut fold, mut took, mut names) = (Fold::new(), Took::default(), Names::new());
        let (mut main, mut place, mut lost) = (None, None, None);
        for record in &self.records {
            names.learn(record);
            took.step(record);
            match record.event {
                Event::Spawn { task, kind: Kind::Main, .. } => main = main.or(Some(task)),
                Event::SelectWin { branch: 0 } if record.task == main => {
                    place = record.at;
                    lost = lost_values(&took, record.task?).first().map(|(channel, part)| {
                        let at = part.at.map(|at| format!(" at {at}")).unwrap_or_default();
                        let name = names.known(*channel).map(|name| name.to_string());
                        format!(
                            "a value is lost that it had received{at}, from {}",
                            name.unwrap_or_else(|| "a channel".to_owned())
                        )
                    });
                }
                Event::RunEnd { .. } => break,
                _ => {}
            }
            fold.step(record);
        }
        let lost = lost.or_else(|| kept(&fold, main?, &names)).or_else(|| self.verdict(usual));
        lost.map(|lost| (place, lost))
    }

    /// A hang that is proven, and is there only if the future was dropped.
    fn verdict(&self, usual: &Ran) -> Option<String> {
        let in_both = |lint: &Lint| usual.lints.iter().any(|other| other.place() == lint.place());
        let lint =
            self.lints.iter().find(|lint| lint.kind.hangs() && lint.certain && !in_both(lint))?;
        Some(format!("another task hangs\n\n{}", rendered(lint)))
    }
}

/// What the program's main future still has: nothing is left there but the time afterwards.
fn kept(fold: &Fold, main: kettle_events::Id, names: &Names) -> Option<String> {
    let name = |id| names.known(id).map_or_else(|| "something".to_owned(), |name| name.to_string());
    let mut primitives = fold.primitives();
    let held = primitives.find_map(|(id, known)| {
        let (_, holder) = known.holders.iter().find(|(_, holder)| holder.task == Some(main))?;
        let at = holder.at.map(|at| format!(" at {at}")).unwrap_or_default();
        Some(format!("{} is not given back that it had taken{at}", name(id)))
    });
    let waits = || {
        let wait =
            fold.waits_of(main).into_iter().find(|wait| !matches!(wait.on, Resource::Timer(_)))?;
        let what = match wait.on.thing() {
            Thing::Task(task) => name(task),
            Thing::Timer(id) | Thing::Source(id) | Thing::Sync(_, id) => name(id),
        };
        Some(format!("its waker is still stored, at {what}"))
    };
    held.or_else(waits)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use kettle::sync::{Mutex as Lock, Notify, Semaphore, mpsc, oneshot};
    use kettle::task::yield_now;
    use kettle::time::sleep;

    use super::*;

    fn words<F: Future>(make: impl Fn() -> F) -> String {
        let caught = catch_unwind(AssertUnwindSafe(|| cancel_at_every_await(make)));
        let payload = caught.expect_err("nothing is lost");
        payload.downcast_ref::<String>().expect("words").clone()
    }

    #[test]
    fn a_value_that_was_received_is_lost_at_the_next_await() {
        let words = words(|| {
            let (to, mut from) = mpsc::unbounded_channel();
            kettle::spawn(async move { to.send(1) });
            async move {
                let value = from.recv().await;
                sleep(Duration::from_secs(1)).await;
                value
            }
        });
        assert!(words.starts_with("dropped at await 2 of 2, at "), "{words}");
        assert!(words.contains("a value is lost that it had received at "), "{words}");
    }

    #[test]
    fn a_loop_that_uses_each_value_at_once_loses_none() {
        let awaits = cancel_at_every_await(|| {
            let (to, mut from) = mpsc::channel(1);
            kettle::spawn(async move {
                for value in 0..3 {
                    to.send(value).await.unwrap();
                }
            });
            async move {
                let mut sum = 0;
                while let Some(value) = from.recv().await {
                    sum += value;
                }
                sum
            }
        });
        assert!(awaits >= 3);
    }

    #[test]
    fn each_run_asks_the_branches_of_a_select_in_the_same_order() {
        let orders = Lock::new(Vec::new());
        cancel_at_every_await(|| {
            let order = Arc::new(std::sync::Mutex::new(Vec::new()));
            orders.try_lock().unwrap().push(order.clone());
            async move {
                for _ in 0..32 {
                    kettle::select! {
                        () = async {} => order.lock().unwrap().push(0),
                        () = async {} => order.lock().unwrap().push(1),
                    }
                }
                yield_now().await;
            }
        });
        let orders = orders.into_inner();
        assert_eq!(*orders[0].lock().unwrap(), *orders[1].lock().unwrap());
        assert_eq!(orders[0].lock().unwrap().len(), 32);
    }

    #[test]
    fn a_permit_that_no_one_gives_back_is_noticed() {
        let words = words(|| async {
            let permits = Arc::new(Semaphore::new(1));
            let permit = permits.clone().acquire_owned().await.unwrap();
            std::mem::forget(permit);
            yield_now().await;
        });
        assert!(words.contains("semaphore 1 is not given back that it had taken at "), "{words}");
    }

    #[test]
    fn guards_places_in_line_and_wakers_of_kettles_own_are_given_back() {
        let lock = cancel_at_every_await(|| {
            let lock = Arc::new(Lock::new(()));
            let other = lock.clone();
            kettle::spawn(async move {
                let _guard = other.lock().await;
                sleep(Duration::from_secs(1)).await;
            });
            async move {
                yield_now().await;
                let _guard = lock.lock().await;
                sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(lock, 3);
        let signals = cancel_at_every_await(|| {
            let (bell, (to, from)) = (Arc::new(Notify::new()), oneshot::channel());
            let other = bell.clone();
            kettle::spawn(async move {
                other.notify_one();
                yield_now().await;
                to.send(())
            });
            async move {
                bell.notified().await;
                from.await
            }
        });
        assert_eq!(signals, 2);
    }
}
