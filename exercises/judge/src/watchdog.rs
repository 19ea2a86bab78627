//! What ends a check that doesn't end by itself?
//!
//! A second thread. Twice a second it looks whether the check has made progress: a poll, an event
//! of a runtime, a case of a [`property`](crate::property). Without progress, a check that only
//! sleeps hangs, and one that only works never returns. A check that makes progress without end is
//! a busy loop.
//!
//! Interface: [`watch`]; what it knows comes from [`step`], [`case`], [`if_it_hangs`] and the
//! runtimes' [`sink`]. Invariant: time that the process doesn't get on a loaded machine counts for
//! nothing, where the system tells how much it got (Linux).

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
use crate::threads::state;

/// How often the watchdog looks.
const LOOK: Duration = Duration::from_millis(500);
/// A check that sleeps for so long without progress hangs.
const ASLEEP_FOR: Duration = Duration::from_secs(3);
/// One that uses so much of the processor without progress never returns.
const BUSY_FOR: Duration = Duration::from_secs(6);
/// One that uses so much in all is a busy loop. (A right answer takes milliseconds.)
const IN_ALL: Duration = Duration::from_mins(1);

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

/// From now on ends the process if nothing comes of the check.
pub(crate) fn watch() {
    // It has the name of the doctor's own thread, which the doctor ignores. So the doctor still
    // knows for certain that a program without further threads hangs.
    let watchdog = thread::Builder::new().name("kettle-doctor".to_owned());
    watchdog.spawn(look_now_and_then).expect("a thread");
}

fn look_now_and_then() {
    let (mut before, mut used_before) = ((0, 0), Duration::ZERO);
    let (mut asleep, mut busy, mut in_all) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    loop {
        thread::sleep(LOOK);
        let (case, value) = CASE.lock().expect(HELD).clone();
        let now = (STEPS.load(Ordering::Relaxed), case);
        let used =
            state(Path::new("/proc/self")).map(|(_, ticks)| Duration::from_millis(ticks * 10));
        let stat = used.map(|used| (used, !is_another_ready()));
        // Where the system doesn't say, only a parked runtime is known to sleep.
        let (used, sleeps) = stat.unwrap_or_else(|| {
            let sleeps = ASLEEP.load(Ordering::Relaxed);
            (used_before + if sleeps { Duration::ZERO } else { LOOK }, sleeps)
        });
        let works = used.saturating_sub(used_before);
        used_before = used;
        if now != before {
            (asleep, busy) = (Duration::ZERO, Duration::ZERO);
        }
        if sleeps && works < LOOK / 20 {
            asleep += LOOK;
        } else {
            asleep = Duration::ZERO;
            busy += works;
        }
        in_all += works;
        before = now;
        let case = if value.is_empty() { value } else { format!("\nin the case {value}") };
        if asleep >= ASLEEP_FOR {
            end_asleep(&case);
        } else if busy >= BUSY_FOR {
            let words = if stat.is_some() { WORKS.to_owned() } else { works_or_hangs() };
            report(status::NO_RETURN, &format!("{words}{case}"));
        } else if in_all >= IN_ALL {
            let steps = now.0;
            let words = format!("{steps} polls and turns, and it still goes on{case}");
            report(status::SPINS, &words);
        }
    }
}

fn end_asleep(case: &str) -> ! {
    let said = IF_IT_HANGS.lock().expect(HELD).clone();
    if ASLEEP.load(Ordering::Relaxed) || !said.is_empty() {
        report(status::HANGS, format!("{said}{case}").trim())
    }
    report(status::NO_RETURN, &format!("{RESTS}{case}"))
}

/// Where the system doesn't say which of the two.
fn works_or_hangs() -> String {
    let said = IF_IT_HANGS.lock().expect(HELD).clone();
    let hangs = if said.is_empty() { said } else { format!(" If it hangs: {said}") };
    format!("{WORKS} Or: {RESTS}{hangs}")
}

/// Does a thread besides this one run, or wait for the processor? On a loaded machine it uses none.
fn is_another_ready() -> bool {
    let all = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    all.filter_map(|it| state(&it.path())).filter(|(does, _)| *does == 'R').count() > 1
}

const RESTS: &str = "The thread itself sleeps: in `std::thread::sleep` or `park`, at a lock that it \
    already holds, or at a channel of `std`. A task may wait, but its thread has other tasks to run.";
const WORKS: &str = "It never stops working: look for a loop whose condition never changes.";

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

    fn veto(&mut self) -> Option<String> {
        self.0.as_mut()?.veto()
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_hang_is_explained_where_the_system_does_not_tell_it_from_work() {
        if_it_hangs("it waits for tea");
        let words = works_or_hangs();
        assert!([WORKS, RESTS, "it waits for tea"].iter().all(|it| words.contains(it)), "{words}");
    }

    /// This test's own program as a process that does nothing, or works without end.
    #[test]
    fn a_check_of_which_nothing_comes_is_ended() {
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
        let this = "watchdog::tests::a_check_of_which_nothing_comes_is_ended";
        for (does, ends) in [("nothing", hangs), ("work", status::NO_RETURN)] {
            let mut command = Command::new(env::current_exe().expect("this program"));
            command.args(["--exact", this]).env(DOES, does).stdout(Stdio::null());
            let ended = command.status().expect("it starts");
            assert_eq!(ended.code(), Some(i32::from(ends)), "{does}");
        }
    }
}
