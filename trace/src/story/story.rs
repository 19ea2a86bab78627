//! How is a run printed, a line for each event?
//!
//! A line has the time by the runtime's clock, the loop's turn, a sentence, and the line of
//! kettle's source that recorded the event. Where a task makes something or waits, the program's
//! own line follows. The events inside a poll are indented, and each task has a colour. A last line
//! says how long recording has delayed the thread.
//!
//! Interface: [`Story`] is a sink that prints while the program runs; [`plain`] gives the same text
//! without colours and places, with which golden tests compare a run.
//!
//! Invariant: a batch of records is written at once, so that other output can't tear a line. If the
//! story can't be written, it stops, and the program goes on.
//!
//! Elsewhere: the sentences (`words/`).

use std::fmt::Write as _;
use std::io::{self, Stderr, Write};
use std::time::Duration;

use kettle_events::{Event, Place, Record, Sink, Stack};

use super::functions::Functions;
use crate::doctor::Keeper;
use crate::words::names::{Family, Name};
use crate::words::stack;
use crate::words::stderr::is_coloured;
use crate::words::teller::{Teller, seconds};
use crate::words::whose::{from_root, is_stds};

/// Prints a runtime's events, a line for each, to a writer.
///
/// tokio: a subscriber of `tracing`; tokio has no story of its own.
#[derive(Debug)]
pub struct Story<W> {
    out: W,
    teller: Teller,
    colour: bool,
    /// Did the writer return an error?
    has_failed: bool,
    /// How long recording has delayed the thread.
    overhead: Duration,
    /// How many events were recorded.
    events: u32,
    /// `None`: the functions in which tasks wait aren't printed.
    functions: Option<Functions>,
}

impl Story<Stderr> {
    /// A story on standard error: in colour if that is a terminal and `NO_COLOR` is unset or empty.
    pub fn stderr() -> Story<Stderr> {
        Story::new(io::stderr()).colour(is_coloured())
    }
}

impl<W: Write> Story<W> {
    /// A story without colours.
    pub fn new(out: W) -> Story<W> {
        let (teller, overhead, functions) = (Teller::default(), Duration::ZERO, None);
        Story { out, teller, colour: false, has_failed: false, overhead, events: 0, functions }
    }

    /// Sets whether the story has colours.
    #[must_use]
    pub fn colour(mut self, colour: bool) -> Story<W> {
        self.colour = colour;
        self
    }

    /// Where a task begins to wait, prints the functions that it is in, unless they are the same as
    /// the last time. (`KETTLE_STACKS=1` does this, too.)
    #[must_use]
    pub fn showing_stacks(mut self) -> Story<W> {
        stack::warm_up();
        self.functions = Some(Functions::default());
        self
    }

