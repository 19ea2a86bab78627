//! Which sentence does an event of a primitive of `sync` get?
//!
//! All kinds of primitives record the same few acts. Each kind has its own template for the acts
//! that it uses; for all others there are general templates. `"@ takes #permit of $, which now has
//! % free"` becomes "task 1 takes 2 permits of semaphore 1, which now has 3 free": in a template,
//! `@` stands for who does it, `$` for the primitive, `#permit` for the number of units with the
//! noun "permit", and `%` for what the primitive counts afterwards.
//!
//! Interface: [`template_of_new`] is for a new primitive, [`template`] for an act, and
//! [`split_or_merge`] for an act between two guards; [`fill`] writes a template as a sentence.
//! [`write_awaited`] and [`write_awaited_value`] write what follows "waits". Elsewhere: the other
//! events (`sentences.rs`, `loop_words.rs`).

use std::fmt::Display;

use kettle_events::{Act, SyncKind, Units};

use super::say::{Count, Who, say};
use super::text::{Out, raw};

/// The template for a new primitive. Its units are its room, and it counts what is in it.
pub(super) fn template_of_new(kind: SyncKind, room: Option<usize>) -> &'static str {
    match kind {
        SyncKind::Oneshot => "@ makes $, for one value, once",
        SyncKind::Mpsc | SyncKind::Broadcast if room.is_some() => "@ makes $, with room for #value",
        SyncKind::Mpsc | SyncKind::Broadcast => "@ makes $, without a limit",
        SyncKind::Semaphore => "@ makes $, with %permit",
        SyncKind::Barrier => "@ makes $, for %task",
        _ => "@ makes $",
    }
}

/// The template for an act that moves units from one guard to another.
pub(super) fn split_or_merge(kind: SyncKind, act: Act) -> &'static str {
    match (act, kind) {
        (Act::Release, SyncKind::RwLock) => "@ no longer writes $, and still reads",
        (Act::Release, _) => "@ merges #permit of $ with others",
        _ => "@ splits #permit of $ off",
    }
}

/// The template for any other act.
pub(super) fn template(kind: SyncKind, act: Act, units: Units, count: usize) -> &'static str {
    use SyncKind::{Barrier, Broadcast, Mpsc, Mutex, Notify, OnceCell, Oneshot, Pipe, RwLock};
    use SyncKind::{Semaphore, SetOnce, Watch};
    let is_all = units == Units::All;
    match (kind, act) {
        (_, Act::Refuse) => refused(kind, units, count),
        (Mpsc | Oneshot | Broadcast, Act::Put) => "@ sends into $, which now holds %value",
        (Mpsc | Oneshot | Broadcast, Act::Get) => "@ receives from $, which now holds %value",
        (Mpsc | Oneshot, Act::Take) => "@ reserves #place of $",
        (Mpsc | Oneshot, Act::Release) => "@ no longer reserves #place of $",
        (Mpsc | Oneshot, Act::Senders) => "$ now has #sender",
        (Mpsc | Oneshot, Act::End) => "$ is closed: its last sender is gone",
        (Mpsc | Oneshot, Act::Close) => "$ is closed: by its receiver",
        (Mpsc | Oneshot, Act::Forget) => "$ goes with its receiver, and #value in it",
        (Mutex, Act::Release) if count == 0 => "@ releases $ to the first in line",
        (Mutex | RwLock, Act::Put) => "@ gives up its turn at $",
        (Semaphore, Act::Take) => "@ takes #permit of $, which now has % free",
        (Semaphore, Act::Release) => "@ gives #permit back to $, which now has % free",
        (Semaphore, Act::Forget) => "@ forgets #permit of $, which now has % free",
        (Semaphore, Act::Put) => "@ puts #permit into $, which now has % free",
        (RwLock, Act::Take) if is_all => "@ takes $ to write",
        (RwLock, Act::Take) => "@ takes $ to read",
        (RwLock, Act::Release) if is_all => "@ releases $, taken to write",
        (RwLock, Act::Release) => "@ releases $, taken to read",
        (Notify, Act::Put) if is_all => "@ notifies all that wait for $",
        (Notify, Act::Put) if count > 0 => "@ leaves a notification in $",
        (Notify, Act::Put) => "@ notifies one that waits for $",
        (Notify, Act::Get) => "@ takes the notification that was left in $",
        (Barrier, _) if is_all => "@ comes to $ as the last: all go on",
        (Barrier, _) => "@ comes to $: %task missing",
        (OnceCell | SetOnce, Act::Take) => "@ begins to initialise $",
        (OnceCell | SetOnce, Act::Release) => "@ has not initialised $: the next one may",
        (OnceCell | SetOnce, Act::Put) => "@ sets $",
        (Watch, Act::Put) => "@ sends into $",
        (Watch, Act::Get) => "@ receives from $",
        (Watch, Act::Forget) => "@ has not seen #value of $: newer ones came",
        (Broadcast, Act::Forget) if is_all => {
            "@ drops a receiver of $, and what only that had to read, which now holds %value"
        }
        (Broadcast, Act::Forget) => "@ has lagged, and missed #value of $",
        (Watch | Broadcast, Act::Open) if number(units) > 1 => "@ subscribes to $",
        (Watch | Broadcast, Act::Open) => "@ subscribes to $, which had no receiver",
        (Watch | Broadcast, Act::Close) => "@ leaves $ without receivers, or without senders",
        (Pipe, Act::Put) => "@ writes #byte into $, which now holds %",
        (Pipe, Act::Get) => "@ reads #byte from $, which now holds %",
        (_, act) => general_template(act),
    }
}

