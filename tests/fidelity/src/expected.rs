//! Which differences are expected?
//!
//! Those in `expected/`: a file for each program that does not do the same on both, named after it.
//! It begins with its reasons, a `# name: words` each, and goes on with the whole difference. The
//! files are written by hand, as the traces in `tests/golden/` are: there is no command for it. A
//! program without a file has to be equal, a program with one has to differ exactly so.
//!
//! Interface: [`expected`], [`REASONS`].

/// Why tokio and kettle differ somewhere.
pub struct Reason {
    /// Its name, in the files and in `docs/same-as-tokio.md`.
    pub name: &'static str,
    /// The program that shows it in `RECORDED.md`.
    pub shown_by: &'static str,
    /// The same program without the cause. It must be equal: else the reason is not the reason.
    pub without: &'static str,
}

/// All reasons there are.
pub const REASONS: &[Reason] = &[
    Reason { name: "yield", shown_by: "yields_of_three", without: "self_wakes_of_three" },
    Reason {
        name: "main",
        shown_by: "main_woken_before_a_task",
        without: "task_woken_before_a_task",
    },
    Reason {
        name: "urgent",
        shown_by: "wake_beside_a_due_timer",
        without: "wake_between_due_timers",
    },
    Reason { name: "first-try", shown_by: "read_of_what_is_there", without: "server" },
    Reason { name: "advance", shown_by: "advance_in_a_task", without: "sleep_over_two" },
    Reason { name: "self-abort", shown_by: "abort_itself", without: "abort_by_another" },
    Reason {
        name: "heir",
        shown_by: "channel_close_with_heir",
        without: "channel_close_with_room",
    },
    Reason { name: "local-set", shown_by: "local_set", without: "no_local_set" },
];

/// A difference that is expected.
pub struct Expected {
    /// The program.
    pub program: &'static str,
    /// The names of its reasons.
    pub reasons: Vec<&'static str>,
    /// The difference, as `diff::told` tells it.
    pub difference: String,
}

macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../expected/", $name, ".txt")))),*]
    };
}

/// All differences that are expected.
pub fn expected() -> Vec<Expected> {
    let files = files! {
        "abort_itself" "advance_in_a_task" "advance_over_two" "channel_close_with_heir" "echo"
        "local_set" "main_among_seventy" "main_woken_before_a_task" "mutex_three_hundred_times"
        "read_of_what_is_there" "sleeps_to_one_moment" "sleeps_to_one_moment_far_away"
        "socket_beside_a_deadline" "two_halves" "wake_beside_a_due_timer" "yields_of_main"
        "yields_of_three" "yields_of_two"
    };
    files.into_iter().map(|(program, text)| read(program, text)).collect()
}

fn read(program: &'static str, text: &'static str) -> Expected {
    let mut reasons = Vec::new();
    let mut difference = String::new();
    for line in text.lines() {
        match line.strip_prefix("# ") {
            // A line that goes on with the one before is indented.
            Some(words) if words.starts_with(' ') => {}
            Some(words) => {
                let (name, _) = words.split_once(": ").expect("a reason's name and its words");
                reasons.push(name);
            }
            None => difference = difference + line + "\n",
        }
    }
    assert!(!reasons.is_empty(), "{program} differs without a reason");
    Expected { program, reasons, difference }
}
