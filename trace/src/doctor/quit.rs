//! How does one ask a program what it waits for?
//!
//! By `SIGQUIT` (Ctrl-\, `kill -QUIT`), as one of Java's. Its handler only raises a flag. The
//! doctor's thread, which sees that also while the loop is stuck in a poll, prints the open waits,
//! and lowers the flag after 2 s. A signal that finds the flag up ends the program, as by default:
//! a second one in that time, or any while no thread would answer.
//!
//! Interface: `listen`, `Answer`; [`leave`], for a listener of the program's own. Invariants:
//! the flag is down only while a thread answers. The handler is installed once, by the first
//! runtime that a doctor watches, and only where nobody has the signal or ignores it.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

#[cfg(unix)]
use signal_hook::{SigId, consts::SIGQUIT, flag, low_level::unregister};

use super::mode::Mode;

/// How long the flag stays up.
const UP: Duration = Duration::from_secs(2);

static RAISED: AtomicBool = AtomicBool::new(true);
/// `None`: nobody has asked for it yet.
#[cfg(unix)]
static OURS: parking_lot::Mutex<Option<Vec<SigId>>> = parking_lot::Mutex::new(None);

/// A runtime is watched. (Where the system doesn't say who has the signal, only for whoever asks.)
#[cfg(unix)]
pub(super) fn listen(mode: Mode) {
    let asked = matches!(mode, Mode::Watch | Mode::Panic);
    OURS.lock().get_or_insert_with(|| {
        if !is_free().unwrap_or(asked) {
            return Vec::new();
        }
        // This one looks at the flag before the other raises it.
        let ends = flag::register_conditional_default(SIGQUIT, &RAISED);
        let both = ends.and_then(|ends| Ok(vec![ends, flag::register(SIGQUIT, &RAISED)?]));
        both.unwrap_or_default()
    });
}

#[cfg(not(unix))]
pub(super) fn listen(_: Mode) {}

/// Gives the signal up, for somebody else to handle.
#[cfg(unix)]
pub fn leave() {
    for id in OURS.lock().replace(Vec::new()).into_iter().flatten() {
        unregister(id);
    }
}

/// Has nobody in this process asked for the signal, or to ignore it? `None`: not known.
#[cfg(unix)]
fn is_free() -> Option<bool> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let set = |name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        u64::from_str_radix(line.trim(), 16).ok()
    };
    Some((set("SigCgt:")? | set("SigIgn:")?) >> (SIGQUIT - 1) & 1 == 0)
}

/// A thread that answers, until this is dropped; since when it has found the flag up.
pub(super) struct Answer(Option<Instant>);

impl Answer {
    pub(super) fn begin() -> Answer {
        RAISED.store(false, SeqCst);
        Answer(None)
    }

    /// Another look: was the signal sent since the last one?
    pub(super) fn is_asked(&mut self) -> bool {
        if self.0.is_some_and(|since| since.elapsed() >= UP) {
            RAISED.store(false, SeqCst);
            self.0 = None;
        }
        let is_new = self.0.is_none() && RAISED.load(SeqCst);
        if is_new {
            self.0 = Some(Instant::now());
        }
        is_new
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        RAISED.store(true, SeqCst);
    }
}
