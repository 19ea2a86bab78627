//! What happens at a primitive of `sync`, in words?
//!
//! All of them report the same few acts; each kind has its own words for those that it knows, and an
//! act that a kind doesn't know is said in a general way.

use kettle_events::{Act, SyncKind, Units};

use super::say::{Count, Say, Who, say};
use crate::words::names::Name;

pub(super) fn made(
    text: &mut String,
    (who, name): (Who, Name),
    kind: SyncKind,
    (room, count): (Option<usize>, usize),
) {
    say!(*text, who, " makes ", name);
    match kind {
        SyncKind::Oneshot => say!(*text, ", for one value, once"),
        SyncKind::Mpsc | SyncKind::Broadcast => match room {
            Some(room) => say!(*text, ", with room for ", Count(room, "value")),
            None => say!(*text, ", without a limit"),
        },
        SyncKind::Semaphore => say!(*text, ", with ", Count(count, "permit")),
        SyncKind::Barrier => say!(*text, ", for ", Count(count, "task")),
        _ => {}
    }
}

pub(super) fn act(
    text: &mut String,
    (who, name): (Who, Name),
    (kind, act): (SyncKind, Act),
    (units, count): (Units, usize),
    part: bool,
) {
    match kind {
        _ if part => of_a_part(text, (who, name), kind, act, units),
        _ if act == Act::Refuse => refused(text, (who, name), kind, (units, count)),
        SyncKind::Mpsc | SyncKind::Oneshot => of_a_channel(text, (who, name), act, (units, count)),
        SyncKind::Mutex => of_a_mutex(text, (who, name), act, count),
        SyncKind::Semaphore => of_a_semaphore(text, (who, name), act, (units, count)),
        SyncKind::RwLock => of_a_rwlock(text, (who, name), act, units),
        SyncKind::Notify => of_a_notify(text, (who, name), act, (units, count)),
        SyncKind::Barrier if units == Units::All => {
            say!(*text, who, " comes to ", name, " as the last: all go on");
        }
        SyncKind::Barrier => {
            say!(*text, who, " comes to ", name, ": ", Count(count, "task"), " missing");
        }
        SyncKind::OnceCell | SyncKind::SetOnce => of_a_cell(text, (who, name), act),
        SyncKind::Watch | SyncKind::Broadcast => {
            of_news(text, (who, name), (kind, act), (units, count));
        }
        SyncKind::Pipe => of_a_pipe(text, (who, name), act, (units, count)),
        SyncKind::JoinSet => other(text, (who, name), act),
    }
}

/// Units that are taken already go from one guard to another.
fn of_a_part(text: &mut String, (who, name): (Who, Name), kind: SyncKind, act: Act, units: Units) {
    let some = Count(number(units), "permit");
    match act {
        Act::Release if kind == SyncKind::RwLock => {
            say!(*text, who, " no longer writes ", name, ", and still reads");
        }
        Act::Release => say!(*text, who, " merges ", some, " of ", name, " with others"),
        _ => say!(*text, who, " splits ", some, " of ", name, " off"),
    }
}

/// A call that does not wait got nothing.
fn refused(
    text: &mut String,
    (who, name): (Who, Name),
    kind: SyncKind,
    (units, count): (Units, usize),
) {
    let none = units == Units::Count(0);
    let is = match kind {
        SyncKind::Watch | SyncKind::Broadcast if !none => {
            return say!(*text, who, " finds no receiver at ", name);
        }
        SyncKind::Semaphore if !none => {
            say!(*text, who, " does not get ", Count(number(units), "permit"), " of ", name);
            return say!(*text, ", which has ", count, " free, and does not wait");
        }
        SyncKind::Semaphore => " closed",
        SyncKind::OnceCell | SyncKind::SetOnce if none => " set already",
        SyncKind::OnceCell => " being initialised",
        SyncKind::Mutex | SyncKind::RwLock => " taken, and does not wait",
        _ if none && count > 1 => " empty and closed: nothing is received",
        _ if none => " empty: nothing is received",
        _ if count > 0 => " full: nothing is sent",
        _ => " closed: nothing is sent",
    };
    say!(*text, who, " finds ", name, is);
}

fn of_a_channel(
    text: &mut String,
    (who, name): (Who, Name),
    act: Act,
    (units, count): (Units, usize),
) {
    let some = number(units);
    match act {
        Act::Put => say!(*text, who, " sends into ", name),
        Act::Get => say!(*text, who, " receives from ", name),
        Act::Take => return say!(*text, who, " reserves ", Count(some, "place"), " of ", name),
        Act::Release => {
            return say!(*text, who, " no longer reserves ", Count(some, "place"), " of ", name);
        }
        Act::Senders => return say!(*text, name, " now has ", Count(some, "sender")),
        Act::End => return say!(*text, name, " is closed: its last sender is gone"),
        Act::Close => return say!(*text, name, " is closed: by its receiver"),
        Act::Forget => {
            return say!(
                *text,
                name,
                " goes with its receiver, and ",
                Count(some, "value"),
                " in it"
            );
        }
        act => return other(text, (who, name), act),
    }
    say!(*text, ", which now holds ", Count(count, "value"));
}

