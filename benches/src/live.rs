//! The bench with an allocator that counts bytes: for the rows that ask how many are in use.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod counting {
    use std::alloc::System;

    use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

    #[global_allocator]
    static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

    pub(crate) fn live() -> usize {
        let stats = ALLOCATOR.stats();
        stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
    }
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    kettle_bench::sample::count_bytes(counting::live);
    kettle_bench::run(std::env::args().skip(1))
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("the bench reads Linux's clocks and files: it runs there only");
    ExitCode::FAILURE
}
