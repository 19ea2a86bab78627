//! Which engine is at work on this thread, and who is being polled?
//!
//! The answer stands in one thread-local value. An engine is a box of plain fields that is
//! *seated* here while `block_on` drives it; at most one at a time. A local set is seated beside
//! it while it is polled. A [`Shared`] that was entered (`Handle::enter`) makes a runtime current
//! without seating it: spawning and timers then go to it by letter.
//!
//! Interface: [`with_current`] (the one way to the engine's fields), [`at_home`] (the one rule of
//! `remote.rs`), [`seat`], [`enter`], [`shared`], [`own_task`], [`cause`], [`defer`].
//! Invariants: nothing that `with_current` or `at_home` runs calls user code (poll, wake, drop of
//! foreign values, sinks): take out, release, call, put back. A breach panics in `borrow_mut`
//! instead of corrupting anything. Access is by `try_with`: a handle that is dropped in another
//! thread-local's destructor finds no engine here, and writes a letter.
//!
//! tokio: `runtime/context.rs`; there the current thing is a handle, and the core (queue, driver)
//! stands in a `RefCell` of its own.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, RawWakerVTable, Waker};

use crate::event::{self, Cause, Deferral, Event, emit};
use crate::executor::Engine;
use crate::id::Id;
use crate::local::LocalTasks;
use crate::remote::HomeId;
use crate::runtime::Shared;
use crate::task::{Key, Scheduler, SendTask, Task};
use crate::waker::Parked;

/// What this thread knows.
struct Here {
    engine: RefCell<Option<Box<Engine>>>,
    /// The local set that is polled or entered.
    local: RefCell<Option<Rc<LocalTasks>>>,
    /// Runtimes that were entered since the engine was seated (or ever), the latest last.
    entered: RefCell<Vec<Arc<Shared>>>,
    /// Is this thread inside a `block_on`, as the engine's driver or beside it?
    in_block_on: Cell<bool>,
    /// The task that is being polled.
    running: Cell<Option<RunningTask>>,
    /// Who wakes, while no task is being polled.
    phase: Cell<Cause>,
}

/// A running task, and how its own waker looks.
#[derive(Clone, Copy)]
struct RunningTask {
    home: HomeId,
    key: Key,
    waker: (*const (), &'static RawWakerVTable),
}

thread_local! {
    static HERE: Here = const {
        Here {
            engine: RefCell::new(None),
            local: RefCell::new(None),
            entered: RefCell::new(Vec::new()),
            in_block_on: Cell::new(false),
            running: Cell::new(None),
            phase: Cell::new(Cause::Engine),
        }
    };
}

// ---- the seated engine --------------------------------------------------------------------------

/// Reaches the fields of the engine that is seated here, if one is. Never around user code.
#[inline]
pub(crate) fn with_current<R>(f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    let access = |here: &Here| here.engine.borrow_mut().as_deref_mut().map(f);
    HERE.try_with(access).ok().flatten()
}

/// What can be done to a task by its key, whatever the type of its home's boxes.
pub(crate) trait Tasks {
    fn wake(&mut self, key: Key);
    fn cancel(&mut self, key: Key);
}

impl<T: Task + ?Sized> Tasks for Scheduler<T> {
    #[inline]
    fn wake(&mut self, key: Key) {
        Scheduler::wake(self, key);
    }