    fn print(&mut self, records: &[Record]) -> io::Result<()> {
        let mut text = String::new();
        for record in records {
            self.overhead += record.overhead;
            self.events += 1;
            let Some(line) = line_with_places(&mut self.teller, record, self.colour) else {
                continue; // this event has no sentence
            };
            let _ = writeln!(text, "{line}");
            if let Event::RunEnd { .. } = record.event {
                text += &self.cost_line();
            }
            if let Some(functions) = &mut self.functions
                && let Some(words) = functions.line_for(record)
            {
                let (dim, off) = if self.colour { (DIM, RESET) } else { ("", "") };
                let _ = writeln!(text, "{:FUNCTIONS_COLUMN$}{dim}in {words}{off}", "");
            }
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// The last line: what recording has cost. Empty if no cost was measured.
    fn cost_line(&self) -> String {
        if self.overhead.is_zero() {
            return String::new();
        }
        let (total, nanos) = (seconds(self.overhead), (self.overhead / self.events).as_nanos());
        let (micros, tenths) = (nanos / 1_000, nanos % 1_000 / 100);
        format!(
            "(Recording has delayed the thread by {total}, {micros}.{tenths} µs an event. The \
             times above include this.)\n"
        )
    }
}

impl<W: Write + Send> Sink for Story<W> {
    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.functions.as_ref().map(|_| stack::take as fn() -> Stack)
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        if let Some(functions) = &mut self.functions {
            functions.add_stacks(stacks);
        }
    }

    fn record(&mut self, records: &[Record]) {
        // A closed pipe (`| head`) is no reason for the program to fail.
        self.has_failed = self.has_failed || self.print(records).is_err();
    }

    /// Records must come at once: the line of a poll's beginning precedes what the poll prints.
    fn live(&self) -> bool {
        true
    }
}

/// The story of these records without colours and without places: the same text for the same run,
/// today and after a change of the engine's source lines.
pub fn plain(records: &[Record]) -> String {
    let mut teller = Teller::default();
    records.iter().filter_map(|record| Some(plain_line(&mut teller, record)? + "\n")).collect()
}

/// The column of the functions in which a task waits, under the sentences.
const FUNCTIONS_COLUMN: usize = 21;

/// The column of the places.
const PLACE_COLUMN: usize = 88;

/// The width of the engine's places: no file of kettle's has a longer name.
const ENGINE_WIDTH: usize = 38;

/// The colours of tasks, by their numbers; `main` has none.
const HUES: [&str; 6] = ["\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m", "\x1b[34m", "\x1b[31m"];
const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// The line of a record; `None` if its event has no sentence.
fn plain_line(teller: &mut Teller, record: &Record) -> Option<String> {
    let is_poll_edge = matches!(record.event, Event::PollStart { .. } | Event::PollEnd { .. });
    let indent = if record.task.is_some() && !is_poll_edge { "  " } else { "" };
    let sentence = teller.story_sentence(record)?;
    // (The words of `seconds` don't all have the same width.)
    Some(format!("{:>9.3} s {:>5}  {indent}{sentence}", record.time.as_secs_f64(), record.turn))
}

fn line_with_places(teller: &mut Teller, record: &Record, colour: bool) -> Option<String> {
    let (text, places) = (plain_line(teller, record)?, places(record));
    if !colour {
        return Some(format!("{text:<PLACE_COLUMN$}  {places}"));
    }
    let hue = match teller.subject(record) {
        Some(Name { family: Family::Main, .. }) => "",
        Some(Name { number, .. }) => HUES[(number - 1) % HUES.len()],
        None => DIM,
    };
    Some(format!("{hue}{text:<PLACE_COLUMN$}{RESET}  {DIM}{places}{RESET}"))
}

/// The engine's line, and the program's line if there is one. The program's is the last column,
/// because its files may have names of any length.
fn places(record: &Record) -> String {
    let engine = format!("{}:{}", from_root(record.place.file()), record.place.line());
    match programs_line(record) {
        Some(at) => format!("{engine:<ENGINE_WIDTH$}  {}:{}", at.file(), at.line()),
        None => engine,
    }
}

/// The program's line that made something, or at which the task waits, yields or notes something.
fn programs_line(record: &Record) -> Option<Place> {
    match record.event {
        Event::Wait { .. } | Event::Defer { .. } | Event::Note { .. } => record.at.place(),
        event => event.made().filter(|at| !is_stds(at.file())),
    }
}

impl<W: Write + Send> Keeper for Story<W> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, place, spawn, turn, waits, wake};
    use kettle_events::{At, Cause, Effect, Id, Outcome, Resource};

    /// A run in virtual time whose main sleeps for two seconds.
    fn tea() -> Vec<Record> {
        let ((mut script, main), timer) = (Script::begun(true), Id::next());
        let due = Duration::from_secs(2);
        script.write(turn(1)).polls(main);
        script.write(Event::TimerAdd { timer, due, level: 1, slot: 31 });
        script.write(waits(Resource::Timer(timer))).returns(Outcome::Pending);
        script.task(None).write(Event::Advance { by: due, auto: true });
        script.at(2000).write(Event::TimerFire { timer, late: Duration::ZERO });
        script.write(wake(main, Cause::Timer, Effect::Queued(1)));
        script.write(turn(1)).polls(main).returns(Outcome::Ready);
        script.task(None).write(Event::RunEnd { tasks: 0, timers: 0, sources: 1 });
        script.records
    }

    #[test]
    fn the_last_line_says_what_recording_has_cost() {
        let mut records = tea();
        records[3].overhead = Duration::from_micros(20);
        records[9].overhead = Duration::from_micros(50);
        let mut out = Vec::new();
        Story::new(&mut out).record(&records);
        let text = String::from_utf8(out).unwrap();
        // 70 µs for 14 events.
        let last = "(Recording has delayed the thread by 0.000070 s, 5.0 µs an event. The times \
                    above include this.)";
        assert_eq!(text.lines().last(), Some(last));
    }

    #[test]
    fn the_story_adds_places_and_batches_make_no_difference() {
        let records = tea();
        let mut out = Vec::new();
        let mut story = Story::new(&mut out);
        story.record(&records[..3]);
        story.record(&records[3..]);
        let text = String::from_utf8(out).unwrap();
        for ((line, plain), record) in text.lines().zip(plain(&records).lines()).zip(&records) {
            let place = format!("  {}:{}", record.place.file(), record.place.line());
            assert!(line.starts_with(plain) && line.contains(&place), "{line}");
            assert!(!line.contains('\x1b'), "{line:?}");
        }
        assert_eq!(text.lines().count(), records.len());
    }

    #[test]
    fn the_programs_line_is_shown_where_something_is_made_or_waited_for() {
        let mut records = tea();
        let at = At::Call(place());
        records.iter_mut().filter(|record| record.task.is_some()).for_each(|record| record.at = at);
        let mut out = Vec::new();
        Story::new(&mut out).record(&records);
        let text = String::from_utf8(out).unwrap();
        let column = PLACE_COLUMN + 2 + ENGINE_WIDTH + 2;
        let with_programs_line: Vec<_> = text.lines().filter(|it| it.len() > column).collect();
        let [made, waits] = with_programs_line[..] else { panic!("{text}") };
        assert!(made.contains("main is made") && waits.contains("main waits"), "{text}");
        assert!(waits[column..].starts_with(file!()), "{text}");
        assert!(text.lines().all(|line| line == line.trim_end()), "{text}");
    }

    #[test]
    fn each_task_has_its_own_colour() {
        let (one, two) = (Id::next(), Id::next());
        let mut script = Script::new();
        script.write(spawn(one)).write(spawn(two));
        let wake = |task| wake(task, Cause::Runtime, Effect::Coalesced);
        script.write(wake(one)).write(wake(two)).write(wake(one));
        let mut out = Vec::new();
        Story::new(&mut out).colour(true).record(&script.records);
        let text = String::from_utf8(out).unwrap();
        let hues: Vec<_> = text.lines().map(|line| &line[..5]).collect();
        assert_eq!(hues[2..], [hues[0], hues[1], hues[0]]);
        assert_ne!(hues[0], hues[1]);
    }

    #[test]
    fn after_an_error_nothing_more_is_written() {
        struct Broken(u32);
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                self.0 += 1;
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut story = Story::new(Broken(0));
        story.record(&tea());
        story.record(&tea());
        assert_eq!(story.out.0, 1);
    }
}
