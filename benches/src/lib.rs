//! What does one sample of the bench measure?
//!
//! One row, on one runtime, once. A *row* is a small asynchronous program. `kettle-bench RUNTIME
//! ROW [SIZE]` runs it, checks its result and prints lines of the form `name value`, the row's own
//! figure first. Each sample is a process of its own, because the heap that one row leaves behind
//! shifts the figures of the next. [`run`] is this program, with its other commands.
//!
//! Reading order: [`row`] (what a row is), `rows/table.rs` (all rows), `rows/table/` (a family of
//! rows in each file), `rows.rs` and `rows/rt.rs` (how rows are compiled for each runtime),
//! [`sample`] (the clocks), `load.rs` (the clients of the rows with servers), `counts.rs`
//! (instructions, atomics and system calls).
//!
//! To add a row, write a function in a family, and add it to the table. `xtask/src/bench` runs the
//! program in rounds, and makes the page of results.

#![cfg(target_os = "linux")]

mod counts;
mod load;
pub mod row;
mod rows;
pub mod sample;

use std::process::ExitCode;

use row::Row;
use rows::Runtime;
use sample::Sample;

const HELP: &str = "\
kettle-bench list                               the rows
kettle-bench RUNTIME ROW [SIZE]                 one sample
kettle-bench count RUNTIME ROW                  what one operation takes
kettle-bench load KIND ADDRESS NUMBER...        the clients of a server
";

/// The program, with its arguments.
pub fn run(args: impl Iterator<Item = String>) -> ExitCode {
    let args: Vec<String> = args.collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args[..] {
        ["list"] => {
            print_rows();
            Ok(())
        }
        ["load", kind, address, ref numbers @ ..] => load::run(kind, address, numbers),
        ["count", runtime, row] => print_counts(runtime, row),
        [runtime, row] => print_sample(runtime, row, None),
        [runtime, row, size] => match size.parse() {
            Ok(size) => print_sample(runtime, row, Some(size)),
            Err(error) => Err(format!("{size:?} is no size: {error}")),
        },
        _ => Err(format!("what shall be done?\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("kettle-bench: {words}");
            ExitCode::FAILURE
        }
    }
}

/// Prints each row, with the runtimes that run it.
fn print_rows() {
    let runtimes = rows::runtimes();
    for row in rows::all() {
        let runs_row = |it: &&Runtime| it.rows.iter().any(|other| other.name == row.name);
        let names: Vec<&str> = runtimes.iter().filter(runs_row).map(|it| it.name).collect();
        println!("{}", row.to_line(&names));
    }
}

fn print_counts(runtime: &str, row: &str) -> Result<(), String> {
    // A build with tokio also has kettle's tools (recorder, doctor), which cost instructions that
    // an ordinary release build doesn't have.
    if runtime == "kettle" && cfg!(feature = "tokio") && !row.starts_with(row::DEBUG) {
        return Err("kettle is counted in a build without tokio".to_owned());
    }
    for (name, count) in counts::count(runtime, &find_row(runtime, row)?)? {
        println!("{name} {count}");
    }
    Ok(())
}

fn print_sample(runtime: &str, row: &str, size: Option<u64>) -> Result<(), String> {
    let row = find_row(runtime, row)?;
    if row.is_pinned {
        sample::pin()?;
    }
    let Sample { value, notes } = (row.run)(size.unwrap_or(row.size));
    println!("value {value}");
    for (name, note) in notes {
        println!("{name} {note}");
    }
    Ok(())
}

fn find_row(runtime: &str, name: &str) -> Result<Row, String> {
    let found = rows::runtimes().into_iter().find(|it| it.name == runtime);
    let Runtime { rows, .. } = found.ok_or_else(|| format!("there is no runtime {runtime:?}"))?;
    let row = rows.into_iter().find(|row| row.name == name);
    row.ok_or_else(|| format!("no row of {runtime} is called {name:?}"))
}