fn of_a_mutex(text: &mut String, (who, name): (Who, Name), act: Act, count: usize) {
    match act {
        Act::Take => say!(*text, who, " takes ", name),
        Act::Release if count == 0 => say!(*text, who, " releases ", name, " to the first in line"),
        Act::Release => say!(*text, who, " releases ", name),
        Act::Put => say!(*text, who, " gives up its turn at ", name),
        act => other(text, (who, name), act),
    }
}

fn of_a_semaphore(
    text: &mut String,
    (who, name): (Who, Name),
    act: Act,
    (units, count): (Units, usize),
) {
    let some = Count(number(units), "permit");
    match act {
        Act::Take => say!(*text, who, " takes ", some, " of ", name),
        Act::Release => say!(*text, who, " gives ", some, " back to ", name),
        Act::Forget => say!(*text, who, " forgets ", some, " of ", name),
        Act::Put => say!(*text, who, " puts ", some, " into ", name),
        act => return other(text, (who, name), act),
    }
    say!(*text, ", which now has ", count, " free");
}

fn of_a_rwlock(text: &mut String, (who, name): (Who, Name), act: Act, units: Units) {
    let why = if units == Units::All { "write" } else { "read" };
    match act {
        Act::Take => say!(*text, who, " takes ", name, " to ", why),
        Act::Release => say!(*text, who, " releases ", name, ", taken to ", why),
        Act::Put => say!(*text, who, " gives up its turn at ", name),
        act => other(text, (who, name), act),
    }
}

fn of_a_notify(
    text: &mut String,
    (who, name): (Who, Name),
    act: Act,
    (units, count): (Units, usize),
) {
    match act {
        Act::Put if units == Units::All => say!(*text, who, " notifies all that wait for ", name),
        Act::Put if count > 0 => say!(*text, who, " leaves a notification in ", name),
        Act::Put => say!(*text, who, " notifies one that waits for ", name),
        Act::Get => say!(*text, who, " takes the notification that was left in ", name),
        act => other(text, (who, name), act),
    }
}

fn of_a_cell(text: &mut String, (who, name): (Who, Name), act: Act) {
    match act {
        Act::Take => say!(*text, who, " begins to initialise ", name),
        Act::Release => say!(*text, who, " has not initialised ", name, ": the next one may"),
        Act::Put => say!(*text, who, " sets ", name),
        act => other(text, (who, name), act),
    }
}

fn of_news(
    text: &mut String,
    (who, name): (Who, Name),
    (kind, act): (SyncKind, Act),
    (units, count): (Units, usize),
) {
    match act {
        Act::Put => say!(*text, who, " sends into ", name),
        Act::Get => say!(*text, who, " receives from ", name),
        Act::Forget if kind == SyncKind::Watch => {
            let some = Count(number(units), "value");
            return say!(*text, who, " has not seen ", some, " of ", name, ": newer ones came");
        }
        Act::Forget if units == Units::All => {
            say!(*text, who, " drops a receiver of ", name, ", and what only that had to read");
        }
        Act::Forget => {
            let some = Count(number(units), "value");
            return say!(*text, who, " has lagged, and missed ", some, " of ", name);
        }
        Act::Open => {
            let had = if number(units) > 1 { "" } else { ", which had no receiver" };
            return say!(*text, who, " subscribes to ", name, had);
        }
        Act::Close => {
            return say!(*text, who, " leaves ", name, " without receivers, or without senders");
        }
        act => return other(text, (who, name), act),
    }
    if kind == SyncKind::Broadcast {
        say!(*text, ", which now holds ", Count(count, "value"));
    }
}

fn of_a_pipe(
    text: &mut String,
    (who, name): (Who, Name),
    act: Act,
    (units, count): (Units, usize),
) {
    let some = Count(number(units), "byte");
    match act {
        Act::Put => say!(*text, who, " writes ", some, " into ", name),
        Act::Get => say!(*text, who, " reads ", some, " from ", name),
        act => return other(text, (who, name), act),
    }
    say!(*text, ", which now holds ", count);
}

fn other(text: &mut String, (who, name): (Who, Name), act: Act) {
    let what = match act {
        Act::Take => " takes ",
        Act::Release => " releases ",
        Act::Forget => " forgets ",
        Act::Put => " puts something into ",
        Act::Get => " gets something from ",
        Act::Close => " closes ",
        Act::Open => " opens ",
        Act::Senders => " changes the senders of ",
        Act::End => " ends ",
        Act::Refuse => " is refused by ",
    };
    say!(*text, who, what, name);
}

