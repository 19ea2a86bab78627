//! What does the doctor remember of a run?
//!
//! Who is alive and what everybody waits for: less than a fold of all events would know, and small
//! enough to be kept while any program runs, as long as it may. Whatever ends is forgotten.
//!
//! Interface: [`Chart::note`], for each record in turn; its fields; [`Chart::standing`]. Invariant:
//! nothing grows with the length of a run but the numbers of its locks.

use std::time::Duration;

use kettle_runtime::event::{
    ChannelKind, Direction, Effect, Event, Kind, LetterKind, Outcome, Place, Record, Replaced,
    Resource,
};
use kettle_runtime::id::{Id, Serial};

use super::numbers::Numbered;
use super::patient::{Patient, State, Waiting};

/// The state of a run, as far as the doctor needs it.
#[derive(Debug, Default)]
pub(super) struct Chart {
    pub(super) tasks: Numbered<Patient>,
    /// The one that the last record ended.
    pub(super) gone: Option<Patient>,
    /// The poll that the last record ended.
    pub(super) ended: Option<Poll>,
    /// Those that are being polled, one inside of the other.
    pub(super) polls: Vec<Poll>,
    /// How many tasks are ready and not polled.
    pub(super) ready: usize,
    pub(super) timers: Numbered<Timer>,
    /// When each source was last reported, by its directions.
    pub(super) sources: Numbered<[u64; 2]>,
    pub(super) channels: Numbered<Channel>,
    pub(super) locks: Numbered<Lock>,
    /// Blocking jobs that are out.
    pub(super) jobs: usize,
    /// Tasks whose wakers others hold.
    pub(super) held: usize,
    main: Option<Id>,
    mains: usize,
    spawned: usize,
    opened: usize,
    /// Somebody was given this, and is about to be woken.
    served: Option<Resource>,
    /// The last record was a letter that brings a task.
    brought: bool,
}

/// One poll that goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Poll {
    pub(super) task: Id,
    pub(super) real: Duration,
    pub(super) time: Duration,
    /// How many others were ready as it began.
    pub(super) ready: usize,
    /// How much of it went to polls inside of it.
    pub(super) inner: Duration,
    /// The last `.await` that it came to, once it has ended.
    pub(super) at: Option<Place>,
}

#[derive(Debug)]
pub(super) struct Timer {
    /// By the runtime's clock.
    pub(super) due: Duration,
    waiter: Option<Id>,
}

#[derive(Debug)]
pub(super) struct Channel {
    pub(super) number: usize,
    pub(super) senders: Option<usize>,
    pub(super) capacity: Option<usize>,
    pub(super) kind: Option<ChannelKind>,
    pub(super) made: Option<Place>,
    /// When a value last went in.
    sent: u64,
    receiver: Option<Id>,
}

#[derive(Debug)]
pub(super) struct Lock {
    pub(super) number: usize,
    pub(super) holder: Option<Holder>,
}

/// Who took a lock, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder {
    pub(super) task: Id,
    pub(super) at: Option<Place>,
}

impl Chart {
    /// Takes in what this record tells.
    pub(super) fn note(&mut self, record: &Record) {
        (self.gone, self.ended) = (None, None);
        let brought = std::mem::replace(
            &mut self.brought,
            matches!(record.event, Event::Letter { kind: LetterKind::Spawn }),
        );
        match record.event {
            Event::Spawn { task, kind, at, .. } => {
                self.admit(task, kind, at, brought);
                self.tasks.entry(task.get()).and_modify(|new| new.parent = record.task);
            }
            Event::PollStart { task } => self.begin(task, record),
            Event::PollEnd { task, outcome, kept } => self.end(task, outcome, kept, record),
            Event::Served { on } => self.served = Some(on),
            Event::Wake { task, effect, .. } => self.wake(task, effect),
            Event::Wait { on, replaced } => self.wait(on, replaced, record),
            Event::Unwait { on } => drop(self.leave(record.task, on)),
            Event::Detach { task } | Event::Join { task, .. } => self.handle_gone(task, record),
            Event::RunStart { .. } => self.forget_main(),
            Event::BlockingStart { .. } => self.jobs += 1,
            Event::BlockingEnd { .. } => self.jobs = self.jobs.saturating_sub(1),
            _ => self.note_resource(record),
        }
    }

