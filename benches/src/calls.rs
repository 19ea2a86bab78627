//! How many system calls does one operation take?
//!
//! The same row runs twice more under `strace`, short and long: the difference, divided by the
//! difference in operations, is free of what start and end cost. Only the runtime's own thread is
//! counted: not the visitors of a server. Being traced slows a server down, so more may be ready at each of its
//! waits than otherwise: their share is a little too small, for all servers alike.

use std::env;
use std::io::ErrorKind;
use std::process::Command;

use crate::row::Row;
use crate::sample::float;

/// The note, or nothing where there is no strace.
pub(crate) fn count(runtime: &str, row: &Row) -> Result<Option<(&'static str, f64)>, String> {
    let (short, long) = (row.size / 20, row.size / 5);
    let (Some(few), Some(many)) = (total(runtime, row, short)?, total(runtime, row, long)?) else {
        return Ok(None);
    };
    Ok(Some(("system calls", (many - few) / float(long - short))))
}

/// All system calls of one run.
fn total(runtime: &str, row: &Row, size: u64) -> Result<Option<f64>, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new("strace");
    command.args(["-c", "-U", "calls,name"]).arg(program);
    let output = match command.args([runtime, row.name, &size.to_string()]).output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("strace: {error}")),
    };
    let table = String::from_utf8_lossy(&output.stderr);
    let last = table.lines().find(|line| line.trim_end().ends_with(" total"));
    let count = last.and_then(|line| line.split_whitespace().next()?.parse().ok());
    match count {
        Some(count) if output.status.success() => Ok(Some(count)),
        _ => Err(format!("strace counted nothing:\n{table}")),
    }
}
