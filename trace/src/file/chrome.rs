//! How does a run look to Perfetto?
//!
//! As a Chrome trace, the JSON format that <https://ui.perfetto.dev> and speedscope read: a track for
//! the loop and one for each task, named after its function and the line of its spawn; a slice for
//! each turn, sleep, poll and blocking job, and between polls for each time in the run queue and each
//! wait; an arrow from each wake to the poll that it led to; counters; and an instant for everything
//! else, with the sentence of the story. Its time is the machine's.
//!
//! Interface: [`Chrome::begin`], then [`Chrome::record`] for each record in order; [`Chrome::aside`],
//! [`Chrome::begin_anew`].
//!
//! Invariants: a slice is written when it ends, so slices of one track nest, also where the file was
//! cut. An arrow's ends lie inside slices, and come after them in the file: the reader takes what
//! has the same time in the order of the file. An entry begins with the comma that parts it from
//! the one before, and the closing bracket may be absent: the format says so.
//!
//! Not here: the file (`file.rs`), single entries (`chrome/entry.rs`), what a task does between two
//! polls (`chrome/pauses.rs`).

mod entry;
mod pauses;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use kettle_events::{Effect, Event, Id, Kind, Outcome, Place, Record};

use self::entry::{Entry, Track};
use self::pauses::{Pause, PauseKind, Pauses};
use crate::file::json::name_of;
use crate::file::lines::Aside;
use crate::words::future::future_name;
use crate::words::names::Name;
use crate::words::teller::Teller;

/// Writes records as entries of a Chrome trace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chrome {
    teller: Teller,
    known: HashSet<Track>,
    /// Of each task that is alive: its function, and the line of its spawn.
    origins: HashMap<Name, String>,
    pauses: Pauses,
    /// Polls that go on; one may be inside another (a local set's).
    polls: Vec<Open>,
    /// What the loop does: a turn, or what comes before the first.
    turn: Option<Open>,
    asleep: Option<Open>,
    jobs: HashMap<Id, Open>,
    /// The wake that each task's next poll is owed to.
    wakes: HashMap<Id, Arrow>,
    queued: usize,
    alive: [usize; 3],
    /// When the last record was made.
    before: Duration,
    /// Kept for its room.
    unwritten: Vec<u8>,
}

/// A slice that has begun.
#[derive(Clone, Debug)]
struct Open {
    track: Track,
    since: Duration,
    turn: u64,
    /// Arrows that begin in it.
    arrows: Vec<Arrow>,
    /// The one that led to it.
    cause: Option<Arrow>,
}

/// The number of a wake, and when it was.
#[derive(Clone, Copy, Debug)]
struct Arrow {
    number: u64,
    at: Duration,
}

impl Chrome {
    /// One whose names are forgotten early ([`Names::forgetting`](crate::Names)).
    pub(crate) fn forgetting(self, long: usize) -> Chrome {
        Chrome { teller: Teller::forgetting(long), ..self }
    }

    /// A record that is not to be written.
    pub(crate) fn pass(&mut self, record: &Record) {
        let mut unwritten = std::mem::take(&mut self.unwritten);
        self.record(record, &mut unwritten);
        self.known.clear(); // no track was named
        unwritten.clear();
        self.unwritten = unwritten;
    }

    /// One that knows as much, and has written nothing yet.
    pub(crate) fn snapshot(&self) -> Chrome {
        Chrome { known: HashSet::new(), ..self.clone() }
    }

