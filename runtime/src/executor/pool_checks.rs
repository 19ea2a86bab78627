//! Do a pool's counts of threads fit together, and is there a thread for each job?

use super::State;
use crate::base::holds;

const SERVED: &str = "executor/pool.rs: while a job is queued, some thread will check the queue";
const COUNTS: &str = "executor/pool.rs: idle <= threads <= alive, and threads <= limit";

impl State {
    /// Under the lock, when a thread has changed it.
    pub(super) fn check(&self, limit: usize) {
        let State { jobs, threads, alive, idle, .. } = self;
        holds(SERVED, jobs.is_empty() || *threads > 0, (jobs.len(), threads));
        holds(COUNTS, idle <= threads && threads <= alive.min(&limit), (idle, threads, alive));
    }
}