    fn note_resource(&mut self, record: &Record) {
        let Record { seq, task, at, .. } = *record;
        match record.event {
            Event::TimerAdd { timer, due, .. } => {
                self.timers.insert(timer.get(), Timer { due, waiter: None });
            }
            Event::TimerMove { timer, due, .. } => {
                self.timers.entry(timer.get()).and_modify(|timer| timer.due = due);
            }
            Event::TimerFire { timer, .. } | Event::TimerCancel { timer } => {
                self.timers.remove(&timer.get());
            }
            Event::SourceReady { source, readable, writable, closed } => {
                let sides = self.sources.entry(source.get()).or_default();
                for (side, reported) in sides.iter_mut().zip([readable, writable]) {
                    if reported || closed {
                        *side = seq;
                    }
                }
            }
            Event::SourceDrop { source } => drop(self.sources.remove(&source.get())),
            Event::ChannelOpen { channel, kind, capacity, at } => {
                let entry = self.channel(channel);
                (entry.kind, entry.capacity, entry.made) = (Some(kind), capacity, Some(at));
                entry.senders = Some(1);
            }
            Event::ChannelSenders { channel, alive } => {
                self.channel(channel).senders = Some(alive);
            }
            Event::ChannelSend { channel, .. } => self.sent(channel, record),
            Event::ChannelRecv { channel, .. } => {
                self.leave(task, Resource::ChannelValue(channel));
            }
            Event::ChannelClose { channel, .. } => drop(self.channels.remove(&channel.get())),
            Event::LockTake { lock } => {
                self.leave(task, Resource::Lock(lock, 0));
                self.lock(lock).holder = task.map(|task| Holder { task, at });
            }
            Event::LockRelease { lock, .. } => self.lock(lock).holder = None,
            _ => {}
        }
    }

    fn admit(&mut self, task: Id, kind: Kind, made: Place, brought: bool) {
        let count = if kind == Kind::Main { &mut self.mains } else { &mut self.spawned };
        *count += 1;
        let patient = Patient {
            id: task,
            number: *count,
            kind,
            made,
            polls: 0,
            // Nobody is asked before the first poll.
            state: State::Idle,
            handle: kind == Kind::Task,
            had_handle: false,
            celled: kind == Kind::Local || brought,
            held: 0,
            joiner: None,
            parent: None,
            waits: Vec::new(),
            at: None,
            since: Duration::ZERO,
        };
        if kind == Kind::Main {
            self.main = Some(task);
        }
        self.tasks.insert(task.get(), patient);
    }

    /// If the last `block_on`'s future panicked, its end was never told.
    fn forget_main(&mut self) {
        self.polls.clear();
        if let Some(main) = self.main.take().and_then(|main| self.tasks.remove(&main.get())) {
            self.ready -= usize::from(main.state == State::Queued);
            self.held -= usize::from(main.held > 0);
        }
    }

    fn begin(&mut self, task: Id, record: &Record) {
        if let Some(patient) = self.tasks.get_mut(&task.get()) {
            self.ready -= usize::from(patient.state == State::Queued);
            patient.state = State::Polled { woken: false };
            patient.polls += 1;
        }
        let (real, time, ready) = (record.real, record.time, self.ready);
        self.polls.push(Poll { task, real, time, ready, inner: Duration::ZERO, at: None });
    }

    fn end(&mut self, task: Id, outcome: Outcome, kept: usize, record: &Record) {
        // A panic leaves polls behind that never tell of their end.
        self.ended = loop {
            match self.polls.pop() {
                Some(poll) if poll.task != task => {}
                found => break found.map(|poll| Poll { at: record.at, ..poll }),
            }
        };
        if let (Some(ended), Some(outer)) = (self.ended, self.polls.last_mut()) {
            outer.inner += record.real.saturating_sub(ended.real);
        }
        let Some(patient) = self.tasks.get_mut(&task.get()) else { return };
        self.held -= usize::from(patient.held > 0);
        if outcome == Outcome::Pending {
            patient.set_held(kept);
            self.held += usize::from(patient.held > 0);
            (patient.at, patient.since) = (record.at.or(patient.at), record.real);
            let woken = patient.state == State::Polled { woken: true };
            patient.state = if woken { State::Queued } else { State::Idle };
            self.ready += usize::from(woken);
            if patient.waits.len() > 4 {
                let mut waits = std::mem::take(&mut patient.waits);
                waits.retain(|waiting| self.standing(waiting));
                self.tasks.entry(task.get()).and_modify(|patient| patient.waits = waits);
            }
            return;
        }
        let ended = self.tasks.remove(&task.get());
        if let Some(joiner) = ended.as_ref().and_then(|ended| ended.joiner) {
            self.leave(Some(joiner), Resource::Task(task));
        }
        self.gone = ended;
    }

