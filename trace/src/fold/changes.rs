//! What does an event change at sources, channels, locks and jobs?
//!
//! Each function is the counterpart of a few lines of the engine or of a primitive: it changes what
//! they have changed, takes away the waiters whose wakers they took, and says where the record and
//! what was known part.
//!
//! Not here: tasks (`tasks.rs`), timers (`wheel.rs`), who joins a place (`places.rs`).

use kettle_events::{ChannelKind, Closer, Direction, Event, Id, Record, Tried};

use super::fold::Fold;
use super::tasks::REMEMBERED;
use super::things::{Channel, Holder, Job, Lock, Source};
use super::waiting::{Spot, Waiter};

impl Fold {
    // ----- sources -----

    pub(super) fn source(&mut self, event: Event) {
        match event {
            Event::SourceAdd { source, what } => {
                let tried = self.tried.remove(source).unwrap_or_default();
                let new = Source { what, ..tried };
                let before = self.sources.insert(source, new);
                self.trouble.check(before.is_none(), || format!("{source:?} was there already"));
            }
            Event::SourceTry { source, direction, result, bytes } => {
                self.source_try(source, direction, (result, bytes));
            }
            Event::SourceReady { source, ready, closed } => {
                let known = self.sources.contains_key(&source);
                self.trouble.check_seen(known, || format!("{source:?} was never registered"));
                if let Some(known) = self.sources.get_mut(&source) {
                    known.closed |= closed;
                }
                for direction in Direction::ALL {
                    if ready[direction as usize] {
                        self.source_ready(source, direction);
                    }
                }
            }
            Event::SourceClear { source, direction } => self.source_clear(source, direction),
            Event::SourceDrop { source } => {
                let known = self.sources.contains_key(&source);
                self.trouble.check_seen(known, || format!("{source:?} was never registered"));
                for direction in Direction::ALL {
                    self.source_ready(source, direction);
                }
                self.sources.remove(&source);
            }
            _ => {}
        }
    }

    fn source_try(&mut self, source: Id, direction: Direction, came: (Tried, Option<usize>)) {
        self.course.tries(source, direction);
        let there = self.sources.contains_key(&source);
        let known = match self.sources.get_mut(&source) {
            Some(known) => known,
            None => self.tried.get_or_insert_with(source, Source::default),
        };
        if came.0 == Tried::WouldBlock && direction == Direction::Read {
            known.closed = false;
        }
        let side = known.side_mut(direction);
        (side.last, side.bytes) = (Some(came.0), came.1);
        side.blocked = came.0 == Tried::WouldBlock;
        let ready = side.ready || !there;
        known.by = self.tasks.running.last().copied().or(known.by);
        self.trouble.check_seen(ready, || format!("{source:?} is tried, and was not ready"));
    }

    /// A task has ended. What it has tried and never registered is its own to drop, which no event tells.
    pub(super) fn forget_tried(&mut self, by: Id) {
        let its = self.tried.iter().filter(|(_, source)| source.by == Some(by));
        self.dropped = its.map(|(id, _)| id).collect();
        for &id in &self.dropped {
            self.tried.remove(id);
        }
    }

    /// The task that waits for this direction is about to be woken, or never will be.
    fn source_ready(&mut self, source: Id, direction: Direction) {
        let Some(known) = self.sources.get_mut(&source) else { return };
        let side = known.side_mut(direction);
        (side.ready, side.blocked) = (true, false);
        let spot = Spot::Source(source, direction);
        for waiter in std::mem::take(&mut side.waiters) {
            self.tasks.leaves(waiter, spot);
        }
    }

    fn source_clear(&mut self, source: Id, direction: Direction) {
        let tried = self.course.was_tried(source, direction);
        self.trouble.check_seen(tried, || format!("{source:?} is cleared, but was not tried"));
        let Some(known) = self.sources.get_mut(&source) else {
            return self.trouble.check_seen(false, || format!("{source:?} was never registered"));
        };
        let side = known.side_mut(direction);
        let was = std::mem::replace(&mut side.ready, false);
        self.trouble.check_seen(was, || format!("{source:?} is cleared, and was not ready"));
    }

    // ----- channels -----

    pub(super) fn channel(&mut self, record: &Record, event: Event) {
        match event {
            Event::ChannelOpen { channel, kind, capacity, at } => {
                let new = Channel {
                    kind: Some(kind),
                    capacity,
                    made: Some(at),
                    len: Some(0),
                    senders: Some(1),
                    ..Channel::default()
                };
                let first = self.channels.insert(channel, new);
                self.trouble.check(first, || format!("{channel:?} was there already"));
            }
            Event::ChannelSenders { channel, alive } => self.channel_senders(channel, alive),
            Event::ChannelSend { channel, len } => {
                if !self.channel_send(record, channel, len) {
                    return;
                }
            }
            Event::ChannelRecv { channel, len } => {
                if !self.channel_recv(record, channel, len) {
                    return;
                }
            }
            Event::ChannelClose { channel, by } => self.channel_close(channel, by),
            Event::ChannelDrop { channel, values } => {
                let before = self.channel_of(channel).len.replace(0);
                let all = before.is_none_or(|before| before == values);
                self.trouble.check_seen(all, || format!("{channel:?} held {before:?} values"));
            }
            _ => return,
        }
        self.forget_channel(event);
    }

