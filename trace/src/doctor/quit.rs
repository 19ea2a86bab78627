//! How can a user ask a program what it waits for?
//!
//! By sending it a `SIGQUIT` (Ctrl-\, `kill -QUIT`), as with a Java program. The handler only
//! raises a flag. The doctor's thread sees it even while the loop is stuck in a poll, prints the
//! open waits, and lowers the flag after 2 s. If the flag is up already, the signal ends the
//! program, as it does by default. So a second signal within 2 s ends it, and any signal while no
//! thread would answer.
//!
//! Interface: `listen` installs the handler; [`leave`] removes it, for a listener of the program's
//! own; `Answer` is a thread's readiness to answer.
//! Invariants: the flag is down only while a thread answers. The handler is installed once, by the
//! first runtime that a doctor watches, and only if the signal is neither handled nor ignored.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

#[cfg(unix)]
use signal_hook::{SigId, consts::SIGQUIT, flag, low_level::unregister};

use super::mode::Mode;

/// How long the flag stays up.
const STAYS_UP: Duration = Duration::from_secs(2);

/// The flag, which is also up as long as no thread answers.
static RAISED: AtomicBool = AtomicBool::new(true);
/// The installed handlers; `None` before the first call of `listen`.
#[cfg(unix)]
static HANDLERS: parking_lot::Mutex<Option<Vec<SigId>>> = parking_lot::Mutex::new(None);

/// Installs the handler at the first call. If the system doesn't say whether the signal is free,
/// it is installed only if `KETTLE_DOCTOR` has asked for `watch` or `panic`.
#[cfg(unix)]
pub(super) fn listen(mode: Mode) {
    let is_asked_for = matches!(mode, Mode::Watch | Mode::Panic);
    HANDLERS.lock().get_or_insert_with(|| {
        if is_free().unwrap_or(is_asked_for) { install().unwrap_or_default() } else { Vec::new() }
    });
}

/// Installs a handler that ends the program if the flag is up, and one that raises the flag. The
/// order matters: the first must see the flag before the second one raises it.
#[cfg(unix)]
fn install() -> std::io::Result<Vec<SigId>> {
    let ends = flag::register_conditional_default(SIGQUIT, &RAISED)?;
    Ok(vec![ends, flag::register(SIGQUIT, &RAISED)?])
}

#[cfg(not(unix))]
pub(super) fn listen(_: Mode) {}

/// Removes the handler for good, so that the program can handle the signal itself.
#[cfg(unix)]
pub fn leave() {
    for id in HANDLERS.lock().replace(Vec::new()).into_iter().flatten() {
        unregister(id);
    }
}

/// Is the signal neither handled nor ignored in this process? `None`: not known.
#[cfg(unix)]
fn is_free() -> Option<bool> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    // Sets of signals in hexadecimal: signal n is bit n - 1.
    let set = |name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        u64::from_str_radix(line.trim(), 16).ok()
    };
    let handled_or_ignored = set("SigCgt:")? | set("SigIgn:")?;
    Some(handled_or_ignored & (1 << (SIGQUIT - 1)) == 0)
}

/// A thread's readiness to answer the signal, until it is dropped.
pub(super) struct Answer {
    /// When the thread found the flag up; `None` while it is down.
    since: Option<Instant>,
}

impl Answer {
    pub(super) fn begin() -> Answer {
        RAISED.store(false, SeqCst);
        Answer { since: None }
    }

    /// Was the signal sent since the last call? The thread calls this now and then.
    pub(super) fn is_asked(&mut self) -> bool {
        if self.since.is_some_and(|since| since.elapsed() >= STAYS_UP) {
            RAISED.store(false, SeqCst);
            self.since = None;
        }
        let is_new = self.since.is_none() && RAISED.load(SeqCst);
        if is_new {
            self.since = Some(Instant::now());
        }
        is_new
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        RAISED.store(true, SeqCst);
    }
}