/// The template for a call, such as `try_lock`, that doesn't wait and got nothing. [`Act::Refuse`]
/// explains what `units` and `count` then mean.
fn refused(kind: SyncKind, units: Units, count: usize) -> &'static str {
    let is_0_units = units == Units::Count(0);
    match kind {
        SyncKind::Watch | SyncKind::Broadcast if !is_0_units => "@ finds no receiver at $",
        SyncKind::Semaphore if is_0_units => "@ finds $ closed",
        SyncKind::Semaphore => "@ does not get #permit of $, which has % free, and does not wait",
        SyncKind::OnceCell | SyncKind::SetOnce if is_0_units => "@ finds $ set already",
        SyncKind::OnceCell => "@ finds $ being initialised",
        SyncKind::Mutex | SyncKind::RwLock => "@ finds $ taken, and does not wait",
        _ if is_0_units && count > 1 => "@ finds $ empty and closed: nothing is received",
        _ if is_0_units => "@ finds $ empty: nothing is received",
        _ if count > 0 => "@ finds $ full: nothing is sent",
        _ => "@ finds $ closed: nothing is sent",
    }
}

fn general_template(act: Act) -> &'static str {
    match act {
        Act::Take => "@ takes $",
        Act::Release => "@ releases $",
        Act::Forget => "@ forgets $",
        Act::Put => "@ puts something into $",
        Act::Get => "@ gets something from $",
        Act::Close => "@ closes $",
        Act::Open => "@ opens $",
        Act::Senders => "@ changes the senders of $",
        Act::End => "@ ends $",
        Act::Refuse => "@ is refused by $",
    }
}

/// What follows "waits", for a wait in line.
pub(crate) fn write_awaited(text: &mut Out, name: &dyn Display, kind: SyncKind, units: Units) {
    let template = match kind {
        SyncKind::Mpsc | SyncKind::Oneshot => "for room in $",
        SyncKind::Mutex => "for $",
        SyncKind::Semaphore => "for #permit of $",
        SyncKind::RwLock if units == Units::All => "to write $",
        SyncKind::RwLock => "to read $",
        SyncKind::Notify => "to be notified by $",
        SyncKind::Barrier => "at $ for the others",
        SyncKind::OnceCell => "for $ to be initialised",
        SyncKind::SetOnce => "for $ to be set",
        SyncKind::Watch => "for a new value in $",
        SyncKind::Pipe if units == Units::All => "for room in $",
        SyncKind::Pipe => "for bytes in $",
        SyncKind::Broadcast | SyncKind::JoinSet => return write_awaited_value(text, name, kind),
    };
    fill(text, template, &Marks { who: Who(None), name, units: number(units), count: 0 });
}

/// What follows "waits", for a wait for a value, or for the next task of a set to end.
pub(crate) fn write_awaited_value(text: &mut Out, name: &dyn Display, kind: SyncKind) {
    let is_set = kind == SyncKind::JoinSet;
    let template = if is_set { "for the next task of $ to end" } else { "for a value in $" };
    fill(text, template, &Marks { who: Who(None), name, units: 0, count: 0 });
}

/// What the marks of a template stand for.
pub(super) struct Marks<'a> {
    pub(super) who: Who,
    pub(super) name: &'a dyn Display,
    pub(super) units: usize,
    pub(super) count: usize,
}

/// Writes a template with its marks replaced.
pub(super) fn fill(text: &mut Out, template: &'static str, marks: &Marks<'_>) {
    let mut rest = template;
    while let Some(at) = rest.find(['@', '$', '#', '%']) {
        raw(text, &rest[..at]);
        let (mark, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = after;
        match mark {
            b'@' => say!(text, "{}", marks.who),
            b'$' => say!(text, "{}", marks.name),
            b'#' => rest = fill_number(text, marks.units, after),
            _ => rest = fill_number(text, marks.count, after),
        }
    }
    raw(text, rest);
}

/// Writes a number with the noun that `after` begins with, if it does. Returns what follows that.
fn fill_number(text: &mut Out, number: usize, after: &'static str) -> &'static str {
    let noun_end = after.find(|end: char| !end.is_ascii_lowercase()).unwrap_or(after.len());
    let (noun, rest) = after.split_at(noun_end);
    match noun {
        "" => say!(text, "{number}"),
        _ => say!(text, "{}", Count(number, noun)),
    }
    rest
}

/// The number of units; 0 for `All`.
pub(crate) fn number(units: Units) -> usize {
    match units {
        Units::Count(units) => units as usize,
        Units::All => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::names::{Family, Name};

    fn words(kind: SyncKind, what: Act, units: Units, count: usize) -> String {
        let (mut text, name) = (Out::new(), &Name { family: Family::Sync(kind), number: 2 });
        let who = Who(Some(Name { family: Family::Task, number: 1 }));
        let marks = Marks { who, name, units: number(units), count };
        fill(&mut text, template(kind, what, units, count), &marks);
        text.into_string().unwrap()
    }

    #[test]
    fn a_sentence_says_what_the_primitive_counts() {
        let semaphore = words(SyncKind::Semaphore, Act::Take, Units::Count(2), 1);
        assert_eq!(semaphore, "task 1 takes 2 permits of semaphore 2, which now has 1 free");
        let channel = words(SyncKind::Mpsc, Act::Put, Units::Count(1), 3);
        assert_eq!(channel, "task 1 sends into channel 2, which now holds 3 values");
        let lock = words(SyncKind::Mutex, Act::Release, Units::All, 0);
        assert_eq!(lock, "task 1 releases lock 2 to the first in line");
        let pipe = words(SyncKind::Pipe, Act::Put, Units::Count(3), 7);
        assert_eq!(pipe, "task 1 writes 3 bytes into pipe 2, which now holds 7");
    }
}
