//! How do the message and the place of a panic get into a trace?
//!
//! Only a panic hook gets both of them. So if a trace is written, [`note_panics`] installs a hook
//! that records a note with both, and then calls the hook that was there before. (If the program
//! later sets its own hook and doesn't call this one, the trace has only the event of the panic.)
//!
//! A blocking job panics on a thread of the pool, which records nothing itself, so its note goes to
//! its runtime.
//!
//! Invariant: the memory for these texts is bounded, however often a program panics.

use std::collections::BTreeSet;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use kettle_events::{At, Event, is_recording, note};
use kettle_runtime::running_job;
use parking_lot::Mutex;

/// How many different texts are stored at most: an event's text lives as long as the program.
const MAX_TEXTS: usize = 1_000;
/// How many characters of a message are noted.
const MAX_LENGTH: usize = 300;
/// The beginning of such a note, by which page and story recognise it.
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

/// The message as one line, since the story has a line for each event. A message that is too long
/// is cut, and gets an ellipsis.
fn one_line(message: &str) -> String {
    let mut text: String =
        message.chars().take(MAX_LENGTH).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if message.chars().nth(MAX_LENGTH).is_some() {
        text.push('…');
    }
    text
}

fn text_of(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("{PANICKED}{place}");
    if let Some(message) = info.payload_as_str() {
        text.push_str(": ");
        text.push_str(&one_line(message));
    }
    text
}

/// The text with a lifetime of the whole program; `None` if there are too many texts.
fn interned(text: String) -> Option<&'static str> {
    let mut texts = TEXTS.lock();
    if let Some(known) = texts.get(text.as_str()) {
        return Some(known);
    }
    if texts.len() >= MAX_TEXTS {
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
        assert_eq!(one_line(&"ß".repeat(MAX_LENGTH)), "ß".repeat(MAX_LENGTH));
        assert_eq!(one_line(&"ß".repeat(MAX_LENGTH + 1)), "ß".repeat(MAX_LENGTH) + "…");
    }

    #[test]
    fn a_text_is_stored_once_and_the_number_of_texts_is_limited() {
        let one = interned("panicked at a.rs:1:1: one".to_owned()).unwrap();
        assert!(std::ptr::eq(one, interned(one.to_owned()).unwrap()));
        for number in 0..2 * MAX_TEXTS {
            interned(format!("panicked at a.rs:{number}:1: many"));
        }
        assert_eq!(TEXTS.lock().len(), MAX_TEXTS);
        assert!(interned(one.to_owned()).is_some(), "a known text is still given out");
    }
}