    /// The channel, which may have been made out of sight.
    pub(super) fn channel_of(&mut self, channel: Id) -> &mut Channel {
        self.channels.get_or_insert_with(channel, || {
            self.trouble.check_seen(false, || format!("nobody has told of {channel:?}"));
            Channel::default()
        })
    }

    fn channel_senders(&mut self, channel: Id, alive: usize) {
        let before = self.channel_of(channel).senders.replace(alive);
        let step = before.is_none_or(|before| before.abs_diff(alive) == 1);
        self.trouble.check_seen(step, || format!("{channel:?} had {before:?} senders"));
        if alive == 0 {
            self.nobody_waits_for_a_value(channel);
        }
    }

    /// True if the channel may be over by that.
    fn channel_send(&mut self, record: &Record, channel: Id, len: usize) -> bool {
        let known = self.channel_of(channel);
        known.sender = record.task.or(known.sender);
        known.handed.retain(|task| Some(*task) != record.task);
        known.high = known.high.max(len);
        let (before, room) = (known.len.replace(len), known.capacity.unwrap_or(usize::MAX));
        let (once, waits) = (known.kind == Some(ChannelKind::Oneshot), known.value.is_some());
        let fits = before.is_none_or(|before| before + 1 == len) && len <= room;
        self.trouble.check_seen(fits, || format!("{channel:?} held {before:?} values of {room}"));
        if waits {
            self.nobody_waits_for_a_value(channel);
        }
        if once {
            self.channel_of(channel).senders = Some(0); // its only one has sent
            self.nobody_waits_for_the_end(channel);
        }
        once
    }

    /// True if the channel may be over by that.
    fn channel_recv(&mut self, record: &Record, channel: Id, len: usize) -> bool {
        let known = self.channel_of(channel);
        known.receiver = record.task.or(known.receiver);
        let before = known.len.replace(len);
        let (once, waits) = (known.kind == Some(ChannelKind::Oneshot), known.value.is_some());
        let last = known.senders == Some(0);
        let fits = before.is_none_or(|before| before == len + 1);
        self.trouble.check_seen(fits, || format!("{channel:?} held {before:?} values"));
        // The send may have been out of sight. It took away the waiter.
        if waits {
            self.nobody_waits_for_a_value(channel);
        }
        if once {
            self.channel_of(channel).senders = Some(0);
            self.nobody_waits_for_the_end(channel);
        }
        once || last
    }

    fn channel_close(&mut self, channel: Id, by: Closer) {
        let known = self.channel_of(channel);
        let (before, senders) = (known.closed.replace(by), known.senders);
        self.trouble.check_seen(before.is_none(), || format!("{channel:?} was closed before"));
        match by {
            Closer::Senders => {
                self.channel_of(channel).senders = Some(0);
                let last = senders.is_none_or(|senders| senders == 1);
                self.trouble.check_seen(last, || format!("{channel:?} had {senders:?} senders"));
                self.nobody_waits_for_a_value(channel);
                self.nobody_waits_for_the_end(channel);
            }
            Closer::Receiver => {
                let line = std::mem::take(&mut self.channel_of(channel).room);
                for (ticket, waiter) in line.into_waiters() {
                    self.tasks.leaves(waiter, Spot::Room(channel, ticket));
                }
                self.nobody_waits_for_the_end(channel);
            }
        }
    }

    fn nobody_waits_for_a_value(&mut self, channel: Id) {
        if let Some(waiter) = self.channel_of(channel).value.take() {
            self.tasks.leaves(waiter, Spot::Value(channel));
        }
    }

    fn nobody_waits_for_the_end(&mut self, channel: Id) {
        for waiter in std::mem::take(&mut self.channel_of(channel).gone) {
            self.tasks.leaves(waiter, Spot::Closed(channel));
        }
    }

    fn forget_channel(&mut self, event: Event) {
        if let Event::ChannelSenders { channel, .. }
        | Event::ChannelSend { channel, .. }
        | Event::ChannelRecv { channel, .. }
        | Event::ChannelClose { channel, .. }
        | Event::ChannelDrop { channel, .. } = event
            && !self.keeps
            && self.channels.get(channel).is_some_and(Channel::is_over)
        {
            self.channels.remove(channel);
        }
    }

    // ----- locks -----

