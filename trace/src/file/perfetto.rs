//! How does a run look to Perfetto?
//!
//! As a Chrome trace, the JSON format that <https://ui.perfetto.dev> and speedscope read: a track
//! for the loop and one for each task, named after its function and the line of its spawn; a slice
//! for each turn, sleep, poll and blocking job; arrows to a poll from the wake that led to it, and
//! from each act that served a wait of its task; counters; and an instant for everything else, with
//! the sentence of the story. Its time is the machine's.
//!
//! Interface: [`Perfetto::record`] for each record in order; [`Perfetto::aside`], which also begins
//! and ends the file. Invariants: slices of one track nest. An arrow's ends lie inside slices. An
//! entry begins with the comma that parts it from the one before, and the closing bracket may be
//! absent: the format says so.
//!
//! Not here: the file (`file.rs`).

use std::collections::{HashMap, HashSet};
use std::mem;
use std::time::Duration;

use kettle_events::{Effect, Event, Id, Kind, Outcome, Record};

use crate::file::json::name_of;
use crate::file::lines::Aside;
use crate::words::future::future_name;
use crate::words::names::{Family, Name, Names};
use crate::words::say::say;
use crate::words::teller::Teller;
use crate::words::text::{self as json, Out};

/// The loop's track. (Readers take 0 for the idle thread.)
const LOOP: u64 = 1;

/// An arrow's name, and the number of the event from which it comes.
type Arrow = (&'static str, u64);

/// How a Chrome trace begins.
pub(crate) const MARK: &str = "[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1";

/// Writes records as entries of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Perfetto {
    teller: Teller,
    /// The tracks that have their names.
    named: HashSet<u64>,
    /// For each task that is alive: its function, and the line of its spawn.
    origins: HashMap<Id, String>,
    /// The loop's slices that go on: a turn, or what comes before the first, and a sleep in it.
    turn: Vec<String>,
    /// The tracks of polls that go on; one may be inside another (a local set's).
    polls: Vec<u64>,
    /// Since when each job is in the pool's queue, or runs.
    jobs: HashMap<Id, Duration>,
    /// The arrows that end in each task's next poll.
    arrows: HashMap<Id, Vec<Arrow>>,
    /// The arrows of waits that were served, until the wake names the task.
    served: HashMap<Id, Arrow>,
    counts: [usize; 4],
    /// When the last record was made.
    before: Duration,
}

impl Perfetto {
    /// A record that is not to be written.
    pub(crate) fn pass(&mut self, record: &Record) {
        self.record(record, &mut Out::new());
        self.named.clear();
    }

    /// A copy that knows as much, but has written nothing.
    pub(crate) fn snapshot(&self) -> Perfetto {
        Perfetto { named: HashSet::new(), ..self.clone() }
    }

    pub(crate) fn names(&mut self) -> &mut Names {
        self.teller.names()
    }

    /// Adds what this record has to show.
    pub(crate) fn record(&mut self, record: &Record, out: &mut Out) {
        let (now, seq) = (record.real, record.seq);
        let say = self.teller.sentence(record).to_owned();
        self.name(LOOP, "the loop", out);
        self.overhead(record, out);
        match record.event {
            Event::Turn { queued, tasks, timers, sources } => {
                self.end_turn(now, out);
                self.begin_turn(format!("turn {}", record.turn), now, out);
                self.count([queued, tasks, timers, sources], now, out);
            }
            Event::Park { .. } => self.begin_turn("asleep".to_owned(), now, out),
            Event::Unpark { .. } => {
                if let Some(name) = self.turn.pop() {
                    entry(out, "E", &name, LOOP, now).says(&say).number("event", seq).end();
                }
            }
            Event::PollStart { task } => {
                let track = self.track(task, out);
                entry(out, "B", "poll", track, now).end();
                for (name, id) in self.arrows.remove(&task).unwrap_or_default() {
                    entry(out, "f", name, track, now).word("bp", "e").number("id", id).end();
                }
                self.polls.push(track);
            }
            Event::PollEnd { task, outcome, .. } => {
                let track = self.track(task, out);
                if self.polls.pop_if(|poll| *poll == track).is_some() {
                    entry(out, "E", "poll", track, now).says(&say).number("event", seq).end();
                } else {
                    self.instant(record, &say, out); // it was dropped without another poll
                }
                if outcome != Outcome::Pending {
                    self.arrows.remove(&task);
                    self.origins.remove(&task);
                }
            }
            _ => {
                self.instant(record, &say, out);
                self.beside_an_instant(record, out);
            }
        }
    }

