//! Who owns a runtime, how is it configured, and how does a thread drive it?
//!
//! A [`Runtime`] owns the loop and the tasks, as a [`Core`]. `block_on` takes the core, brings it
//! to the calling thread ([`bring`]), runs it until its own future is ready, and puts it back, even
//! after a panic. If another thread has the core, `block_on` polls its future by itself and sleeps
//! in between, until the driver leaves and a waiting thread takes over (`core_slot.rs`).
//!
//! Interface: [`Config`], [`Runtime`]. Invariant: the end of a runtime drops every future while its
//! scheduler is current, waits for jobs, and leaves outputs to handles (`tests/system/ends.rs`).
//! The builder and `Runtime`'s public face are in the crate `kettle`.

use std::any::type_name;
use std::fmt;
use std::io;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use kettle_events::{
    self as events, Event, Id, Kind, Recorder, RemoteEvents, Sink, When, change, is_time_to_look,
};
use scopeguard::{ScopeGuard, defer, guard};

use super::context;
use super::core_slot::CoreSlot;
use super::handle::{Handle, poll_here};
use super::shared::Shared;
use super::thread_parker::ThreadParker;
use crate::executor::{Executor, Hook, Main, Pool, StartThread, panic_if_objected};
use crate::tasks::current::{self, with_scheduler};
use crate::tasks::schedule::{self, Decider};
use crate::tasks::sink::{flush_events, look_if};
use crate::tasks::{Header, Owner, Schedule, Scheduler, scope};

/// How to make a runtime. `kettle::runtime::Builder` has a method for each setting, which documents
/// it. `event_interval` and `max_blocking_threads` are not 0.
#[allow(missing_docs)]
pub struct Config {
    pub event_interval: u32,
    pub start_paused: bool,
    pub schedule: Option<Box<dyn Schedule>>,
    pub rng_seed: Option<u64>,
    pub sink: Option<Box<dyn Sink>>,
    pub on_park: Option<Hook>,
    pub on_unpark: Option<Hook>,
    pub start_thread: StartThread,
    pub max_blocking_threads: usize,
    pub thread_keep_alive: Duration,
    pub name: Option<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            event_interval: 61,
            start_paused: false,
            schedule: None,
            rng_seed: None,
            sink: None,
            on_park: None,
            on_unpark: None,
            start_thread: Arc::new(|work| thread::Builder::new().spawn(work).map(drop)),
            max_blocking_threads: 512,
            thread_keep_alive: Duration::from_secs(10),
            name: None,
        }
    }
}

/// Owns a runtime's loop and tasks. (`kettle::runtime::Runtime` is its public face.)
pub struct Runtime {
    handle: Handle,
    core: CoreSlot<Box<Core>>,
}

/// A larger future of `block_on` is boxed.
const MAX_ON_STACK: usize = 2048;

/// What only the thread that is driving the runtime touches.
struct Core {
    executor: Executor,
    // While a thread drives the runtime, these are in its thread-locals, whose old values are here.
    recorder: Option<Box<Recorder>>,
    scheduler: Option<Box<Scheduler>>,
    decider: Decider,
}

impl Core {
    /// Exchanges these values with the thread-locals of two floors. A recorder needs a sink.
    fn swap(&mut self) {
        if events::has_any_sink() {
            self.recorder = events::swap_recorder(self.recorder.take());
        }
        current::swap(&mut self.scheduler);
        schedule::swap(&self.decider);
    }
}

impl Runtime {
    /// Makes a runtime. Fails if too many descriptors are open, so that there is no selector left.
    pub fn with(config: Config) -> io::Result<Runtime> {
        let (polls, threads) = (config.event_interval, config.max_blocking_threads);
        debug_assert!(polls > 0 && threads > 0, "no task would be polled, or no blocking job run");
        let events = Arc::new(RemoteEvents::default());
        let (paused, before, after) = (config.start_paused, config.on_park, config.on_unpark);
        let executor = Executor::new(&events, paused, polls as usize, [before, after])?;
        let recorder = config.sink.map(|sink| {
            let time = executor.time.clone();
            Recorder::new(sink, Box::new(move || time.clock.clocks()), events.clone())
        });
        let Executor { inbox, time, reactor, counts, .. } = &executor;
        let shared = Arc::new(Shared {
            inbox: inbox.clone(),
            time: time.clone(),
            sources: reactor.sources.clone(),
            counts: counts.clone(),
            pool: Pool::new(config.start_thread, threads, config.thread_keep_alive),
            events,
            id: Id::next(),
            name: config.name,
        });
        let scheduler = Some(Box::new(Scheduler::new(inbox.clone(), counts.alive.clone())));
        let decider = Decider::new(config.schedule, config.rng_seed);
        let core = Box::new(Core { executor, recorder, scheduler, decider });
        Ok(Runtime { handle: Handle { shared }, core: CoreSlot::new(core) })
    }

