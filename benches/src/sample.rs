//! How are time and memory measured?
//!
//! Time is the CPU time of the whole process, user and system ([`Clock`]): on a machine that does
//! other work, it repeats within a few per cent, where the wall clock is off by a factor. Memory
//! comes from `/proc/self`.

use std::fs;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// The result of a row: its own figure, and further ones.
#[derive(Debug)]
pub struct Sample {
    /// In the row's unit.
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
    begun: Duration,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock { begun: cpu_time() }
    }

    /// The nanoseconds of CPU time that one of `operations` took.
    pub(crate) fn stop(&self, operations: u64) -> Sample {
        let took = cpu_time().saturating_sub(self.begun);
        Sample::new(took.as_secs_f64() * 1e9 / float(operations))
    }
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "nobody here counts to 2^52")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

/// The middle one of a list that gets sorted.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Binds this process to one core, and the threads it will start: the first that it may use.
pub(crate) fn pin() -> Result<(), String> {
    let fail = |error| format!("cannot choose a core: {error}");
    let allowed = rustix::thread::sched_getaffinity(None).map_err(fail)?;
    let first = (0..CpuSet::MAX_CPU).find(|&core| allowed.is_set(core)).unwrap_or(0);
    sched_setaffinity(None, &only(first)).map_err(fail)
}

/// Binds this process to the machine's last core: that is another one, if there are two.
pub(crate) fn pin_elsewhere() -> Result<(), String> {
    // The allowed cores would be the wrong ones: this process inherited the single core of the one
    // that started it.
    let mut cores = (0..CpuSet::MAX_CPU).rev();
    let chosen = cores.find(|&core| sched_setaffinity(None, &only(core)).is_ok());
    chosen.map(drop).ok_or_else(|| "cannot choose a core".to_owned())
}

fn only(core: usize) -> CpuSet {
    let mut one = CpuSet::new();
    one.set(core);
    one
}

/// Allows so many open descriptors, here and in the processes that this one starts.
pub(crate) fn raise_descriptors(needed: u64) {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    assert!(
        maximum.is_none_or(|maximum| needed <= maximum),
        "this row needs {needed} descriptors, and the system allows {} (`ulimit -Hn`)",
        maximum.unwrap_or_default(),
    );
    // If not, then opening one too many says so.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// How many bytes of this process are in memory.
pub(crate) fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has /proc/self/status");
    number_after(&status, "VmRSS:").expect("kilobytes after VmRSS") * 1024
}

/// The first number of the line that begins with `name`.
fn number_after(status: &str, name: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let (seconds, nanos) = (time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs());
    Duration::from_secs(seconds) + Duration::from_nanos(nanos)
}