    fn beside_an_instant(&mut self, record: &Record, out: &mut Out) {
        let now = record.real;
        match record.event {
            Event::RunStart { .. } => self.begin_turn("start".to_owned(), now, out),
            Event::RunEnd { .. } => self.end_turn(now, out),
            Event::Spawn { task, kind, at, what, .. } if kind != Kind::Main => {
                let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
                let origin = format!(" · {} · {file}:{}", future_name(what), at.line());
                self.origins.insert(task, origin);
            }
            Event::Served { wait } => {
                let arrow = self.arrow("serves", record, out);
                self.served.extend(arrow.map(|arrow| (wait, arrow)));
            }
            Event::Done { wait, .. } => _ = self.served.remove(&wait),
            Event::Wake { task, effect, wait, .. } => {
                let queues = matches!(effect, Effect::Queued(_) | Effect::DuringPoll);
                let wake = queues.then(|| self.arrow("wake", record, out)).flatten();
                let act = wait.and_then(|wait| self.served.remove(&wait));
                if effect != Effect::Stale {
                    self.arrows.entry(task).or_default().extend(wake.into_iter().chain(act));
                }
            }
            Event::BlockingStart { task } => _ = self.jobs.insert(task, now),
            // Recorded when the loop comes round to it; how long it took is told exactly.
            Event::BlockingRun { task, waited, .. } => {
                if let Some(since) = self.jobs.remove(&task) {
                    self.jobs.insert(task, since + waited);
                    let track = self.track(task, out);
                    slice(out, "in the pool's queue", track, (since, waited));
                }
            }
            Event::BlockingEnd { task, ran } => {
                if let Some(since) = self.jobs.remove(&task) {
                    let name = if ran.is_some() { "job" } else { "in the pool's queue" };
                    let track = self.track(task, out);
                    slice(out, name, track, (since, ran.unwrap_or(now.saturating_sub(since))));
                }
            }
            _ => {}
        }
    }

    /// Adds what recording has taken, inside the poll or turn that it interrupted.
    fn overhead(&mut self, record: &Record, out: &mut Out) {
        let since = mem::replace(&mut self.before, record.real);
        if record.overhead >= Duration::from_micros(1) {
            let track = self.polls.last().copied().unwrap_or(LOOP);
            let took = record.overhead.min(record.real.saturating_sub(since));
            slice(out, "recording", track, (since, took));
        }
    }

    /// Begins an arrow in the slice that goes on: where that is no poll, the loop itself acts.
    fn arrow(&self, name: &'static str, record: &Record, out: &mut Out) -> Option<Arrow> {
        let track = self.polls.last().copied().unwrap_or(LOOP);
        let goes_on = track != LOOP || !self.turn.is_empty();
        goes_on.then(|| {
            entry(out, "s", name, track, record.real).number("id", record.seq).end();
            (name, record.seq)
        })
    }

    fn instant(&mut self, record: &Record, say: &str, out: &mut Out) {
        let track = record.task.map_or(LOOP, |task| self.track(task, out));
        let entry = entry(out, "i", &name_of(&record.event), track, record.real).word("s", "t");
        entry.says(say).number("event", record.seq).end();
    }

    fn begin_turn(&mut self, name: String, now: Duration, out: &mut Out) {
        entry(out, "B", &name, LOOP, now).end();
        self.turn.push(name);
    }

    fn end_turn(&mut self, now: Duration, out: &mut Out) {
        while let Some(name) = self.turn.pop() {
            entry(out, "E", &name, LOOP, now).end();
        }
    }

    fn count(&mut self, counts: [usize; 4], now: Duration, out: &mut Out) {
        let names = ["run queue", "tasks alive", "timers", "sources"];
        for ((name, count), was) in names.into_iter().zip(counts).zip(&mut self.counts) {
            if mem::replace(was, count) != count {
                entry(out, "C", name, LOOP, now).args("count", &count.to_string()).end();
            }
        }
    }