    /// The handle, which gives any thread access to the runtime.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Drives the runtime until `future` is ready. Panics inside another `block_on`.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let (at, size, what) = (Location::caller(), size_of::<F>(), type_name::<F>());
        let task = Id::next();
        let spawn = Event::Spawn { task, kind: Kind::Main, at, size, what, set: None };
        let drive = |future: Main<'_>| match self.core.take() {
            Some(core) => self.drive(core, future, (task, spawn)),
            None => self.poll_beside_driver(future, (task, spawn)),
        };
        // The stack may have room for a large future only once: no call takes it by value.
        if size > MAX_ON_STACK {
            return self.handle.output_of(Box::pin(future), drive);
        }
        self.handle.output_of(future, drive)
    }

    /// Polls `future` on this thread until it can take over from the thread that is driving.
    fn poll_beside_driver(&self, mut future: Main<'_>, about: (Id, Event)) {
        let parker = ThreadParker::new();
        defer! {
            self.core.leave(&parker);
        }
        let polled = poll_here(future.as_mut(), &parker, || self.core.take_or_wait(&parker));
        polled.unwrap_or_else(|core| self.drive(core, future, about));
    }

    fn drive(&self, core: Box<Core>, future: Main<'_>, (id, spawn): (Id, Event)) {
        let Shared { inbox, time, .. } = &*self.handle.shared;
        let mut core = bring(core, |core| self.core.put_back(core));
        core.executor.busy_since = Instant::now();
        change(|| Event::RunStart { paused: time.clock.is_paused() });
        look_if(is_time_to_look(When::Start), |_| {});
        let row = change(|| spawn);
        let main = Header::new(id, Owner::Scheduler(inbox.clone()));
        core.executor.receive_messages(); // from before; `main` then goes in front of their tasks
        with_scheduler(|scheduler| scheduler.insert(main.clone(), None, row));
        let main = guard(main, |it| _ = with_scheduler(|scheduler| scheduler.remove_main(&it)));
        core.executor.run(future);
        drop(main); // a sink that wakes it must find it removed
        flush_events();
        panic_if_objected(events::take_veto());
    }

    /// Ends the runtime: drops every task, then waits for blocking jobs, for at most `timeout`.
    pub fn shut_down(self, timeout: Option<Duration>) {
        if let Some(core) = self.core.take() {
            panic_if_objected(self.end(core, timeout));
        }
    }

    /// Returns the sink's last veto.
    fn end(&self, core: Box<Core>, timeout: Option<Duration>) -> Option<String> {
        let Shared { pool, events, .. } = &*self.handle.shared;
        let _entered = self.handle.enter();
        let mut core = bring(core, drop);
        core.executor.shut_down();
        let own_job = context::job_of(events).is_some();
        pool.shut_down(if own_job { Some(Duration::ZERO) } else { timeout });
        // The sink may object to the end of a job awaited here.
        events::take_remote();
        flush_events();
        events::take_veto().filter(|_| !thread::panicking())
    }
}

/// See [`Runtime::shut_down`]. Waits for blocking jobs for as long as they take.
impl Drop for Runtime {
    fn drop(&mut self) {
        let Some(core) = self.core.take() else { return };
        let forbidden = context::is_in_block_on();
        // Even where this is forbidden, tasks are dropped in order, but jobs aren't awaited.
        let veto = self.end(core, forbidden.then_some(Duration::ZERO));
        assert!(
            !forbidden || thread::panicking(),
            "a runtime was dropped inside of async code: its end would block this thread. Drop it \
             outside of `block_on`, or end it by `shutdown_background`"
        );
        panic_if_objected(veto);
    }
}

/// Brings a core to this thread: its recorder, its scheduler and its schedule are in the
/// thread-locals until the guard is dropped. Then, even during a panic, the loop tidies up, the
/// core goes to `leave`, and the thread-locals get back their old values, because a runtime may be
/// ended inside the async code of another one.
fn bring(
    mut core: Box<Core>,
    leave: impl FnOnce(Box<Core>),
) -> ScopeGuard<Box<Core>, impl FnOnce(Box<Core>)> {
    core.swap();
    // A task of another runtime may be ending this one.
    let (scope, no_task) = (scope::outside(), events::run_as(None));
    guard(core, move |mut core| {
        core.executor.leave();
        core.swap();
        drop(scope);
        leave(core);
        drop(no_task);
    })
}

impl UnwindSafe for Runtime {}
impl RefUnwindSafe for Runtime {}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("handle", &self.handle).finish_non_exhaustive()
    }
}
