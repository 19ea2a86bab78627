//! Which program measures a row of the bench?
//!
//! This one: `kettle-bench RUNTIME ROW [SIZE]` runs the row on the runtime, once, and prints the
//! figures (`lib.rs`).

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    kettle_bench::run(std::env::args().skip(1))
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("the bench reads Linux's clocks and files, so it runs only there");
    ExitCode::FAILURE
}
