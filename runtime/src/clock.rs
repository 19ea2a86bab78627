//! What time is it, and who says so?
//!
//! The machine, unless a test has paused the clock: then time stands still, and moves only when
//! somebody calls [`advance`], or by itself when the runtime has nothing left to do but wait for a
//! timer (*auto-advance*). A test of an hour's timeouts takes no time, and comes out the same each
//! time.
//!
//! Interface: [`now`], [`pause`], [`resume`], [`advance`]; `Clock`, one per runtime, shared with
//! whoever holds its handle. Invariants: a virtual clock never goes backwards. As long as no clock
//! of this process was ever paused, reading the time costs one plain load more than `std`'s.
//! Auto-advance stands still while blocking work is out, for nobody knows how long that takes.
//!
//! tokio: the same functions, behind the feature `test-util`.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::current;
use crate::deferred::defer;
use crate::event::{Deferral, Event, emit};
use crate::runtime::Shared;
use crate::timer::fire_timers;

/// Was any clock of this process ever paused?
static EVER_PAUSED: AtomicBool = AtomicBool::new(false);

/// One runtime's clock.
pub(crate) struct Clock {
    start: Instant,
    virtual_time: Mutex<Virtual>,
}

/// While paused the time is `base`; since `resumed`, `base` and what has passed since.
struct Virtual {
    base: Instant,
    resumed: Option<Instant>,
}

impl Clock {
    pub(crate) fn new(paused: bool) -> Clock {
        let start = Instant::now();
        let resumed = (!paused).then_some(start);
        if paused {
            EVER_PAUSED.store(true, Ordering::Relaxed);
        }
        Clock { start, virtual_time: Mutex::new(Virtual { base: start, resumed }) }
    }

    #[inline]
    pub(crate) fn now(&self) -> Instant {
        if EVER_PAUSED.load(Ordering::Relaxed) {
            self.virtual_time.lock().now()
        } else {
            Instant::now()
        }
    }

    pub(crate) fn since_start(&self) -> Duration {
        self.now().saturating_duration_since(self.start)
    }

    /// The same by this clock and by the machine's, which differ once it was paused.
    pub(crate) fn both_since_start(&self) -> (Duration, Duration) {
        let real = self.start.elapsed();
        (if EVER_PAUSED.load(Ordering::Relaxed) { self.since_start() } else { real }, real)
    }

    pub(crate) fn is_paused(&self) -> bool {
        EVER_PAUSED.load(Ordering::Relaxed) && self.virtual_time.lock().resumed.is_none()
    }

    /// The wheel's tick at which `deadline` has passed: rounded up, so that no timer is early.
    pub(crate) fn tick_of(&self, deadline: Instant) -> u64 {
        let after = deadline.saturating_duration_since(self.start);
        // In `u64`: `as_millis` counts in `u128`, which took a third of an insertion's
        // instructions.
        let begun = u64::from(after.subsec_nanos().div_ceil(1_000_000));
        after.as_secs().saturating_mul(1_000).saturating_add(begun)
    }

    /// The tick that has passed: rounded down.
    pub(crate) fn tick_now(&self) -> u64 {
        u64::try_from(self.since_start().as_millis()).unwrap_or(u64::MAX)
    }

    /// How long it is until `tick`.
    pub(crate) fn until(&self, tick: u64) -> Duration {
        Duration::from_millis(tick).saturating_sub(self.since_start())
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut time = self.virtual_time.lock();
        time.base = time
            .base
            .checked_add(by)
            .expect("the virtual clock stays within what Instant can hold");
    }
}

impl Virtual {
    fn now(&self) -> Instant {
        self.base + self.resumed.map_or(Duration::ZERO, |resumed| resumed.elapsed())
    }
}

/// The current time: of the current runtime's clock, or the machine's where there is no runtime.
///
/// tokio: `tokio::time::Instant::now`.
///
/// ```
/// let earlier = kettle_runtime::clock::now();
/// assert!(kettle_runtime::clock::now() >= earlier);
/// ```
#[inline]
pub fn now() -> Instant {
    if EVER_PAUSED.load(Ordering::Relaxed) { current_now() } else { Instant::now() }
}

#[cold]
fn current_now() -> Instant {
    current::try_shared(|shared| shared.clock.now()).unwrap_or_else(Instant::now)
}

/// Stops the current runtime's clock. From here on it moves by [`advance`], or by itself to the
/// next deadline whenever the runtime has nothing else to do.
///
/// # Panics
///
/// Where there is no runtime, or its clock is paused already.
///
/// tokio: `tokio::time::pause`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// use kettle::time::{Duration, Instant, pause, sleep};
///
/// pause();
/// let start = Instant::now();
/// sleep(Duration::from_secs(3600)).await; // takes no time
/// assert_eq!(start.elapsed().as_secs(), 3600);
/// # }
/// ```
#[track_caller]
pub fn pause() {
    current::shared(|shared| {
        let mut time = shared.clock.virtual_time.lock();
        assert!(time.resumed.is_some(), "the clock is paused already");
        time.base = time.now();
        time.resumed = None;
        EVER_PAUSED.store(true, Ordering::Relaxed);
        drop(time);
        look_anew(shared);
    });
}

/// Lets the current runtime's clock run on, from the time at which it stands.
///
/// # Panics
///
/// Where there is no runtime, or its clock is not paused.
///
/// tokio: `tokio::time::resume`.
///
/// ```
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
/// use kettle::time::{Duration, Instant, resume, sleep};
///
/// resume();
/// let start = std::time::Instant::now();
/// sleep(Duration::from_millis(1)).await; // a millisecond of the machine's time
/// assert!(start.elapsed() >= Duration::from_millis(1));
/// # }
/// ```
#[track_caller]
pub fn resume() {
    current::shared(|shared| {
        let mut time = shared.clock.virtual_time.lock();
        assert!(time.resumed.is_none(), "the clock is not paused");
        time.resumed = Some(Instant::now());
        drop(time);
        look_anew(shared);
    });
}

/// The loop may be asleep, by what the clock said before another thread changed it.
fn look_anew(shared: &Shared) {
    shared.remote.letters.ring_if_asleep();
}

/// Moves the current runtime's clock, fires what has become due, and lets the woken tasks run
/// before it returns. They all see the clock where it has been moved to: to stop at each deadline
/// in between, `sleep` instead.
///
/// # Panics
///
/// Where there is no runtime, or its clock is not paused.
///
/// # Cancel safety
///
/// The clock has moved after the first poll, whether or not the future is polled again.
///
/// tokio: `tokio::time::advance`.
///
/// ```
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
/// use kettle::time::{Duration, advance, sleep};
///
/// let minute = Duration::from_secs(60);
/// let tea = kettle::spawn(async move { sleep(3 * minute).await });
/// kettle::task::yield_now().await; // it begins to wait
/// advance(2 * minute).await;
/// assert!(!tea.is_finished());
/// advance(minute).await;
/// assert!(tea.is_finished());
/// # }
/// ```
pub async fn advance(by: Duration) {
    current::shared(|shared| {
        assert!(shared.clock.is_paused(), "the clock is not paused: call `pause` first");
        shared.clock.advance(by);
        look_anew(shared);
    });
    emit(|| Event::Advance { by, auto: false });
    fire_timers();
    let mut deferred = false;
    poll_fn(|cx| {
        if deferred {
            return Poll::Ready(());
        }
        deferred = true;
        defer(cx, Deferral::Clock);
        Poll::Pending
    })
    .await;
}
