//! What does a random program do?
//!
//! A [`Plan`] is a tree of small deeds, as proptest draws and shrinks it. The tasks share a few
//! channels, locks and so on, so that they get in each other's way; a plan may well hang, and then
//! its time limit ends it.

use proptest::collection::vec;
use proptest::prelude::*;

/// So many of each thing are shared.
pub(crate) const CHANNELS: usize = 3;
pub(crate) const LOCKS: usize = 2;
pub(crate) const SIGNALS: usize = 2;

/// A program.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Does the clock stand? Then no wait takes time.
    pub(crate) paused: bool,
    pub(crate) event_interval: u32,
    /// A `block_on` each; what the first leaves behind, the next one finds.
    pub(crate) runs: Vec<Body>,
    /// The last one panics at its end.
    pub(crate) panics: bool,
}

/// Deeds, one after the other.
pub(crate) type Body = Vec<Deed>;

#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Sleep(u64),
    /// Begins to sleep, then moves the deadline: further away, or nearer.
    ResetSleep(u64, u64),
    Yield,
    WakeSelf,
    /// Reads so many values that are there already: spends its budget.
    Spend(usize),
    Send(usize),
    TrySend(usize),
    /// Takes room for some values and uses so many of the permits.
    Reserve(usize, usize, usize),
    Recv(usize),
    TryRecv(usize),
    RecvMany(usize, usize),
    CloneSender(usize),
    DropSender(usize),
    WaitClosed(usize),
    CloseReceiver(usize),
    DropReceiver(usize),
    Lock(usize, Body),
    TryLock(usize),
    /// Holds so many permits.
    Permits(u32, Body),
    /// Takes so many permits if they are free, and gives them back.
    TryPermits(u32),
    /// Asks for so many permits, and drops the future after a turn.
    GiveUpPermits(u32),
    AddPermit,
    ForgetPermit,
    /// Holds the read-write lock, to write or to read.
    Share(bool, Body),
    /// Writes, then reads on.
    Downgrade(Body),
    WaitNotified,
    /// Notifies one, or the last.
    Notify(bool),
    NotifyAll,
    /// Comes to the barrier.
    Meet,
    /// Subscribes to the watched value, which may have had no receiver, and waits for a change.
    Watch,
    Change,
    /// Waits until the watched value has no receiver.
    WaitUnwatched,
    /// Subscribes to the broadcast, which may have had no receiver, and waits for a value.
    Hear,
    Say,
    /// Another task sends the value after its deeds; or drops the sender.
    Oneshot(Body, bool),
    /// Waits for a signal, with its own waker stored in a place that is not the runtime's.
    WaitSignal(usize),
    SetSignal(usize),
    /// A thread sets it, now or after it has slept a little.
    ThreadSets(usize),
    Select(Vec<Body>, bool),
    Join(Vec<Body>),
    /// A combinator that makes wakers of its own.
    Each(Vec<Body>),
    Timeout(u64, Body),
    Spawn(Body, Handle),
    /// Several tasks that do the same.
    Crowd(usize, Body),
    Local(Vec<Body>),
    Blocking(Handle),
    /// A blocking job that does this to the runtime from its thread.
    FromThread(Remote),
    Sockets(usize),
    /// Two tasks wait for a socket's error.
    SocketError,
    /// The same for priority data.
    PriorityData,
    Panic,
    Advance(u64),
}

/// What becomes of a `JoinHandle`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handle {
    Await,
    Drop,
    Abort,
    AbortAndAwait,
    /// Another task awaits it.
    Hand,
    /// It is awaited in a later `block_on`, or dropped between two.
    Keep,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Remote {
    Spawn,
    SpawnAndAbort,
    Sleep,
    /// This is seen only by what comes of it.
    Send(usize),
}

fn handle() -> impl Strategy<Value = Handle> {
    prop_oneof![
        4 => Just(Handle::Await),
        2 => Just(Handle::Drop),
        1 => Just(Handle::Abort),
        2 => Just(Handle::AbortAndAwait),
        1 => Just(Handle::Hand),
        1 => Just(Handle::Keep),
    ]
}

