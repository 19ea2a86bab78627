//! How are time and memory measured?
//!
//! [`Clock`] measures the CPU time of the whole process, user and system: on a busy machine it
//! repeats within a few per cent, where the wall clock may be off by a factor of two.
//! [`resident_bytes`] asks the kernel how much memory the process has. A [`Sample`] is the result.
//!
//! The process is prepared by [`pin`] and [`pin_elsewhere`], which bind it to one core, and by
//! [`raise_descriptors`].

use std::fs;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// The result of a row.
#[derive(Debug)]
pub struct Sample {
    /// The row's own figure, in its unit.
    pub value: f64,
    /// Further figures by name.
    pub notes: Vec<(&'static str, f64)>,
}

impl Sample {
    pub(crate) fn new(value: f64) -> Sample {
        Sample { value, notes: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: f64) -> Sample {
        self.notes.push((name, value));
        self
    }
}

/// A stopwatch for CPU time.
pub(crate) struct Clock {
    start: Duration,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock { start: cpu_time() }
    }

    /// The CPU time since the start, in nanoseconds for each of so many operations.
    pub(crate) fn stop(&self, operations: u64) -> Sample {
        let elapsed = cpu_time().saturating_sub(self.start);
        Sample::new(elapsed.as_secs_f64() * 1e9 / float(operations))
    }

    /// Stops, and then checks the sum that the operations have made.
    pub(crate) fn stop_with_sum(&self, operations: u64, sum: u64, expected: u64) -> Sample {
        let sample = self.stop(operations);
        assert_eq!(sum, expected);
        sample
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody here counts to 2^52")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

/// 0 + 1 + … + (count - 1): what a row adds up if it has done each of its operations once.
pub(crate) fn sum_below(count: u64) -> u64 {
    count * (count - 1) / 2
}

/// The median; sorts the list.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Binds this process, with the threads that it will start, to the first core that it may use.
pub(crate) fn pin() -> Result<(), String> {
    let words = |error| format!("cannot choose a core: {error}");
    let allowed = sched_getaffinity(None).map_err(words)?;
    let first = (0..CpuSet::MAX_CPU).find(|&core| allowed.is_set(core)).unwrap_or(0);
    sched_setaffinity(None, &only(first)).map_err(words)
}

/// Binds this process, which a pinned one has started, to another core: the machine's last one.
pub(crate) fn pin_elsewhere() -> Result<(), String> {
    // Not the last of the allowed cores: this process has inherited the one core of its parent.
    let mut cores = (0..CpuSet::MAX_CPU).rev();
    let is_bound = cores.any(|core| sched_setaffinity(None, &only(core)).is_ok());
    if is_bound { Ok(()) } else { Err("cannot choose a core".to_owned()) }
}

fn only(core: usize) -> CpuSet {
    let mut set = CpuSet::new();
    set.set(core);
    set
}

/// Allows as many open descriptors as the system lets a process have, here and in the processes
/// that this one starts. Panics if they are fewer than needed.
pub(crate) fn raise_descriptors(needed: u64) {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    assert!(
        maximum.is_none_or(|maximum| needed <= maximum),
        "this row needs {needed} descriptors, and the system allows {} (`ulimit -Hn`)",
        maximum.unwrap_or_default(),
    );
    // If this fails, so does opening one descriptor too many, with an error.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// How many bytes of this process are in memory.
pub(crate) fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has /proc/self/status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line VmRSS");
    let kilobytes = line.trim_end_matches("kB").trim().parse::<u64>();
    kilobytes.expect("a number after VmRSS") * 1024
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let (seconds, nanos) = (time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs());
    Duration::from_secs(seconds) + Duration::from_nanos(nanos)
}
