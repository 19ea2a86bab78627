//! How is tokio recorded?
//!
//! By what it tells of itself under `tokio_unstable` with its feature `tracing`: a span
//! `runtime.spawn` for each task, entered around each poll and once more around the drop of the
//! future, and an event for each call of a task's waker. `block_on`'s own future has such a span,
//! but its waker tells nothing: it is wrapped in one that does ([`Watched`]).
//!
//! Interface: [`record`], and [`block_on`] for what runs inside it.
//!
//! Invariant: a span's last entry before it closes is no poll, but the drop of its future. `steps`
//! tells them apart, so a recording is made of the whole list, not step by step.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::runtime::{Builder, RngSeed};
use tokio::time::Instant;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context as At, Layer, SubscriberExt};
use tracing_subscriber::registry;

use crate::stage;
use crate::step::{Moment, Recording, Step, Task};

/// What tokio told, as it told it. Tasks by their number.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Spawn(Task),
    Enter(Task),
    Exit(Task),
    Close(Task),
    Wake(Task),
    Prints(String),
}

impl Told {
    /// Is this the exit of a task that is entered again, and dropped, by `next`?
    fn exits(&self, next: &Told) -> bool {
        matches!((self, next), (Told::Exit(one), Told::Enter(other)) if one == other)
    }
}

#[derive(Default)]
struct Notes {
    told: Vec<(Duration, Told)>,
    /// When the clock was paused.
    start: Option<Instant>,
    /// The task of each span.
    spans: HashMap<u64, Task>,
    tasks: usize,
    /// `block_on` has returned: what follows is the runtime's end.
    over: bool,
}

type Shared = Arc<Mutex<Notes>>;

thread_local! {
    static NOTES: RefCell<Option<Shared>> = const { RefCell::new(None) };
}

/// What happens inside of `run`, which calls [`block_on`] once.
pub(crate) fn record(run: impl FnOnce()) -> Recording {
    let notes = Shared::default();
    let listener = Arc::clone(&notes);
    let listener = move |words: &str| tell(&listener, Told::Prints(words.to_owned()));
    NOTES.set(Some(Arc::clone(&notes)));
    let witness = registry().with(Witness { notes: Arc::clone(&notes) });
    tracing::subscriber::with_default(witness, || stage::listen(listener, run));
    NOTES.set(None);
    let told = std::mem::take(&mut notes.lock().unwrap().told);
    Recording { moments: steps(told) }
}

/// Runs a future on tokio's scheduler of one thread, with the clock paused and known dice.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let notes = NOTES.with_borrow(Clone::clone).expect("inside of a recording");
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .rng_seed(RngSeed::from_bytes(b"tea"))
        .build()
        .expect("a runtime");
    let entered = runtime.enter();
    notes.lock().unwrap().start = Some(Instant::now());
    drop(entered);
    let watched = Watched { future: Box::pin(future), waker: None, notes: Arc::clone(&notes) };
    let output = runtime.block_on(watched);
    notes.lock().unwrap().over = true;
    output
}

fn tell(notes: &Shared, told: Told) {
    let now = Instant::now();
    let mut notes = notes.lock().unwrap();
    if let Some(start) = notes.start.filter(|_| !notes.over) {
        notes.told.push((now.saturating_duration_since(start), told));
    }
}

/// Makes steps of what was told.
fn steps(told: Vec<(Duration, Told)>) -> Vec<Moment> {
    let drops = drops(&told);
    // The poll's exit whose future is dropped right after.
    let last_polls: Vec<usize> = drops
        .iter()
        .filter(|&&at| at > 0 && told[at - 1].1.exits(&told[at].1))
        .map(|at| at - 1)
        .collect();
    let mut running: Vec<Task> = Vec::new();
    let mut moments = Vec::new();
    for (at, (time, told)) in told.into_iter().enumerate() {
        let by = running.last().copied();
        let step = match told {
            Told::Spawn(0) | Told::Close(_) => continue,
            Told::Spawn(task) => Step::Spawn { task, by },
            Told::Wake(task) => Step::Wake { task, by },
            Told::Prints(words) => Step::Prints(words),
            Told::Enter(task) => {
                running.push(task);
                if drops.contains(&at) {
                    continue;
                }
                Step::Poll(task)
            }
            Told::Exit(task) => {
                running.pop();
                match drops.contains(&at) {
                    true => Step::Ends(task),
                    // It is over, and tells so when its future is dropped.
                    false if last_polls.contains(&at) => continue,
                    false => Step::Waits(task),
                }
            }
        };
        moments.push(Moment { time, step });
    }
    moments
}

