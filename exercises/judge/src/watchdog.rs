//! What ends a check that doesn't end by itself?
//!
//! A second thread, which [`watch`] starts. Twice a second it looks whether the check has made
//! progress: a poll ([`step`]), an event of a runtime ([`sink`]), a case of a property ([`case`]).
//! Without progress, a check that only sleeps hangs, and one that only works never returns. A check
//! that makes progress without end is a busy loop. What counts is the time for which a check
//! worked, where the system tells it (Linux), so that a loaded machine changes nothing.

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use kettle::trace::{self, Event, Record, Sink};

use crate::protocol::status;
use crate::report::{TRYING, report};
use crate::threads::TaskState;

/// How often the watchdog looks.
const LOOK: Duration = Duration::from_millis(500);
/// A check that sleeps for so long without progress hangs.
const MAX_ASLEEP: Duration = Duration::from_secs(3);
/// One that works for so long without progress never returns.
const MAX_BUSY: Duration = Duration::from_secs(6);
/// One that works for so long in all is a busy loop. (A right answer takes milliseconds.)
const MAX_IN_ALL: Duration = Duration::from_mins(1);

/// Polls, and the events of runtimes.
static STEPS: AtomicUsize = AtomicUsize::new(0);
/// How many cases of properties were begun or ended, and the one that is being tried.
static CASES: AtomicUsize = AtomicUsize::new(0);
static CASE: Mutex<String> = Mutex::new(String::new());
/// Does the loop of a runtime sleep?
static IS_PARKED: AtomicBool = AtomicBool::new(false);
/// The check's own explanation of a hang.
static IF_IT_HANGS: Mutex<String> = Mutex::new(String::new());
const HELD: &str = "no panic while it is held";

/// Counts a poll or an event.
pub(crate) fn step() {
    STEPS.fetch_add(1, Ordering::Relaxed);
}

/// The next case is `value`.
pub(crate) fn case(value: String) {
    *CASE.lock().expect(HELD) = value;
    CASES.fetch_add(1, Ordering::Relaxed);
}

/// The cases are over.
pub(crate) fn no_case() {
    case(String::new());
}

/// Sets the explanation of a hang from here on.
pub(crate) fn if_it_hangs(words: &str) {
    words.clone_into(&mut IF_IT_HANGS.lock().expect(HELD));
}

/// From now on, ends the process of a check that hangs, never returns or is a busy loop.
pub(crate) fn watch() {
    // It has the name of the doctor's own thread, which the doctor ignores. So the doctor still
    // knows for certain that a program without further threads hangs.
    let watchdog = thread::Builder::new().name("kettle-doctor".to_owned());
    watchdog.spawn(look_now_and_then).expect("a thread");
}

fn look_now_and_then() {
    let (mut progress_before, mut worked_before) = ((0, 0), Duration::ZERO);
    let (mut asleep, mut busy) = (Duration::ZERO, Duration::ZERO);
    loop {
        thread::sleep(LOOK);
        let case = CASE.lock().expect(HELD).clone();
        let steps = STEPS.load(Ordering::Relaxed);
        let progress = (steps, CASES.load(Ordering::Relaxed));
        if progress != progress_before {
            (asleep, busy) = (Duration::ZERO, Duration::ZERO);
        }
        progress_before = progress;
        let measured = TaskState::read(Path::new("/proc/self"));
        let (worked, sleeps) = match &measured {
            Some(state) => (Duration::from_millis(10 * state.ticks), !is_another_ready()),
            // Where the system doesn't say, only a parked runtime is known to sleep.
            None if IS_PARKED.load(Ordering::Relaxed) => (worked_before, true),
            None => (worked_before + LOOK, false),
        };
        let work = worked.saturating_sub(worked_before);
        worked_before = worked;
        if sleeps && work < LOOK / 20 {
            asleep += LOOK;
        } else {
            asleep = Duration::ZERO;
            busy += work;
        }
        let case = if case.is_empty() { case } else { format!("\nin the case {case}") };
        if asleep >= MAX_ASLEEP {
            end_asleep(&case);
        } else if busy >= MAX_BUSY {
            let words = if measured.is_some() { WORKS.to_owned() } else { works_or_hangs() };
            report(status::NO_RETURN, &format!("{words}{case}"));
        } else if worked >= MAX_IN_ALL {
            let words = format!("{steps} polls and turns, and it still goes on{case}");
            report(status::SPINS, &words);
        }
    }
}