    fn wake(&mut self, task: Id, effect: Effect) {
        if let Some(on) = self.served.take() {
            self.leave(Some(task), on);
        }
        let Some(patient) = self.tasks.get_mut(&task.get()) else { return };
        match (effect, patient.state) {
            (Effect::Queued(_), State::Idle) => {
                patient.state = State::Queued;
                self.ready += 1;
            }
            (Effect::DuringPoll, State::Polled { .. }) => {
                patient.state = State::Polled { woken: true };
            }
            _ => {}
        }
    }

    fn wait(&mut self, on: Resource, replaced: Replaced, record: &Record) {
        let Some(waiting_task) = record.task else { return };
        // Where there is room for one waker only, another task's is gone now.
        let before = match on {
            Resource::Timer(timer) => {
                let entry = self.timers.get_mut(&timer.get());
                entry.and_then(|entry| entry.waiter.replace(waiting_task))
            }
            Resource::ChannelValue(channel) => self.channel(channel).receiver.replace(waiting_task),
            Resource::Task(task) => {
                let awaited = self.tasks.get_mut(&task.get());
                awaited.and_then(|awaited| awaited.joiner.replace(waiting_task))
            }
            Resource::Source(source, _) => {
                self.sources.entry(source.get()).or_default();
                None
            }
            Resource::ChannelRoom(channel, _) | Resource::ChannelClosed(channel) => {
                self.channel(channel);
                None
            }
            Resource::Lock(lock, _) => {
                self.lock(lock);
                None
            }
            _ => None,
        };
        if replaced == Replaced::Other && before != Some(waiting_task) {
            self.leave(before, on);
        }
        let Record { at, seq, real: since, .. } = *record;
        if let Some(patient) = self.tasks.get_mut(&waiting_task.get()) {
            patient.wait(Waiting { on, at, seq, since });
        }
    }

    fn leave(&mut self, task: Option<Id>, on: Resource) -> bool {
        let patient = task.and_then(|task| self.tasks.get_mut(&task.get()));
        patient.is_some_and(|patient| patient.leave(on))
    }

    /// What its handle alone held is neither held nor counted any more.
    fn handle_gone(&mut self, task: Id, record: &Record) {
        let awaited = self.tasks.get_mut(&task.get());
        let joiner = awaited.and_then(|awaited| {
            awaited.handle = false;
            awaited.joiner.take()
        });
        self.leave(joiner, Resource::Task(task));
        self.leave(record.task, Resource::Task(task));
    }

    fn sent(&mut self, channel: Serial, record: &Record) {
        self.leave(record.task, Resource::ChannelRoom(channel, 0));
        let entry = self.channel(channel);
        entry.sent = record.seq;
        if entry.kind == Some(ChannelKind::Oneshot) {
            self.channels.remove(&channel.get());
        }
    }

    fn channel(&mut self, channel: Serial) -> &mut Channel {
        let opened = &mut self.opened;
        self.channels.entry(channel.get()).or_insert_with(|| {
            *opened += 1;
            let (senders, capacity, kind, made) = (None, None, None, None);
            Channel { number: *opened, senders, capacity, kind, made, sent: 0, receiver: None }
        })
    }

    /// Does this wait still stand, as far as can be seen?
    pub(super) fn standing(&self, waiting: &Waiting) -> bool {
        match waiting.on {
            Resource::Timer(timer) => self.timers.contains_key(&timer.get()),
            Resource::Source(source, direction) => {
                let side = usize::from(direction == Direction::Write);
                let reported = self.sources.get(&source.get()).map(|sides| sides[side]);
                reported.is_some_and(|reported| reported < waiting.seq)
            }
            Resource::ChannelValue(channel) => {
                let channel = self.channels.get(&channel.get());
                channel.is_some_and(|channel| channel.sent < waiting.seq)
            }
            Resource::ChannelRoom(channel, _) | Resource::ChannelClosed(channel) => {
                self.channels.contains_key(&channel.get())
            }
            // These are taken off the list when they are over.
            _ => true,
        }
    }

    /// Everything that this task waits for.
    pub(super) fn waits<'a>(&'a self, patient: &'a Patient) -> impl Iterator<Item = &'a Waiting> {
        patient.waits.iter().filter(|waiting| self.standing(waiting))
    }

    /// `block_on`'s own future.
    pub(super) fn main(&self) -> Option<&Patient> {
        self.task(self.main?)
    }

    pub(super) fn task(&self, id: Id) -> Option<&Patient> {
        self.tasks.get(&id.get())
    }

    fn lock(&mut self, lock: Serial) -> &mut Lock {
        let number = self.locks.len() + 1;
        self.locks.entry(lock.get()).or_insert(Lock { number, holder: None })
    }
}
