//! How does a future become a task?
//!
//! It is boxed, gets an [`Id`], and goes to a scheduler: at home straight into its slab, from
//! elsewhere by letter, with a cell to bring its output back.
//!
//! Interface: [`spawn`], [`spawn_on`], [`Newcomer`]. Invariants: a runtime that is shut down, or
//! gone, takes no new tasks: the future is dropped and the handle says cancelled.
//!
//! Not here: local tasks (`local.rs`), blocking jobs (`blocking.rs`).
//!
//! tokio: `task/spawn.rs`, `Handle::spawn`; its future goes into the task's own allocation.

use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;

use crate::cell::{Cell, Delivered, Link};
use crate::context::{engine_if_seated, with_current};
use crate::current::{self, current_engine};
use crate::engine::Engine;
use crate::event::{Event, Kind, Place, emit};
use crate::foreign::quietly;
use crate::id::Id;
use crate::join::JoinHandle;
use crate::join_error::JoinError;
use crate::remote::Letter;
use crate::runtime::Shared;
use crate::stage::Stage;
use crate::task::SendTask;
use crate::waker::Header;

/// Makes a future a task of the current runtime. It is first polled after the task
/// that spawns it has come to an `.await` that waits, whether or not the handle is awaited;
/// dropping the handle does not end it. A task that has not ended when its runtime does, such as at
/// the end of `main`, is dropped where it stands. A panic in it is told to its handle alone.
///
/// # Panics
///
/// Where there is no runtime.
///
/// tokio: `tokio::spawn`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let handle = kettle::spawn(async { 6 * 7 });
/// assert_eq!(handle.await.unwrap(), 42);
/// # }
/// ```
#[inline]
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match current_engine(|engine| engine.closing) {
        Some(false) => spawn_here(future, Location::caller()),
        // What is rare gives its cell and no handle: a handle that more than one function makes
        // goes through memory, which stalls a spawn that is awaited at once (with `Joiner::Task`, a
        // seventh of it).
        Some(true) => JoinHandle::from_cell(refuse(future)),
        None => JoinHandle::from_cell(from_elsewhere(&current::shared(Arc::clone), future)),
    }
}

/// The same for a runtime that is not necessarily the current one.
#[track_caller]
pub(crate) fn spawn_on<F>(shared: &Arc<Shared>, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match engine_if_seated(shared.remote.home, |engine| engine.closing) {
        Some(false) => spawn_here(future, Location::caller()),
        Some(true) => JoinHandle::from_cell(refuse(future)),
        None => JoinHandle::from_cell(from_elsewhere(shared, future)),
    }
}

/// Into the seated engine. (`at` is handed in, not asked for: with `track_caller` the event's own
/// place would be the program's line as well.) Inlined, so that the future is boxed where it is
/// made: with slots that are filled in place, a seventh of a spawn with its join.
#[inline]
fn spawn_here<F>(future: F, at: Place) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    // Boxed before the engine is borrowed: an allocator may be anybody's code.
    let (id, header) = admit(Box::pin(Stage::new(future)), at, size_of::<F>());
    JoinHandle::of_slot(id, header)
}

fn admit(task: Pin<Box<SendTask>>, at: Place, size: usize) -> (Id, Arc<Header>) {
    let id = Id::next();
    emit(|| Event::Spawn { task: id, kind: Kind::Task, at, size, what: task.what() });
    let admit = |engine: &mut Engine| engine.scheduler.admit(id, task, true);
    (id, with_current(admit).expect("the engine was here a moment ago"))
}

/// By letter.
#[track_caller]
fn from_elsewhere<F>(shared: &Arc<Shared>, future: F) -> Arc<Cell<F::Output>>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let link = Link::new(Id::next());
    let cell = Cell::new(link.clone());
    let size = size_of::<F>();
    let task = Box::pin(Delivered::new(future, cell.clone()));
    let newcomer = Newcomer { task, link, at: Location::caller(), size };
    // Refused: the letter is dropped, and with it the task, which tells its handle.
    let refused = shared.remote.letters.post(Letter::Spawn(newcomer)).err();
    quietly(|| drop(refused));
    cell
}

/// By a home that is ending.
pub(crate) fn refuse<F: Future>(future: F) -> Arc<Cell<F::Output>> {
    let id = Id::next();
    let cell = Cell::new(Link::new(id));
    cell.fill(Err(JoinError::cancelled(id)));
    quietly(|| drop(future));
    cell
}

/// A task on its way to an engine.
pub(crate) struct Newcomer {
    task: Pin<Box<SendTask>>,
    link: Arc<Link>,
    at: Place,
    size: usize,
}

impl Newcomer {
    /// The letter was opened.
    pub(crate) fn admit(self) {
        let Newcomer { task, link, at, size } = self;
        if with_current(|engine| engine.closing) != Some(false) {
            return quietly(|| drop(task));
        }
        let id = link.id();
        emit(|| Event::Spawn { task: id, kind: Kind::Task, at, size, what: task.what() });
        let admit = |engine: &mut Engine| engine.scheduler.admit(id, task, false);
        let header = with_current(admit).expect("letters are opened with the engine seated");
        link.admitted(&header);
    }
}
