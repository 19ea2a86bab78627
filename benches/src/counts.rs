//! How many instructions, atomic operations and system calls does one operation take?
//!
//! A row runs twice, short and long, under `strace` and under `valgrind`. The difference between
//! the two, divided by the difference in operations, doesn't include what start and end cost.
//! Neither tool sees the kernel's instructions. valgrind counts all threads of the process, but not
//! the clients of a server. An *atomic* is an instruction that locks the bus. Both tools slow a
//! server down, so each of its waits may find more sockets ready than usual: the share of the waits
//! comes out a little too small, for all servers alike.

use std::env;
use std::process::Command;

use crate::row::{DEBUG, Row};
use crate::sample::float;

/// A tool by whose arguments a program is counted, and how its count is found in what it prints.
struct Tool {
    counts: &'static [&'static str],
    command: &'static [&'static str],
    find: fn(&str) -> Option<Vec<f64>>,
}

const TOOLS: [Tool; 2] = [
    Tool {
        counts: &["system calls"],
        // Of the runtime's own thread, without the times.
        command: &["strace", "-c", "-U", "calls,name"],
        find: |table| {
            let last = table.lines().find(|line| line.trim_end().ends_with(" total"))?;
            Some(vec![last.split_whitespace().next()?.parse().ok()?])
        },
    },
    Tool {
        counts: &["instructions", "atomics"],
        command: &[
            "valgrind",
            "--tool=callgrind",
            "--collect-bus=yes",
            "--callgrind-out-file=/dev/null",
        ],
        find: |printed| {
            let line = printed.lines().find(|line| line.contains("Collected :"))?;
            let numbers = line.rsplit(':').next()?.split_whitespace();
            numbers.map(|number| number.parse().ok()).collect()
        },
    },
];

/// All counts, by name.
pub(crate) fn count(runtime: &str, row: &Row) -> Result<Vec<(&'static str, f64)>, String> {
    let (mut short, mut long) = (row.size.min(400_000) / 20, row.size.min(600_000) / 5);
    if row.name.starts_with(DEBUG) {
        (short, long) = (40, 120); // valgrind takes its time, and the doctor looks by the clock
    }
    let mut counts = Vec::new();
    for tool in &TOOLS {
        let (few, many) = (total(tool, runtime, row, short)?, total(tool, runtime, row, long)?);
        let each = few.iter().zip(many).map(|(few, many)| (many - few) / float(long - short));
        counts.extend(tool.counts.iter().copied().zip(each));
    }
    Ok(counts)
}

/// What one run takes in all.
fn total(tool: &Tool, runtime: &str, row: &Row, size: u64) -> Result<Vec<f64>, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let [name, arguments @ ..] = tool.command else { unreachable!("a tool has a name") };
    let mut command = Command::new(name);
    command.args(arguments).arg(program).args([runtime, &row.name, &size.to_string()]);
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stderr);
    match (tool.find)(&printed) {
        Some(counts) if output.status.success() => Ok(counts),
        _ => Err(format!("{name} counted nothing:\n{printed}")),
    }
}