/// The end of "waits …".
pub(crate) fn awaited(text: &mut String, name: impl Say + Copy, kind: SyncKind, units: Units) {
    match kind {
        SyncKind::Mpsc | SyncKind::Oneshot => say!(*text, "for room in ", name),
        SyncKind::Mutex => say!(*text, "for ", name),
        SyncKind::Semaphore => say!(*text, "for ", Count(number(units), "permit"), " of ", name),
        SyncKind::RwLock => {
            let why = if units == Units::All { "write" } else { "read" };
            say!(*text, "to ", why, " ", name);
        }
        SyncKind::Notify => say!(*text, "to be notified by ", name),
        SyncKind::Barrier => say!(*text, "at ", name, " for the others"),
        SyncKind::OnceCell => say!(*text, "for ", name, " to be initialised"),
        SyncKind::SetOnce => say!(*text, "for ", name, " to be set"),
        SyncKind::Watch => say!(*text, "for a new value in ", name),
        SyncKind::Broadcast => say!(*text, "for a value in ", name),
        SyncKind::Pipe => {
            let what = if units == Units::All { "room" } else { "bytes" };
            say!(*text, "for ", what, " in ", name);
        }
        SyncKind::JoinSet => awaited_value(text, name, kind),
    }
}

/// The same for the one value, or for the next end in a set.
pub(crate) fn awaited_value(text: &mut String, name: impl Say + Copy, kind: SyncKind) {
    if kind == SyncKind::JoinSet {
        say!(*text, "for the next task of ", name, " to end");
    } else {
        say!(*text, "for a value in ", name);
    }
}

fn number(units: Units) -> usize {
    match units {
        Units::Count(units) => units as usize,
        Units::All => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::names::Family;

    const KINDS: [SyncKind; 13] = [
        SyncKind::Mpsc,
        SyncKind::Oneshot,
        SyncKind::Mutex,
        SyncKind::Semaphore,
        SyncKind::Notify,
        SyncKind::RwLock,
        SyncKind::Barrier,
        SyncKind::OnceCell,
        SyncKind::SetOnce,
        SyncKind::Watch,
        SyncKind::Broadcast,
        SyncKind::Pipe,
        SyncKind::JoinSet,
    ];

    const ACTS: [Act; 10] = [
        Act::Take,
        Act::Release,
        Act::Forget,
        Act::Put,
        Act::Get,
        Act::Close,
        Act::Open,
        Act::Senders,
        Act::End,
        Act::Refuse,
    ];

    fn told(kind: SyncKind, what: Act, units: Units, count: usize) -> String {
        let mut text = String::new();
        let name = Name { family: Family::Sync(kind), number: 2 };
        let task = Name { family: Family::Task, number: 1 };
        act(&mut text, (Who(Some(task)), name), (kind, what), (units, count), false);
        text
    }

    #[test]
    fn each_act_of_each_kind_is_a_sentence_about_the_task_and_the_primitive() {
        for kind in KINDS {
            let name = Name { family: Family::Sync(kind), number: 2 }.to_string();
            for what in ACTS {
                for units in [Units::Count(1), Units::All] {
                    let told = told(kind, what, units, 0);
                    let begins = told.starts_with("task 1 ") || told.starts_with(&name);
                    assert!(begins && told.contains(&name), "{told}");
                }
            }
        }
    }

    #[test]
    fn what_is_counted_is_told() {
        let semaphore = told(SyncKind::Semaphore, Act::Take, Units::Count(2), 1);
        assert_eq!(semaphore, "task 1 takes 2 permits of semaphore 2, which now has 1 free");
        let channel = told(SyncKind::Mpsc, Act::Put, Units::Count(1), 3);
        assert_eq!(channel, "task 1 sends into channel 2, which now holds 3 values");
        let channel = told(SyncKind::Mpsc, Act::Senders, Units::Count(1), 3);
        assert_eq!(channel, "channel 2 now has 1 sender");
        let lock = told(SyncKind::Mutex, Act::Release, Units::All, 0);
        assert_eq!(lock, "task 1 releases lock 2 to the first in line");
        let lock = told(SyncKind::RwLock, Act::Release, Units::All, 9);
        assert_eq!(lock, "task 1 releases rwlock 2, taken to write");
        let notify = told(SyncKind::Notify, Act::Put, Units::Count(1), 1);
        assert_eq!(notify, "task 1 leaves a notification in notify 2");
        let barrier = told(SyncKind::Barrier, Act::Put, Units::Count(1), 2);
        assert_eq!(barrier, "task 1 comes to barrier 2: 2 tasks missing");
        let watch = told(SyncKind::Watch, Act::Open, Units::Count(1), 1);
        assert_eq!(watch, "task 1 subscribes to watch 2, which had no receiver");
        let watch = told(SyncKind::Watch, Act::Close, Units::All, 1);
        assert_eq!(watch, "task 1 leaves watch 2 without receivers, or without senders");
        let pipe = told(SyncKind::Pipe, Act::Put, Units::Count(3), 7);
        assert_eq!(pipe, "task 1 writes 3 bytes into pipe 2, which now holds 7");
    }
}
