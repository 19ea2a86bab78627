//! How many system calls and instructions does one operation take?
//!
//! The same row runs again, short and long, under `strace` and under `valgrind`: the difference,
//! divided by the difference in operations, is free of what start and end cost. The visitors of a
//! server are not counted, and neither tool sees the kernel's instructions. Both slow a server
//! down, so more may be ready at each of its waits than otherwise: the share of the waits is a
//! little too small, for all servers alike.

use std::env;
use std::io::ErrorKind;
use std::process::Command;

use crate::row::Row;
use crate::sample::float;

/// A tool by whose arguments a program is counted, and how its count is found in what it prints.
struct Tool {
    counts: &'static str,
    command: &'static [&'static str],
    find: fn(&str) -> Option<f64>,
}

const TOOLS: [Tool; 2] = [
    Tool {
        counts: "system calls",
        // Of the runtime's own thread, without the times.
        command: &["strace", "-c", "-U", "calls,name"],
        find: |table| {
            let last = table.lines().find(|line| line.trim_end().ends_with(" total"))?;
            last.split_whitespace().next()?.parse().ok()
        },
    },
    Tool {
        counts: "user instructions",
        command: &[
            "valgrind",
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ],
        find: |printed| {
            let line = printed.lines().find(|line| line.contains("refs:"))?;
            line.rsplit(':').next()?.trim().replace(',', "").parse().ok()
        },
    },
];

/// The notes; none of a tool that is not here.
pub(crate) fn count(
    runtime: &str,
    row: &Row,
    size: u64,
) -> Result<Vec<(&'static str, f64)>, String> {
    let (short, long) = (size.min(400_000) / 20, size.min(600_000) / 5);
    let mut notes = Vec::new();
    for tool in &TOOLS {
        let totals = (total(tool, runtime, row, short)?, total(tool, runtime, row, long)?);
        if let (Some(few), Some(many)) = totals {
            notes.push((tool.counts, (many - few) / float(long - short)));
        }
    }
    Ok(notes)
}

/// What one run takes in all.
fn total(tool: &Tool, runtime: &str, row: &Row, size: u64) -> Result<Option<f64>, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let [name, arguments @ ..] = tool.command else { unreachable!("a tool has a name") };
    let mut command = Command::new(name);
    command.args(arguments).arg(program).args([runtime, row.name, &size.to_string()]);
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{name}: {error}")),
    };
    let printed = String::from_utf8_lossy(&output.stderr);
    match (tool.find)(&printed) {
        Some(count) if output.status.success() => Ok(Some(count)),
        _ => Err(format!("{name} counted nothing:\n{printed}")),
    }
}
