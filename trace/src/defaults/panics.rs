//! With which words did a task panic, and where?
//!
//! Only the panic hook gets a panic's message and its place; where the panic is caught, there is
//! only its value. So while a trace is written, a hook of ours notes both beside the events and
//! then calls the hook that was there before. (If a program sets its own hook without calling ours,
//! only the event of the panic is left.)
//!
//! A job panics on a thread of the pool, which records nothing, so the note goes to its runtime.
//!
//! Interface: [`note_panics`].
//!
//! Invariant: the memory for these texts is bounded, however often a program panics.

use std::collections::BTreeSet;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use kettle_events::{At, Event, is_recording, note};
use kettle_runtime::running_job;
use parking_lot::Mutex;

/// At most so many different texts are kept, since an event's text lives as long as the program.
const MOST: usize = 1_000;
/// How many characters of a message are noted.
const LONG: usize = 300;
/// Such a note begins with these words, by which page and story recognise it.
const PANICKED: &str = "panicked at ";

static TEXTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// From now on, the place and message of each panic are noted.
pub(crate) fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if let Some(text) = interned(text_of(info)) {
                note_here(text);
            }
            before(info);
        }));
    });
}

/// Adds a note to the record of the task or job that runs on this thread.
fn note_here(text: &'static str) {
    if is_recording() {
        return note(text);
    }
    if let Some((job, events)) = running_job().filter(|(_, events)| events.is_recorded()) {
        events.push(Event::Note { text }, Some(job), At::Unknown);
    }
}

/// The message on one line, since the story has a line for each event. A long one is cut, and gets
/// an ellipsis.
fn one_line(message: &str) -> String {
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
        text.push_str(&one_line(message));
    }
    text
}

/// The same text for as long as the program runs; `None` if there are too many.
fn interned(text: String) -> Option<&'static str> {
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
        assert_eq!(one_line("two\nlines"), "two lines");
        assert_eq!(one_line(&"ß".repeat(LONG)), "ß".repeat(LONG));
        assert_eq!(one_line(&"ß".repeat(LONG + 1)), "ß".repeat(LONG) + "…");
    }

    #[test]
    fn a_message_is_kept_once_and_there_are_only_so_many() {
        let one = interned("panicked at a.rs:1:1: one".to_owned()).unwrap();
        assert!(std::ptr::eq(one, interned(one.to_owned()).unwrap()));
        for number in 0..2 * MOST {
            interned(format!("panicked at a.rs:{number}:1: many"));
        }
        assert_eq!(TEXTS.lock().len(), MOST);
        assert!(interned(one.to_owned()).is_some(), "a known text is still given out");
    }
}
