//! Which threads does this process have, and do they sleep?
//!
//! As the system tells it, so that nothing has to be measured. Elsewhere than on Linux there is no answer, and a
//! check does without.
//!
//! Interface: [`others`], [`until_asleep`].

use std::fs;
use std::path::PathBuf;
use std::thread;

/// So often in a row all must be asleep: a thread may sleep for a moment on its way.
const IN_A_ROW: usize = 20;
/// So often it is looked before that is given up: what spins is awake for ever.
const LOOKS: usize = 10_000;

/// The states of the other threads of this process, as the system gives them: `S` sleeps. `None` where that can't be known.
#[must_use]
pub fn others() -> Option<Vec<char>> {
    let own = fs::read_link("/proc/thread-self").ok()?;
    let tasks = fs::read_dir("/proc/self/task").ok()?;
    let others =
        tasks.flatten().map(|task| task.path()).filter(|task| task.file_name() != own.file_name());
    let state = |task: PathBuf| {
        let stat = fs::read_to_string(task.join("stat")).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    };
    Some(others.filter_map(state).collect())
}

/// Waits until at least so many others are there, and all of them sleep. How often it had to look: `Err` if that was given up.
///
/// # Errors
///
/// One of them was awake each time, or they were not so many.
pub fn until_asleep(least: usize) -> Result<usize, usize> {
    let mut asleep = 0;
    for look in 1..=LOOKS {
        let Some(others) = others() else { return Ok(look) };
        let all_sleep = others.len() >= least && others.iter().all(|state| *state == 'S');
        asleep = if all_sleep { asleep + 1 } else { 0 };
        if asleep == IN_A_ROW {
            return Ok(look);
        }
        thread::yield_now();
    }
    Err(LOOKS)
}
