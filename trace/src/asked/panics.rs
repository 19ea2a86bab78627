//! With which words did a task panic, and where?
//!
//! Only the panic hook gets a panic's message and its place: where the panic is caught, there is
//! only its value. So while a trace is written, a hook notes both beside the events, and then
//! calls the one that was there. (A program that sets its own without calling ours has only the
//! panic's event.)
//!
//! A job panics on a thread of the pool, which records nothing: its runtime gets the note.
//!
//! Interface: [`note_panics`].
//!
//! Invariant: what is kept of such texts is bounded, however often a program panics.

use std::collections::BTreeSet;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use kettle_events::{At, Event, note, on};
use kettle_runtime::running_job;
use parking_lot::Mutex;

/// An event's text lives as long as the program: so many different ones are kept.
const MOST: usize = 1_000;
/// How many characters of a message are noted.
const LONG: usize = 300;
/// What such a note begins with: the page and the story know it by that.
const PANICKED: &str = "panicked at ";

static TEXTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// From now on what panics is noted with its place and its message.
pub(crate) fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if let Some(text) = kept(text_of(info)) {
                tell(text);
            }
            before(info);
        }));
    });
}

/// Writes it into the record of what runs on this thread: a task, or a job.
fn tell(text: &'static str) {
    if on() {
        return note(text);
    }
    if let Some((job, events)) = running_job().filter(|(_, events)| events.on()) {
        events.push(Event::Note { text }, Some(job), At::Unknown);
    }
}

/// On one line, since the story has a line for each event; of a long one the beginning, and a sign
/// that it goes on.
fn told(message: &str) -> String {
    let mut text: String =
        message.chars().take(LONG).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if message.chars().nth(LONG).is_some() {
        text.push('…');
    }
    text
}

fn text_of(info: &PanicHookInfo<'_>) -> String {
    let value = info.payload();
    let message = value.downcast_ref::<&str>().copied();
    let message = message.or_else(|| value.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("{PANICKED}{place}");
    if let Some(message) = message {
        text.push_str(": ");
        text.push_str(&told(message));
    }
    text
}

/// The same text for as long as the program runs; `None` if there are too many.
fn kept(text: String) -> Option<&'static str> {
    let mut texts = TEXTS.lock();
    if let Some(known) = texts.get(text.as_str()) {
        return Some(known);
    }
    if texts.len() >= MOST {
        return None;
    }
    let text: &'static str = text.leak();
    texts.insert(text);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_cut_says_so() {
        assert_eq!(told("two\nlines"), "two lines");
        assert_eq!(told(&"ß".repeat(LONG)), "ß".repeat(LONG));
        assert_eq!(told(&"ß".repeat(LONG + 1)), "ß".repeat(LONG) + "…");
    }

    #[test]
    fn a_message_is_kept_once_and_there_are_only_so_many() {
        let one = kept("panicked at a.rs:1:1: one".to_owned()).unwrap();
        assert!(std::ptr::eq(one, kept(one.to_owned()).unwrap()));
        for number in 0..2 * MOST {
            kept(format!("panicked at a.rs:{number}:1: many"));
        }
        assert_eq!(TEXTS.lock().len(), MOST);
        assert!(kept(one.to_owned()).is_some(), "what is known is told on");
    }
}