fn leaf() -> impl Strategy<Value = Deed> {
    let channel = || prop_oneof![2 => Just(0), 1 => 1..CHANNELS]; // the first has room for one
    let waits = prop_oneof![
        4 => (0..300_u64).prop_map(Deed::Sleep),
        1 => (0..300_u64, 0..300_u64).prop_map(|(first, then)| Deed::ResetSleep(first, then)),
        2 => Just(Deed::Yield),
        1 => Just(Deed::WakeSelf),
        1 => (100..300_usize).prop_map(Deed::Spend),
        1 => (0..SIGNALS).prop_map(Deed::WaitSignal),
        2 => (0..SIGNALS).prop_map(Deed::SetSignal),
        1 => (0..SIGNALS).prop_map(Deed::ThreadSets),
        1 => handle().prop_map(Deed::Blocking),
        1 => remote().prop_map(Deed::FromThread),
        1 => (1..3000_usize).prop_map(Deed::Sockets),
        1 => Just(Deed::SocketError),
        1 => Just(Deed::PriorityData),
        1 => Just(Deed::Panic),
        1 => (0..100_u64).prop_map(Deed::Advance),
    ];
    let channels = prop_oneof![
        6 => channel().prop_map(Deed::Send),
        1 => channel().prop_map(Deed::TrySend),
        2 => (channel(), 1..4_usize, 0..3_usize).prop_map(|(c, n, used)| Deed::Reserve(c, n, used)),
        6 => channel().prop_map(Deed::Recv),
        1 => channel().prop_map(Deed::TryRecv),
        1 => (channel(), 0..4_usize).prop_map(|(c, n)| Deed::RecvMany(c, n)),
        1 => channel().prop_map(Deed::CloneSender),
        1 => channel().prop_map(Deed::DropSender),
        1 => channel().prop_map(Deed::WaitClosed),
        1 => channel().prop_map(Deed::CloseReceiver),
        1 => channel().prop_map(Deed::DropReceiver),
        1 => (0..LOCKS).prop_map(Deed::TryLock),
    ];
    let others = prop_oneof![
        1 => (1..4_u32).prop_map(Deed::TryPermits),
        2 => (1..5_u32).prop_map(Deed::GiveUpPermits),
        1 => Just(Deed::AddPermit),
        1 => Just(Deed::ForgetPermit),
        3 => Just(Deed::WaitNotified),
        2 => any::<bool>().prop_map(Deed::Notify),
        1 => Just(Deed::NotifyAll),
        2 => Just(Deed::Meet),
        2 => Just(Deed::Watch),
        2 => Just(Deed::Change),
        1 => Just(Deed::WaitUnwatched),
        2 => Just(Deed::Hear),
        2 => Just(Deed::Say),
    ];
    prop_oneof![4 => waits, 4 => channels, 1 => others]
}

fn remote() -> impl Strategy<Value = Remote> {
    prop_oneof![
        Just(Remote::Spawn),
        Just(Remote::SpawnAndAbort),
        Just(Remote::Sleep),
        (0..CHANNELS).prop_map(Remote::Send),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    leaf().prop_recursive(4, 60, 5, |inner| {
        let body = || vec(inner.clone(), 0..4);
        prop_oneof![
            4 => (body(), handle()).prop_map(|(body, handle)| Deed::Spawn(body, handle)),
            2 => (2..4_usize, body()).prop_map(|(many, body)| Deed::Crowd(many, body)),
            2 => (0..LOCKS, body()).prop_map(|(lock, body)| Deed::Lock(lock, body)),
            2 => (1..4_u32, body()).prop_map(|(permits, body)| Deed::Permits(permits, body)),
            2 => (any::<bool>(), body()).prop_map(|(write, body)| Deed::Share(write, body)),
            1 => body().prop_map(Deed::Downgrade),
            2 => (vec(body(), 2..=3), any::<bool>()).prop_map(|(all, fair)| Deed::Select(all, fair)),
            1 => vec(body(), 2..=3).prop_map(Deed::Join),
            1 => vec(body(), 1..4).prop_map(Deed::Each),
            1 => (0..200_u64, body()).prop_map(|(limit, body)| Deed::Timeout(limit, body)),
            1 => (body(), any::<bool>()).prop_map(|(body, sends)| Deed::Oneshot(body, sends)),
            1 => vec(body(), 1..3).prop_map(Deed::Local),
        ]
    })
}

pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let runs = vec(vec(deed(), 1..12), 1..3);
    (prop::bool::weighted(0.8), prop_oneof![Just(1_u32), Just(7), Just(61)], runs, any::<bool>())
        .prop_map(|(paused, event_interval, runs, panics)| Plan {
            paused,
            event_interval,
            runs,
            panics: panics && runs_are_many(event_interval),
        })
}

/// A panic of `block_on`'s own future, in some of the plans.
fn runs_are_many(event_interval: u32) -> bool {
    event_interval == 7
}

impl Plan {
    /// Does it do something where nobody records: send or drop a handle on another thread, or
    /// drop one between two runs?
    pub(crate) fn has_unseen(&self) -> bool {
        self.runs.iter().flatten().any(Deed::has_unseen)
    }
}

impl Deed {
    fn has_unseen(&self) -> bool {
        match self {
            Deed::FromThread(_) | Deed::Blocking(Handle::Keep) | Deed::Spawn(_, Handle::Keep) => {
                true
            }
            Deed::Lock(_, body)
            | Deed::Permits(_, body)
            | Deed::Share(_, body)
            | Deed::Downgrade(body)
            | Deed::Oneshot(body, _)
            | Deed::Timeout(_, body)
            | Deed::Crowd(_, body)
            | Deed::Spawn(body, _) => body.iter().any(Deed::has_unseen),
            Deed::Select(all, _) | Deed::Join(all) | Deed::Each(all) | Deed::Local(all) => {
                all.iter().flatten().any(Deed::has_unseen)
            }
            _ => false,
        }
    }
}
