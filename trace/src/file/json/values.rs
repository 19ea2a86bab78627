//! How is a value of the state written?
//!
//! As in the events: names, places and what is awaited look the same. A field begins with a comma, and
//! [`Entry::end`] takes away the first.
//!
//! Not here: which values are written (`entry.rs`).

use kettle_events::Place;

use super::entry::Entry;
use super::fields::Fields;
use super::words::deferral_word;
use crate::fold::{Awaited, Who};
use crate::words::names::Name;
use crate::words::text as json;
use crate::words::text::field;

impl Entry<'_> {
    pub(super) fn fields(&mut self) -> Fields<'_> {
        Fields { out: self.out, names: self.names }
    }

    /// `"tasks","task 1",{`; gives where its fields begin.
    pub(super) fn begin(&mut self, table: &str, name: Name) -> usize {
        json::word(self.out, table);
        self.out.push(b',');
        self.fields().name(|_| name);
        json::raw(self.out, ",{");
        self.out.len()
    }

    /// Closes the object that was opened at `open`. Each of its fields has a comma before it.
    pub(super) fn end(&mut self, open: usize) {
        if self.out.len() > open {
            self.out.remove(open);
        }
        self.out.push(b'}');
    }

    /// `"timers","timer 1","rings"`
    pub(super) fn gone(&mut self, table: &str, name: Name, how: &str) {
        json::word(self.out, table);
        self.out.push(b',');
        self.fields().name(|_| name);
        self.out.push(b',');
        json::word(self.out, how);
    }

    pub(super) fn flag(&mut self, key: &str, was: bool, now: bool) {
        if was != now {
            self.fields().flag(key, now);
        }
    }

    pub(super) fn place(&mut self, key: &str, was: Option<Place>, now: Option<Place>) {
        let Some(now) = now.filter(|now| was.is_none_or(|was| !std::ptr::eq(was, *now))) else {
            return;
        };
        // The event that came with it has named its file.
        let number = self.sources.meet(now, &mut Vec::new());
        Fields { out: self.out, names: self.names }.place(key, self.sources.shown(number).column());
    }

    pub(super) fn word_or_null(&mut self, key: &str, word: Option<&str>) {
        if let Some(word) = word {
            self.fields().word(key, word);
        } else {
            json::raw(self.out, key);
            json::raw(self.out, "null");
        }
    }

    pub(super) fn name_or_null(&mut self, key: &str, who: Option<Who>) {
        json::raw(self.out, key);
        match who {
            Some(who) => self.who(who),
            None => json::raw(self.out, "null"),
        }
    }

    pub(super) fn who(&mut self, who: Who) {
        match who {
            Who::Task(id) => drop(self.fields().name(|names| names.task(id))),
            Who::Unknown => json::word(self.out, "somebody"),
        }
    }

    pub(super) fn list(&mut self, key: &str, all: impl Iterator<Item = Who>) {
        json::raw(self.out, key);
        self.out.push(b'[');
        for (number, who) in all.enumerate() {
            if number > 0 {
                self.out.push(b',');
            }
            self.who(who);
        }
        self.out.push(b']');
    }

    pub(super) fn waits(&mut self, waits: &[Awaited]) {
        json::raw(self.out, field!("waits"));
        self.awaited(waits.iter().copied());
    }

    pub(super) fn awaited(&mut self, all: impl Iterator<Item = Awaited>) {
        self.out.push(b'[');
        for (number, awaited) in all.enumerate() {
            if number > 0 {
                self.out.push(b',');
            }
            match awaited {
                Awaited::On(on) => drop(self.fields().resource(on)),
                Awaited::Deferred(why) => {
                    json::raw(self.out, "{\"deferred\":");
                    json::word(self.out, deferral_word(why));
                    self.out.push(b'}');
                }
            }
        }
        self.out.push(b']');
    }
}
