//! Where is a check that does not come to its end?
//!
//! From outside one sees that a process works on and on, or rests, but not why. So the checker asks,
//! on the process's standard input, and a thread here answers: a runtime sleeps, and no wake has
//! come; or something is polled again and again; or neither, and then code of the answer was called
//! and has not returned. Then it also tells which case of a [`property`](crate::property) ran.
//!
//! Interface: [`listen`]; what it knows comes from [`step`], [`case`], [`if_it_hangs`] and the
//! runtimes' [`sink`]. Invariant: nothing is told without a question.

use std::env;
use std::io;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;

use kettle::trace::{self, Event, Record, Sink};

use crate::told::{IN_ONE, TRYING, report, status};

/// What the checker asks, a line each.
pub mod question {
    /// Each time that another second of processor time was used.
    pub const LOOK: &str = "look";
    /// So much was used that there won't be another question.
    pub const BUSY: &str = "busy";
    /// None was used for so long that there won't be another question.
    pub const STILL: &str = "still";
}

/// A right answer comes back, or at least to the next poll or case, long before the second look.
const PATIENCE: usize = 3;

/// Polls, and whatever a runtime did besides.
static STEPS: AtomicUsize = AtomicUsize::new(0);
/// The cases that were begun, and the last of them.
static CASE: Mutex<(usize, String)> = Mutex::new((0, String::new()));
/// Does the loop of a runtime sleep?
static ASLEEP: AtomicBool = AtomicBool::new(false);
/// What the check itself says of a hang.
static IF_IT_HANGS: Mutex<String> = Mutex::new(String::new());
const HELD: &str = "no panic while it is held";

/// Something went on.
pub(crate) fn step() {
    STEPS.fetch_add(1, Ordering::Relaxed);
}

/// The next case is `value`.
pub(crate) fn case(value: String) {
    let mut case = CASE.lock().expect(HELD);
    *case = (case.0 + 1, value);
}

/// The cases are over.
pub(crate) fn no_case() {
    case(String::new());
}

/// The check has said what it means if it hangs from here on.
pub(crate) fn if_it_hangs(words: &str) {
    words.clone_into(&mut IF_IT_HANGS.lock().expect(HELD));
}

/// From now on answers each question.
pub(crate) fn listen() {
    // Named as the doctor's own thread, which it passes over: a program that is otherwise alone in
    // its process is told with certainty that it hangs. A thread has its name when it runs.
    let (runs, is_running) = mpsc::channel();
    let listener = thread::Builder::new().name("kettle-doctor".to_owned()).spawn(move || {
        let _ = runs.send(());
        answer();
    });
    listener.expect("a thread");
    let _ = is_running.recv();
}

fn answer() -> ! {
    let (mut before, mut unchanged) = ((0, 0), 0);
    for line in io::stdin().lines().map_while(Result::ok) {
        let (number, value) = CASE.lock().expect(HELD).clone();
        let now = (STEPS.load(Ordering::Relaxed), number);
        let case = if value.is_empty() { value } else { format!("\nthe case that ran: {value}") };
        let hang = IF_IT_HANGS.lock().expect(HELD).clone();
        unchanged = if now == before { unchanged + 1 } else { 0 };
        match line.as_str() {
            question::LOOK if unchanged < PATIENCE => {}
            _ if IN_ONE.load(Ordering::SeqCst) && (now == before || line == question::STILL) => {
                report(status::NOT_JUDGED, IN_A_GAP)
            }
            question::STILL if ASLEEP.load(Ordering::Relaxed) || !hang.is_empty() => {
                report(status::HANGS, format!("{hang}{case}").trim())
            }
            question::STILL if cfg!(target_os = "linux") => {
                report(status::NO_RETURN, &format!("{RESTS}{case}"))
            }
            // Elsewhere we don't know whether it used the processor.
            question::STILL => {
                report(status::NO_RETURN, &format!("{RESTS}\nOr else: {WORKS}{case}"))
            }
            question::BUSY if now.1 != before.1 => report(
                status::WRONG,
                &format!("it is too slow: it was still at case {number}{case}"),
            ),
            question::BUSY if now.0 != before.0 => {
                let words =
                    format!("{} polls and turns were counted, and it still goes on{case}", now.0);
                report(status::SPINS, &words)
            }
            // (What the check says of a hang is about threads that sleep.)
            _ => report(status::NO_RETURN, &format!("{WORKS}{case}")),
        }
        before = now;
    }
    // The checker has been ended, and would not end a check that goes on and on.
    process::exit(1);
}

