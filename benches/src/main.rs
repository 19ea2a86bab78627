//! One sample of the bench: see the library of this package.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    kettle_bench::run(std::env::args().skip(1))
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("the bench reads Linux's clocks and files: it runs there only");
    ExitCode::FAILURE
}
