//! How many instructions, atomic operations and system calls does one operation take?
//!
//! [`count`] runs a row under `strace`, which counts system calls, and under `valgrind`, which
//! counts instructions and *atomics* (instructions that lock the bus). Each runs it twice, with few
//! and with many operations. The difference of the counts, divided by the difference in operations,
//! leaves out the cost of start and end.
//!
//! Neither tool sees the kernel's instructions. valgrind counts all threads of the process, but not
//! the clients of a server. Both slow a server down, so each of its waits may find more sockets
//! ready than usual: the number of waits for each operation comes out a little too small, for all
//! servers alike.

use std::env;
use std::process::Command;

use crate::row::{DEBUG, Row};
use crate::sample::float;

/// A tool that runs a program and prints counts.
struct Tool {
    /// The names of the counts.
    names: &'static [&'static str],
    /// The tool and its options, which precede the program that it runs.
    command: &'static [&'static str],
    /// Reads the counts from the tool's output, in the order of their names.
    read: fn(&str) -> Option<Vec<f64>>,
}

const TOOLS: [Tool; 2] = [
    Tool {
        names: &["system calls"],
        // Without `-f`, strace counts only the main thread, which is the runtime's.
        command: &["strace", "-c", "-U", "calls,name"],
        read: |printed| {
            let total = printed.lines().find(|line| line.trim_end().ends_with(" total"))?;
            Some(vec![total.split_whitespace().next()?.parse().ok()?])
        },
    },
    Tool {
        names: &["instructions", "atomics"],
        command: &[
            "valgrind",
            "--tool=callgrind",
            "--collect-bus=yes",
            "--callgrind-out-file=/dev/null",
            // Not the doctor's looks: they come at fixed times, and valgrind is slow.
            "--toggle-collect=kettle_events::look::look",
            "--collect-atstart=yes",
        ],
        read: |printed| {
            let line = printed.lines().find(|line| line.contains("Collected :"))?;
            let numbers = line.rsplit(':').next()?.split_whitespace();
            numbers.map(|number| number.parse().ok()).collect()
        },
    },
];

/// All counts for one operation of the row, by name.
pub(crate) fn count(runtime: &str, row: &Row) -> Result<Vec<(&'static str, f64)>, String> {
    let (few, many) = if row.name.starts_with(DEBUG) {
        (40, 440)
    } else {
        (row.size.min(400_000) / 20, row.size.min(600_000) / 5)
    };
    let mut counts = Vec::new();
    for tool in &TOOLS {
        let short_run = totals(tool, runtime, row, few)?;
        let long_run = totals(tool, runtime, row, many)?;
        for (index, name) in tool.names.iter().enumerate() {
            counts.push((*name, (long_run[index] - short_run[index]) / float(many - few)));
        }
    }
    Ok(counts)
}

/// The counts of one whole run with this many operations.
fn totals(tool: &Tool, runtime: &str, row: &Row, size: u64) -> Result<Vec<f64>, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let [name, options @ ..] = tool.command else { unreachable!("a tool has a name") };
    let mut command = Command::new(name);
    command.args(options).arg(program).args([runtime, &row.name, &size.to_string()]);
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stderr);
    match (tool.read)(&printed) {
        Some(counts) if output.status.success() => Ok(counts),
        _ => Err(format!("{name} counted nothing:\n{printed}")),
    }
}