const RESTS: &str = "Its thread sleeps: in `std::thread::sleep` or `park`, at a lock that it already \
    holds, or at a channel of `std`. While other tasks are to run, a task may wait, but not its thread.";
const IN_A_GAP: &str = "Between two steps of one call another was made, on the same thread, and it didn't \
    return. If it waits, by spinning, for the first call to go on, both may be right.";
const WORKS: &str = "It works on and on: look for a loop whose condition never changes.";

/// What a runtime of kettle's gets for a sink: besides the doctor, if that is in, and of which
/// `KETTLE_TRACE` may ask for a replay.
pub(crate) fn kettles_sink() -> impl Sink {
    Eye::before(trace::default_sink)
}

/// The same for an engine with an answer in it. (The doctor asks the runtime things that only
/// kettle's own can tell.)
pub fn sink() -> Option<Box<dyn Sink>> {
    Some(Box::new(Eye::before(trace::from_env)))
}

/// Sees what a runtime does, and lets another sink see it, too.
struct Eye(Option<Box<dyn Sink>>);

impl Eye {
    fn before(other: fn() -> io::Result<Option<Box<dyn Sink>>>) -> Eye {
        // Of thousands of cases only the smallest one that fails is recorded: it is run again.
        let to_record = env::var_os("KETTLE_TRACE").is_some();
        if to_record && TRYING.load(Ordering::Relaxed) {
            return Eye(None);
        }
        Eye(other().expect("what the environment asks for"))
    }
}

impl Sink for Eye {
    fn record(&mut self, records: &[Record]) {
        for record in records {
            step();
            match record.event {
                Event::Park { .. } => ASLEEP.store(true, Ordering::Relaxed),
                Event::Unpark { .. } => ASLEEP.store(false, Ordering::Relaxed),
                _ => {}
            }
        }
        if let Some(next) = &mut self.0 {
            next.record(records);
        }
    }

    fn live(&self) -> bool {
        true
    }

    fn objection(&mut self) -> Option<String> {
        self.0.as_mut()?.objection()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;
    use crate::lock::{Mutex, with_gap};

    #[test]
    fn a_check_ends_with_its_checker_and_judges_no_hang_in_a_gap() {
        const LISTENS: &str = "KETTLE_TEST_LISTENS";
        let never = || -> () {
            listen();
            loop {
                thread::park();
            }
        };
        match env::var(LISTENS).as_deref() {
            Ok("in a gap") => _ = with_gap(1, never, || drop(Mutex::new(()).lock())),
            Ok(_) => never(),
            Err(_) => {}
        }
        let this = "asked::tests::a_check_ends_with_its_checker_and_judges_no_hang_in_a_gap";
        for (place, asks, ends) in [("nowhere", "", 1), ("in a gap", question::STILL, 9)] {
            let mut command = Command::new(env::current_exe().expect("this program"));
            command.args(["--exact", this]).env(LISTENS, place);
            command.stdin(Stdio::piped()).stdout(Stdio::null());
            let mut check = command.spawn().expect("it starts");
            write!(check.stdin.take().expect("a pipe"), "{asks}").expect("it listens");
            assert_eq!(check.wait().expect("an end").code(), Some(ends), "{place}");
        }
    }
}