    /// What comes before everything else: the program's name.
    pub(crate) fn begin(&mut self, program: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[\n");
        entry::process(out, program);
        self.name(Track::Loop, out);
    }

    /// The names of tracks may be forgotten: they are told once more.
    pub(crate) fn begin_anew(&mut self) {
        self.known.clear();
    }

    /// Adds what this record has to show: nothing, or some entries.
    pub(crate) fn record(&mut self, record: &Record, out: &mut Vec<u8>) {
        let say = self.teller.sentence(record).to_owned();
        self.overhead(record, out);
        self.tracks(record, out);
        self.pause(record, out);
        match record.event {
            Event::RunStart { .. } => self.turn = Some(open(Track::Loop, record)),
            Event::Turn { queued, tasks, timers, sources } => {
                self.end_turn(record.real, out);
                self.turn = Some(open(Track::Loop, record));
                self.count_queued(record, queued, out);
                self.count_alive(record, [tasks, timers, sources], out);
            }
            Event::RunEnd { .. } => {
                self.instant(record, &say, out);
                self.end_turn(record.real, out);
            }
            Event::Park { .. } => self.asleep = Some(open(Track::Loop, record)),
            Event::Unpark { .. } => self.end_sleep(record, &say, out),
            Event::PollStart { task } => {
                let track = self.track(task);
                let cause = self.wakes.remove(&task);
                self.polls.push(Open { cause, ..open(track, record) });
                self.count_queued(record, self.queued.saturating_sub(1), out);
            }
            Event::PollEnd { task, .. } => self.end_poll(record, task, &say, out),
            Event::Wake { task, effect, .. } => self.wake(record, task, effect, &say, out),
            Event::BlockingStart { task } => {
                self.instant(record, &say, out);
                let track = self.track(task);
                self.jobs.insert(task, open(track, record));
            }
            // Told when the loop comes round to it; how long it took is told exactly.
            Event::BlockingRun { task, waited } => {
                if let Some(job) = self.jobs.get_mut(&task) {
                    let taken = job.since + waited;
                    slice(out, job, "in the pool's queue", taken).say(&say).end();
                    job.since = taken;
                }
                self.instant(record, &say, out);
            }
            Event::BlockingEnd { task, ran } => {
                if let Some(job) = self.jobs.remove(&task) {
                    let end = ran.map_or(record.real, |ran| job.since + ran);
                    let name = if ran.is_some() { "job" } else { "in the pool's queue" };
                    slice(out, &job, name, end).say(&say).end();
                }
                self.instant(record, &say, out);
            }
            _ => self.instant(record, &say, out),
        }
    }

    /// Adds what recording has taken, inside the poll or turn that it interrupted.
    fn overhead(&mut self, record: &Record, out: &mut Vec<u8>) {
        let since = std::mem::replace(&mut self.before, record.real);
        if record.overhead >= Duration::from_micros(1) {
            let track = self.polls.last().map_or(Track::Loop, |poll| poll.track);
            let dur = record.overhead.min(record.real.saturating_sub(since));
            Entry::new(out, "X", "recording", track, since).micros("dur", dur).end();
        }
    }

    /// Adds the names of tracks that this record is the first to need.
    fn tracks(&mut self, record: &Record, out: &mut Vec<u8>) {
        let about = match record.event {
            Event::Spawn { task, kind, at, what, .. } if kind != Kind::Main => {
                let name = self.task(task);
                self.origins.insert(name, origin(what, at));
                None
            }
            Event::BlockingStart { task }
            | Event::BlockingRun { task, .. }
            | Event::BlockingEnd { task, .. }
            | Event::Wake { task, effect: Effect::Queued(_), .. } => Some(task),
            _ => None,
        };
        self.name(Track::Loop, out);
        for task in record.task.into_iter().chain(about) {
            let track = self.track(task);
            self.name(track, out);
        }
    }

    /// Adds the pause that this record has ended, if any.
    fn pause(&mut self, record: &Record, out: &mut Vec<u8>) {
        let woken = match record.event {
            Event::PollEnd { task, .. } => self.wakes.contains_key(&task),
            _ => false,
        };
        if let Some((task, pause)) = self.pauses.take(record, woken) {
            self.end_pause(task, &pause, record.real, out);
        }
    }

    fn end_pause(&mut self, task: Id, pause: &Pause, end: Duration, out: &mut Vec<u8>) {
        let track = self.track(task);
        self.name(track, out);
        let dur = end.saturating_sub(pause.since);
        let entry = Entry::new(out, "X", pause.kind.name(), track, pause.since).micros("dur", dur);
        let say = match (pause.kind, pause.at) {
            (PauseKind::Ready, _) => "in the run queue".to_owned(),
            (PauseKind::Waiting, Some(at)) => format!("at {at}"),
            (PauseKind::Waiting, None) => "until it is woken".to_owned(),
        };
        entry.say(&say).event(pause.event).end();
    }

    /// Adds what a trace has beside the records.
    pub(crate) fn aside(&mut self, aside: &Aside<'_>, now: Duration, out: &mut Vec<u8>) {
        fn global(out: &mut Vec<u8>, now: Duration, name: &str, say: &str) {
            Entry::new(out, "i", name, Track::Loop, now).word("s", "g").say(say).end();
        }
        match *aside {
            Aside::Header(header) => self.begin(&header.program, out),
            Aside::Note { text, task, .. } => {
                let track = task.map_or(Track::Loop, Track::Of);
                self.name(track, out);
                Entry::new(out, "i", text, track, now).word("s", "t").say("printed").end();
            }
            Aside::Lint(lint) => global(out, now, "lint", &lint.text),
            Aside::Full { limit, .. } => {
                let say = format!("{limit} bytes are full: the end follows, if any");
                global(out, now, "full", &say);
            }
            Aside::Lost { events, after } => {
                let say = format!("{events} events after number {after} are missing");
                global(out, now, "lost", &say);
            }
            Aside::Pages { .. } => {}
            Aside::End { .. } => {
                for (task, pause) in self.pauses.drain() {
                    self.end_pause(task, &pause, now, out);
                }
                out.extend_from_slice(b"\n]\n");
            }
        }
    }

    fn wake(&mut self, record: &Record, task: Id, effect: Effect, say: &str, out: &mut Vec<u8>) {
        self.instant(record, say, out);
        if matches!(effect, Effect::Coalesced | Effect::Stale) {
            return;
        }
        let arrow = Arrow { number: record.seq, at: record.real };
        // Nobody is being polled: the loop itself wakes.
        let around = self.polls.last_mut().or(self.asleep.as_mut()).or(self.turn.as_mut());
        if let Some(around) = around {
            around.arrows.push(arrow);
            self.wakes.insert(task, arrow);
        }
        if matches!(effect, Effect::Queued(_)) {
            self.count_queued(record, self.queued + 1, out);
        }
    }

    fn end_poll(&mut self, record: &Record, task: Id, say: &str, out: &mut Vec<u8>) {
        let track = self.track(task);
        let Some(poll) = self.polls.pop_if(|poll| poll.track == track) else {
            // A task that was dropped without being polled once more.
            return self.instant(record, say, out);
        };
        slice(out, &poll, "poll", record.real).say(say).event(record.seq).end();
        arrows(out, &poll);
        if !matches!(record.event, Event::PollEnd { outcome: Outcome::Pending, .. }) {
            self.wakes.remove(&task);
            let name = self.task(task);
            self.origins.remove(&name);
        } else if self.wakes.contains_key(&task) {
            // Woken while it was polled.
            self.count_queued(record, self.queued + 1, out);
        }
    }

    fn end_sleep(&mut self, record: &Record, say: &str, out: &mut Vec<u8>) {
        let Some(sleep) = self.asleep.take() else { return };
        slice(out, &sleep, "asleep", record.real).say(say).end();
        arrows(out, &sleep);
    }

    fn end_turn(&mut self, now: Duration, out: &mut Vec<u8>) {
        let Some(turn) = self.turn.take() else { return };
        let name = if turn.turn == 0 { "start".to_owned() } else { format!("turn {}", turn.turn) };
        slice(out, &turn, &name, now).end();
        arrows(out, &turn);
    }

    fn instant(&mut self, record: &Record, say: &str, out: &mut Vec<u8>) {
        let track = record.task.map_or(Track::Loop, |task| self.track(task));
        Entry::new(out, "i", &name_of(&record.event), track, record.real)
            .word("s", "t")
            .say(say)
            .event(record.seq)
            .end();
    }

    fn count_queued(&mut self, record: &Record, queued: usize, out: &mut Vec<u8>) {
        if queued != self.queued {
            self.queued = queued;
            Entry::new(out, "C", "run queue", Track::Loop, record.real).count(queued).end();
        }
    }

    fn count_alive(&mut self, record: &Record, alive: [usize; 3], out: &mut Vec<u8>) {
        for (number, name) in ["tasks alive", "timers", "sources"].into_iter().enumerate() {
            if alive[number] != self.alive[number] {
                Entry::new(out, "C", name, Track::Loop, record.real).count(alive[number]).end();
            }
        }
        self.alive = alive;
    }

    /// What it calls this task.
    pub(crate) fn task(&mut self, task: Id) -> Name {
        self.teller.names().task(task)
    }

    fn track(&mut self, task: Id) -> Track {
        Track::Of(self.task(task))
    }

    fn name(&mut self, track: Track, out: &mut Vec<u8>) {
        if self.known.insert(track) {
            let origin = match track {
                Track::Loop => None,
                Track::Of(name) => self.origins.get(&name),
            };
            entry::thread(out, track, origin.map(String::as_str));
        }
    }
}

/// `producer · channel.rs:33`: enough to find it, and short enough for the name of a track. A name is
/// there only if it is a function's own.
fn origin(what: &str, made: Place) -> String {
    let file = made.file().rsplit(['/', '\\']).next().unwrap_or_default();
    let (name, line) = (future_name(what), made.line());
    if name.contains(' ') { format!("{file}:{line}") } else { format!("{name} · {file}:{line}") }
}

fn open(track: Track, record: &Record) -> Open {
    Open { track, since: record.real, turn: record.turn, arrows: Vec::new(), cause: None }
}

fn slice<'a>(out: &'a mut Vec<u8>, open: &Open, name: &str, end: Duration) -> Entry<'a> {
    Entry::new(out, "X", name, open.track, open.since).micros("dur", end.saturating_sub(open.since))
}

/// The ends of arrows that lie in this slice. It is in the file already.
fn arrows(out: &mut Vec<u8>, slice: &Open) {
    for arrow in &slice.arrows {
        Entry::new(out, "s", "wake", slice.track, arrow.at).number("id", arrow.number).end();
    }
    if let Some(cause) = slice.cause {
        // "e": it ends in the slice around it, not in the next one.
        Entry::new(out, "f", "wake", slice.track, slice.since)
            .number("id", cause.number)
            .word("bp", "e")
            .end();
    }
}

#[cfg(test)]
mod tests;
