//! What happens at a source of the operating system, in words?

use kettle_events::{Direction, Event, Tried};

use super::names::Names;
use super::say::{Count, Who, say};

/// False if it is no event of a source.
pub(super) fn of_a_source(text: &mut String, names: &mut Names, who: Who, event: &Event) -> bool {
    match *event {
        Event::SourceNew { source, what, ready, ends, .. } => {
            let ([near, far], name) = (ends.map(u64::from), names.source(source));
            match (what, near, far) {
                ("Process", child @ 1.., _) => {
                    say!(*text, who, " starts child process ", child, ": ", name);
                }
                ("ChildStdin" | "ChildStdout" | "ChildStderr", child, _) => {
                    say!(*text, name, ", a ", what, ", is of child process ", child);
                }
                // (Told when it is connected, after it was made.)
                ("UdpSocket", _, 1..) => say!(*text, name, ", a ", what, ", is connected"),
                _ => say!(*text, who, " makes ", name, ", a ", what),
            }
            match (what.starts_with("Tcp") || what.starts_with("Udp"), near, far) {
                (true, 1.., 0) => say!(*text, ", port ", near),
                (true, 1.., _) => say!(*text, ", port ", near, " to ", far),
                _ if ready == [false; 4] => {
                    say!(*text, ", not taken as ready until the system reports it");
                }
                _ => {}
            }
        }
        Event::SourceAdd { source, what } => {
            let name = names.source(source);
            say!(*text, name, ", a ", what, ", is registered with the system's selector");
        }
        Event::SourceTry { source, direction: Direction::Write, bytes: Some(0), .. } => {
            say!(*text, who, " shuts ", names.source(source), " down: it will write no more");
        }
        Event::SourceTry { source, direction, result, bytes } => {
            let name = names.source(source);
            say!(*text, who, " tries to ", verb(direction), " ", name, ": ");
            match (result, bytes) {
                (Tried::Done, Some(bytes)) => say!(*text, Count(bytes, "byte")),
                (Tried::Done, None) => say!(*text, "done"),
                (Tried::WouldBlock, _) => say!(*text, "it would block"),
                (Tried::Failed(kind), _) => say!(*text, "it fails: ", kind.to_string().as_str()),
            }
        }
        Event::SourceReady { source, mut ready, closed } => {
            say!(*text, "the selector reports ", names.source(source), ": ");
            ready[Direction::Priority as usize] &= !closed; // (at the end a wait for such data is over, too)
            let mut between = "";
            let words = ["readable", "writable", "priority data", "an error", "closed"];
            for (is, word) in ready.into_iter().chain([closed]).zip(words) {
                if is {
                    say!(*text, between, word);
                    between = ", ";
                }
            }
            if between.is_empty() {
                say!(*text, "nothing");
            }
        }
        Event::SourceClear { source, direction } => {
            let name = names.source(source);
            let nothing = match direction {
                Direction::Read => "nothing more to read",
                Direction::Write => "nothing more to write",
                Direction::Priority => "no more priority data",
                Direction::Error => "no more error",
            };
            say!(*text, name, " has ", nothing, " for now");
        }
        Event::SourceDrop { source } => {
            say!(*text, names.source(source), " is dropped");
        }
        Event::ChildEnd { child, code, signal } => {
            let how = if signal.is_some() { " by signal " } else { " with status " };
            let [child, number] = [child, signal.or(code).unwrap_or_default()].map(u64::from);
            say!(*text, "child process ", child, " ended", how, number);
        }
        _ => return false,
    }
    true
}

/// What a task tries, or waits to do.
pub(crate) fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "read",
        Direction::Write => "write",
        Direction::Priority => "read priority data of",
        Direction::Error => "fetch an error of",
    }
}