    fn cancel(&mut self, key: Key) {
        Scheduler::cancel(self, key);
    }
}

/// Runs `f` on the tasks of `home` if it is seated on this thread. `None`: write a letter.
#[inline]
pub(crate) fn at_home<R>(home: HomeId, f: impl FnOnce(&mut dyn Tasks) -> R) -> Option<R> {
    let access = |here: &Here| {
        if let Some(engine) = here.engine.borrow_mut().as_deref_mut()
            && engine.home() == home
        {
            return Some(f(&mut engine.scheduler));
        }
        let local = here.local.borrow().clone()?;
        (local.home() == home && local.is_polled()).then(|| f(&mut *local.scheduler()))
    };
    HERE.try_with(access).ok().flatten()
}

/// Like [`at_home`], for what only an engine has: `f` gets it if it is seated here.
pub(crate) fn engine_at_home<R>(home: HomeId, f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    with_current(|engine| (engine.home() == home).then(|| f(engine))).flatten()
}

/// Is this thread inside a `block_on`?
pub(crate) fn is_in_block_on() -> bool {
    HERE.try_with(|here| here.in_block_on.get()).unwrap_or(false)
}

/// Marks this thread as inside a `block_on` until the guard is dropped.
pub(crate) fn enter_block_on() -> impl Drop {
    struct Leave(bool);
    impl Drop for Leave {
        fn drop(&mut self) {
            HERE.with(|here| here.in_block_on.set(self.0));
        }
    }
    Leave(HERE.with(|here| here.in_block_on.replace(true)))
}

/// Seats an engine here until the guard is dropped, also by a panic; `leave` then gets it back.
pub(crate) fn seat<L: FnOnce(Box<Engine>)>(mut engine: Box<Engine>, leave: L) -> Seated<L> {
    let tape = engine.tape.take();
    HERE.with(|here| {
        let before = here.engine.replace(Some(engine));
        let tape_before = event::seat(tape);
        here.phase.set(Cause::Engine);
        Seated { before, tape_before, entered: here.entered.take(), leave: Some(leave) }
    })
}

/// An engine's seat.
pub(crate) struct Seated<L: FnOnce(Box<Engine>)> {
    /// Only while a runtime is shut down inside of another one's async code.
    before: Option<Box<Engine>>,
    tape_before: Option<Box<event::Tape>>,
    /// What had been entered before, to be current again.
    entered: Vec<Arc<Shared>>,
    leave: Option<L>,
}

impl<L: FnOnce(Box<Engine>)> Drop for Seated<L> {
    fn drop(&mut self) {
        crate::executor::leaving();
        let engine = HERE.with(|here| {
            here.entered.replace(std::mem::take(&mut self.entered));
            here.engine.replace(self.before.take())
        });
        let tape = event::seat(self.tape_before.take());
        if let (Some(mut engine), Some(leave)) = (engine, self.leave.take()) {
            engine.tape = tape;
            leave(engine);
        }
    }
}

/// Panics with words where a thread must not be blocked.
///
/// ```
/// kettle_runtime::assert_may_block("blocking_send"); // no runtime here: fine
/// ```
///
/// # Panics
///
/// On a thread that drives a runtime at this moment.
#[track_caller]
pub fn assert_may_block(what: &str) {
    assert!(
        !is_in_block_on(),
        "`{what}` would block the thread that drives this runtime, and everything on it: nothing \
         could ever end the wait. In async code, `.await` instead; for blocking code there is \
         `spawn_blocking`"
    );
}

// ---- the current runtime ------------------------------------------------------------------------

/// Makes a runtime current until the guard is dropped.
pub(crate) fn enter(shared: Arc<Shared>) -> usize {
    HERE.with(|here| {
        let mut entered = here.entered.borrow_mut();
        entered.push(shared);
        entered.len()
    })
}

/// Ends what [`enter`] began at this depth. False: out of order.
pub(crate) fn exit(depth: usize) -> bool {
    let left = HERE.try_with(|here| {
        let mut entered = here.entered.borrow_mut();
        if entered.len() == depth { entered.pop() } else { None }
    });
    // What was left is dropped out here: it may be the runtime's last handle.
    left.map_or(true, |left| left.is_some())
}

/// The current runtime: the one entered last, or else the one that is seated.
pub(crate) fn try_shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> Option<R> {
    let current = |here: &Here| {
        let entered = here.entered.borrow().last().cloned();
        entered.or_else(|| here.engine.borrow().as_ref().map(|engine| engine.shared.clone()))
    };
    let shared = HERE.try_with(current).ok().flatten()?;
    Some(f(&shared))
}

/// The same, where there must be one.
///
/// # Panics
///
/// With words, when there is none.
#[track_caller]
pub(crate) fn shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> R {
    match try_shared(f) {
        Some(result) => result,
        None => no_runtime(),
    }
}

#[cold]
#[track_caller]
fn no_runtime() -> ! {
    panic!(
        "there is no runtime here: tasks, timers and sockets need kettle's. Call this from async \
         code under `#[kettle::main]` or `Runtime::block_on`, or on a thread that holds the guard \
         of `Handle::enter`"
    )
}

/// The current runtime's id.
#[track_caller]
pub(crate) fn current_home() -> HomeId {
    match current_engine(|engine| engine.home()) {
        Some(home) => home,
        None => shared(|shared| shared.remote.home),
    }
}

/// Is the seated engine also the current runtime? Then `f` gets it.
#[inline]
pub(crate) fn current_engine<R>(f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    let access = |here: &Here| {
        let mut engine = here.engine.borrow_mut();
        let engine = engine.as_deref_mut()?;
        let entered = here.entered.borrow();
        let elsewhere = entered.last().is_some_and(|last| last.remote.home != engine.home());
        (!elsewhere).then(|| f(engine))
    };
    HERE.try_with(access).ok().flatten()
}

// ---- the task being polled ----------------------------------------------------------------------

/// Polls a task as the running one. What was running before (the host of a local set) is put back
/// afterwards, also on panic.
#[inline]
pub(crate) fn running<R>(home: HomeId, key: Key, waker: &Waker, poll: impl FnOnce() -> R) -> R {
    let waker = (waker.data(), waker.vtable());
    let running = Some(RunningTask { home, key, waker });
    let _outer = PutBack(HERE.with(|here| here.running.replace(running)));
    poll()
}

struct PutBack(Option<RunningTask>);

impl Drop for PutBack {
    fn drop(&mut self) {
        HERE.with(|here| here.running.set(self.0));
    }
}

/// If `waker` is the running task's own: that task. Address and table are compared; the header at
/// that address is alive, because the executor holds it during the poll.
#[inline]
pub(crate) fn own_task(waker: &Waker) -> Option<(HomeId, Key)> {
    let running = HERE.try_with(|here| here.running.get()).ok().flatten()?;
    let (data, vtable) = running.waker;
    let own = waker.data() == data && std::ptr::eq(waker.vtable(), vtable);
    own.then_some((running.home, running.key))
}

/// The id of the task that is being polled on this thread.
pub fn running_task() -> Option<Id> {
    let running = HERE.try_with(|here| here.running.get()).ok().flatten();
    running.map(|running| running.key.id)
}

/// Who causes what happens at this moment on this thread.
pub(crate) fn cause() -> Cause {
    let cause = |here: &Here| match here.running.get() {
        Some(running) => Cause::Task(running.key.id),
        None => here.phase.get(),
    };
    HERE.try_with(cause).unwrap_or(Cause::Engine)
}

/// Runs one step of the loop under its name.
pub(crate) fn phase<R>(cause: Cause, step: impl FnOnce() -> R) -> R {
    let before = HERE.with(|here| here.phase.replace(cause));
    let result = step();
    HERE.with(|here| here.phase.set(before));
    result
}

/// Puts a wake-up off. One of our tasks that yields goes to the end of the run queue at once.
/// Everything else waits for the end of this step of the loop: a foreign waker (a combinator that
/// polls its children as soon as they wake would spin without end), a spent budget.
pub fn defer(cx: &Context<'_>, why: Deferral) {
    if why == Deferral::Yield && own_task(cx.waker()).is_some() {
        cx.waker().wake_by_ref();
        return;
    }
    emit(Event::Defer { why });
    let mut parked = Some(Parked::new(cx));
    with_current(|engine| engine.deferred.extend(parked.take()));
    if let Some(parked) = parked {
        parked.wake(); // no engine here that could do it later
    }
}

// ---- the local set ------------------------------------------------------------------------------

/// Makes a local set current; gives back the one that was.
pub(crate) fn set_local(local: Option<Rc<LocalTasks>>) -> Option<Rc<LocalTasks>> {
    HERE.try_with(|here| here.local.replace(local)).ok().flatten()
}

/// The current local set.
pub(crate) fn local() -> Option<Rc<LocalTasks>> {
    HERE.try_with(|here| here.local.borrow().clone()).ok().flatten()
}

/// The boxes of an engine: they may be dropped by any thread.
pub(crate) type SendScheduler = Scheduler<SendTask>;