/// The entries and exits that are no polls: the last of each span that was closed.
fn drops(told: &[(Duration, Told)]) -> Vec<usize> {
    let mut last: HashMap<Task, [usize; 2]> = HashMap::new();
    let mut drops = Vec::new();
    for (at, (_, told)) in told.iter().enumerate() {
        match *told {
            Told::Enter(task) => _ = last.insert(task, [at, at]),
            Told::Exit(task) => last.get_mut(&task).expect("it was entered")[1] = at,
            Told::Close(task) => drops.extend(last[&task]),
            _ => {}
        }
    }
    drops
}

/// Listens to tokio's spans and events, on this thread.
struct Witness {
    notes: Shared,
}

impl Witness {
    fn task(&self, span: u64) -> Task {
        self.notes.lock().unwrap().spans[&span]
    }
}

impl<S: Subscriber> Layer<S> for Witness {
    fn enabled(&self, metadata: &Metadata<'_>, _: At<'_, S>) -> bool {
        metadata.name() == "runtime.spawn" || metadata.target() == "tokio::task::waker"
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: At<'_, S>) {
        let task = {
            let mut notes = self.notes.lock().unwrap();
            let task = notes.tasks;
            notes.tasks += 1;
            notes.spans.insert(id.into_u64(), task);
            task
        };
        let mut kind = Words::of("kind");
        attributes.record(&mut kind);
        assert_eq!(kind.found == "block_on", task == 0, "main comes first: {}", kind.found);
        tell(&self.notes, Told::Spawn(task));
    }

    fn on_event(&self, event: &Event<'_>, _: At<'_, S>) {
        let (mut op, mut span) = (Words::of("op"), Words::of("task.id"));
        event.record(&mut op);
        event.record(&mut span);
        if op.found.starts_with("waker.wake") {
            let span = span.found.parse().expect("the number of a span");
            tell(&self.notes, Told::Wake(self.task(span)));
        }
    }

    fn on_enter(&self, id: &Id, _: At<'_, S>) {
        tell(&self.notes, Told::Enter(self.task(id.into_u64())));
    }

    fn on_exit(&self, id: &Id, _: At<'_, S>) {
        tell(&self.notes, Told::Exit(self.task(id.into_u64())));
    }

    fn on_close(&self, id: Id, _: At<'_, S>) {
        tell(&self.notes, Told::Close(self.task(id.into_u64())));
    }
}

/// One field of a span or an event, in words.
struct Words {
    field: &'static str,
    found: String,
}

impl Words {
    fn of(field: &'static str) -> Words {
        Words { field, found: String::new() }
    }
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == self.field {
            value.clone_into(&mut self.found);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// `block_on`'s own future, under a waker that tells when it is called.
struct Watched<F> {
    future: Pin<Box<F>>,
    /// The one that tells, and the one behind it. Kept while the latter stays the same, as tokio's
    /// own does.
    waker: Option<(Waker, Waker)>,
    notes: Shared,
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let (told, _) = match this.waker.take() {
            Some(pair) if pair.1.will_wake(cx.waker()) => this.waker.insert(pair),
            _ => {
                let inner = cx.waker().clone();
                let telling = Telling { inner: inner.clone(), notes: Arc::clone(&this.notes) };
                this.waker.insert((Waker::from(Arc::new(telling)), inner))
            }
        };
        this.future.as_mut().poll(&mut Context::from_waker(told))
    }
}

struct Telling {
    inner: Waker,
    notes: Shared,
}

impl Wake for Telling {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        tell(&self.notes, Told::Wake(0));
        self.inner.wake_by_ref();
    }
}