/// Ends a check that sleeps: it hangs if that is known to be the runtime's sleep, or explained.
fn end_asleep(case: &str) -> ! {
    let explanation = IF_IT_HANGS.lock().expect(HELD).clone();
    if IS_PARKED.load(Ordering::Relaxed) || !explanation.is_empty() {
        report(status::HANGS, format!("{explanation}{case}").trim())
    }
    report(status::NO_RETURN, &format!("{RESTS}{case}"))
}

/// What to say where the system doesn't tell work from sleep.
fn works_or_hangs() -> String {
    let explanation = IF_IT_HANGS.lock().expect(HELD).clone();
    let hangs = if explanation.is_empty() { "" } else { &format!(" If it hangs: {explanation}") };
    format!("{WORKS} Or: {RESTS}{hangs}")
}

/// Does a thread besides this one work, or wait for a processor?
fn is_another_ready() -> bool {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let states = threads.filter_map(|thread| TaskState::read(&thread.path()));
    states.filter(|state| state.letter == 'R').count() > 1
}

const RESTS: &str = "The thread itself sleeps: in `std::thread::sleep` or `park`, at a lock that it \
    already holds, or at a channel of `std`. A task may wait, but its thread has other tasks to run.";
const WORKS: &str = "It never stops working: look for a loop whose condition never changes.";

/// The sink for a runtime of kettle's: it counts events, and passes them to the doctor and, if
/// `KETTLE_TRACE` is set, to the recorder.
pub(crate) fn sink_with_doctor() -> impl Sink {
    CountingSink::before(trace::default_sink)
}

/// The sink for an engine with an answer in it. (It has no doctor, whose questions only kettle's
/// own engine can answer.)
pub fn sink() -> Option<Box<dyn Sink>> {
    Some(Box::new(CountingSink::before(trace::from_env)))
}

/// Counts a runtime's events as steps, and passes them to the next sink.
struct CountingSink {
    next: Option<Box<dyn Sink>>,
}

impl CountingSink {
    fn before(make_next: fn() -> io::Result<Option<Box<dyn Sink>>>) -> CountingSink {
        // Of thousands of cases, only the smallest one that fails is recorded, when it runs again.
        if env::var_os("KETTLE_TRACE").is_some() && TRYING.load(Ordering::Relaxed) {
            return CountingSink { next: None };
        }
        CountingSink { next: make_next().expect("what the environment asks for") }
    }
}

impl Sink for CountingSink {
    fn record(&mut self, records: &[Record]) {
        for record in records {
            step();
            match record.event {
                Event::Park { .. } => IS_PARKED.store(true, Ordering::Relaxed),
                Event::Unpark { .. } => IS_PARKED.store(false, Ordering::Relaxed),
                _ => {}
            }
        }
        if let Some(next) = &mut self.next {
            next.record(records);
        }
    }

    fn live(&self) -> bool {
        true
    }

    fn veto(&mut self) -> Option<String> {
        self.next.as_mut()?.veto()
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_hang_is_explained_where_the_system_cannot_tell_it_from_work() {
        if_it_hangs("it waits for tea");
        let words = works_or_hangs();
        assert!([WORKS, RESTS, "it waits for tea"].iter().all(|it| words.contains(it)), "{words}");
    }

    /// It starts its own program as a process that does nothing, or works without end.
    #[test]
    fn a_check_without_progress_is_ended() {
        const DOES: &str = "KETTLE_TEST_DOES";
        match env::var(DOES).as_deref() {
            Ok("nothing") => {
                if_it_hangs("it waits for tea");
                watch();
                loop {
                    thread::park();
                }
            }
            Ok(_) => {
                watch();
                loop {
                    std::hint::spin_loop();
                }
            }
            Err(_) => {}
        }
        let hangs = if cfg!(target_os = "linux") { status::HANGS } else { status::NO_RETURN };
        let this = "watchdog::tests::a_check_without_progress_is_ended";
        for (does, ends) in [("nothing", hangs), ("work", status::NO_RETURN)] {
            let mut command = Command::new(env::current_exe().expect("this program"));
            command.args(["--exact", this]).env(DOES, does).stdout(Stdio::null());
            let ended = command.status().expect("it starts");
            assert_eq!(ended.code(), Some(i32::from(ends)), "{does}");
        }
    }
}