    pub(super) fn lock_take(&mut self, record: &Record, id: Id) {
        let lock = self.locks.get_or_insert_with(id, Lock::default);
        let holder = Holder { task: record.task, since: record.seq, at: record.at };
        lock.takes += 1;
        let before = lock.holder.replace(holder);
        self.trouble.check_seen(before.is_none(), || format!("{id:?} was held by {before:?}"));
        let Some((ticket, first)) = lock.line.take_first() else { return };
        self.tasks.leaves(first, Spot::Lock(id, ticket));
        let turn = first.task == record.task;
        self.trouble.check_seen(turn, || format!("{id:?} was {first:?}'s to take"));
    }

    pub(super) fn lock_release(&mut self, id: Id, handed_over: bool) {
        let lock = self.locks.get_or_insert_with(id, Lock::default);
        let before = lock.holder.take();
        let first = lock.line.first_mut().filter(|first| !first.called);
        let waits = first.is_some();
        if let Some(first) = first.filter(|_| handed_over) {
            self.tasks.calls(first);
        }
        let idle = lock.line.is_empty();
        self.trouble.check_seen(before.is_some(), || format!("{id:?} was not held"));
        self.trouble.check_seen(waits == handed_over, || {
            let who = if waits { "somebody" } else { "nobody" };
            format!("{who} waits in line for {id:?}")
        });
        if idle && !self.keeps {
            self.locks.remove(id);
        }
    }

    /// A waiter has left a line: if the lock is free, the first is called.
    pub(super) fn lock_left(&mut self, id: Id) {
        if let Some(lock) = self.locks.get_mut(id)
            && lock.holder.is_none()
            && let Some(first) = lock.line.first_mut()
        {
            self.tasks.calls(first);
        }
        self.forget_lock(id);
    }

    /// The lock, of which nothing may have been told yet.
    pub(super) fn lock_of(&mut self, id: Id) -> &mut Lock {
        self.locks.get_or_insert_with(id, Lock::default)
    }

    fn forget_lock(&mut self, id: Id) {
        let idle = |lock: &Lock| lock.holder.is_none() && lock.line.is_empty();
        if !self.keeps && self.locks.get(id).is_some_and(idle) {
            self.locks.remove(id);
        }
    }

    // ----- jobs, and whose end is waited for -----

    pub(super) fn job_starts(&mut self, record: &Record, id: Id) {
        let job = Job { parent: record.task, out: true, handle: true, joiner: None };
        self.jobs.insert(id, job);
        self.out += 1;
    }

    /// Told at the next turn only, so perhaps after its output was taken.
    pub(super) fn job_ends(&mut self, id: Id) {
        let known = self.jobs.get_mut(&id).map(|job| std::mem::replace(&mut job.out, false));
        self.out -= usize::from(known == Some(true));
        self.trouble.check_seen(known == Some(true), || format!("job {id} was not out"));
        self.forget_job(id, false);
        if self.jobs.len() > REMEMBERED {
            // As of tasks: the handle may have gone where nothing records.
            let oldest = self.jobs.iter().find(|(_, job)| !job.out).map(|(id, _)| *id);
            oldest.map(|id| self.jobs.remove(&id));
        }
    }

    /// A handle has gone, and with it who waited through it.
    pub(super) fn handle_gone(&mut self, event: Event) {
        let (id, how) = match event {
            Event::Join { task, outcome } => (task, Some(outcome)),
            Event::Detach { task } => (task, None),
            _ => return,
        };
        if self.tasks.handle_gone(id, how, &mut self.trouble) {
            return;
        }
        let known = self.jobs.contains_key(&id);
        self.trouble.check_seen(known, || format!("nobody has told of task or job {id}"));
        self.forget_job(id, true);
        if how.is_some() && self.jobs.get(&id).is_some_and(|job| job.out) {
            self.taken.push(id);
        }
    }

    /// A turn begins, and what other threads did has been told.
    pub(super) fn check_taken(&mut self) {
        for id in std::mem::take(&mut self.taken) {
            let told = self.jobs.get(&id).is_none_or(|job| !job.out);
            self.trouble.check_seen(told, || format!("job {id} has ended, which is not told"));
        }
    }

    fn forget_job(&mut self, id: Id, handle_gone: bool) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.handle &= !handle_gone;
        let (over, joiner) = (!job.out && !job.handle, job.joiner);
        if !job.out || handle_gone {
            job.joiner = None;
            if let Some(joiner) = joiner {
                self.tasks.leaves(joiner, Spot::Task(id));
            }
        }
        if over {
            self.jobs.remove(&id);
        }
    }

    /// A waiter is no longer there.
    pub(super) fn left(&mut self, waiter: Option<Waiter>, spot: Spot) {
        let there = waiter.is_some();
        self.trouble.check_seen(there, || format!("nobody waits there: {spot:?}"));
        if let Some(waiter) = waiter {
            self.tasks.leaves(waiter, spot);
        }
    }
}