    /// Adds what a trace has beside the records.
    pub(crate) fn aside(&mut self, aside: &Aside<'_>, now: Duration, out: &mut Out) {
        let (name, say) = match *aside {
            Aside::Header(header) => {
                json::raw(out, MARK);
                return Entry(out, "}}").args("name", &quoted(&header.program)).end();
            }
            Aside::Note { text, task, .. } => {
                let track = task.map_or(LOOP, number);
                if let Some(task) = task {
                    self.name(track, &task.to_string(), out);
                }
                return entry(out, "i", text, track, now).word("s", "t").says("printed").end();
            }
            Aside::Lint(lint) => ("lint", lint.text.clone()),
            Aside::End { .. } => return json::raw(out, "\n]\n"),
        };
        entry(out, "i", name, LOOP, now).word("s", "g").says(&say).end();
    }

    /// The track of a task or job, which has its name from now on.
    fn track(&mut self, task: Id, out: &mut Out) -> u64 {
        let name = self.names().task(task);
        let track = number(name);
        if !self.named.contains(&track) {
            let origin = self.origins.get(&task).map_or("", String::as_str);
            self.name(track, &format!("{name}{origin}"), out);
        }
        track
    }

    /// Names a track, and says where it comes among the others.
    fn name(&mut self, track: u64, name: &str, out: &mut Out) {
        if self.named.insert(track) {
            let at = Duration::ZERO;
            entry(out, "M", "thread_name", track, at).args("name", &quoted(name)).end();
            let place = track.to_string();
            entry(out, "M", "thread_sort_index", track, at).args("sort_index", &place).end();
        }
    }
}

/// The track of what has this name.
fn number(name: Name) -> u64 {
    match name {
        Name { family: Family::Main, number } => LOOP + number as u64,
        // Rarely more than a few `block_on`s; tasks and jobs take turns behind them.
        Name { family: Family::Job, number } => 1_001 + 2 * number as u64,
        Name { number, .. } => 1_000 + 2 * number as u64,
    }
}

/// An entry in the making: its fields, and then its arguments.
#[must_use]
struct Entry<'a>(&'a mut Out, &'static str);

/// With a phase (`B` and `E` the ends of a slice, `X` a slice, `i` an instant, `s` and `f` the ends
/// of an arrow, `C` a counter, `M` a name), and a time in microseconds.
fn entry<'a>(out: &'a mut Out, ph: &str, name: &str, tid: u64, at: Duration) -> Entry<'a> {
    json::raw(out, ",\n{\"pid\":1");
    // The ends of an arrow find each other by name, category and number.
    let entry = Entry(out, "}").word("cat", "kettle").word("ph", ph).word("name", name);
    entry.number("tid", tid).micros("ts", at)
}

fn slice(out: &mut Out, name: &str, track: u64, (since, took): (Duration, Duration)) {
    entry(out, "X", name, track, since).micros("dur", took).end();
}

fn quoted(text: &str) -> String {
    let mut quoted = Out::new();
    json::text(&mut quoted, text);
    quoted.into_string().expect("it is text")
}

impl<'a> Entry<'a> {
    fn word(self, key: &str, word: &str) -> Entry<'a> {
        json::key(self.0, key);
        json::text(self.0, word);
        self
    }

    fn number(self, key: &str, number: u64) -> Entry<'a> {
        json::key(self.0, key);
        json::number(self.0, number);
        self
    }

    /// A time in microseconds, with the nanoseconds after the point.
    fn micros(self, key: &str, time: Duration) -> Entry<'a> {
        let nanos = json::whole_nanos(time);
        json::key(self.0, key);
        say!(self.0, "{}.{:03}", nanos / 1_000, nanos % 1_000);
        self
    }

    /// From here on, fields are arguments.
    fn args(self, key: &str, value: &str) -> Entry<'a> {
        say!(self.0, ",\"args\":{{\"{key}\":{value}");
        Entry(self.0, "}}")
    }

    /// The event in words.
    fn says(self, say: &str) -> Entry<'a> {
        self.args("say", &quoted(say))
    }

    fn end(self) {
        json::raw(self.0, self.1);
    }
}

#[cfg(test)]
#[path = "perfetto_tests.rs"]
mod tests;
