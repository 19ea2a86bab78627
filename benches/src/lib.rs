//! What does one sample of the bench measure?
//!
//! One row, on one runtime, once: `kettle-bench RUNTIME ROW [SIZE]` runs it, asserts its result and
//! prints what it found, a `name value` a line, the row's own figure first. `kettle-bench list`
//! prints the rows. Each sample is a process of its own, because the heap that one row leaves
//! behind shifts the figures of the next.
//!
//! Reading order: [`row`] (what a row is), `rows/each.rs` (all rows), `rows/each/` (a family of
//! rows in each file, written once for all runtimes), `rows.rs` and `peers.rs` (what makes that
//! possible), [`sample`] (the clocks). For the rows of the network also `load.rs` (the clients of
//! the servers) and `counts.rs` (instructions, atomics and system calls).
//!
//! A new row: a function in a family, and its line in the table.
//!
//! Not here: rounds, random order, medians and the page of results (`xtask/src/bench`).

#![cfg(target_os = "linux")]

mod counts;
mod load;
mod peers;
pub mod row;
mod rows;
pub mod sample;

use std::process::ExitCode;

use row::Row;
use sample::Sample;

const HELP: &str = "\
kettle-bench list                               the rows
kettle-bench RUNTIME ROW [SIZE]                 one sample
kettle-bench count RUNTIME ROW                  what one operation takes
kettle-bench load KIND ADDRESS NUMBER...        the visitors of a server
";

/// The program: `words` are its arguments.
pub fn run(words: impl Iterator<Item = String>) -> ExitCode {
    let words: Vec<String> = words.collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["list"] => {
            let all = rows::all();
            for row in &all[0].1 {
                let has_it = |rows: &[Row]| rows.iter().any(|other| other.name == row.name);
                let runtimes = all.iter().filter(|(_, rows)| has_it(rows)).map(|(name, _)| *name);
                println!("{}", row.in_words(&runtimes.collect::<Vec<_>>()));
            }
            Ok(())
        }
        ["load", kind, address, ref numbers @ ..] => load::run(kind, address, numbers),
        // With its peers come the tools that watch a run: other figures than those of a user.
        ["count", "kettle", row] if cfg!(feature = "peers") && !row.starts_with(row::DEBUG) => {
            Err("kettle is counted in a build without its peers".to_owned())
        }
        ["count", runtime, row] => find(runtime, row).and_then(|row| {
            for (name, count) in counts::count(runtime, &row)? {
                println!("{name} {count}");
            }
            Ok(())
        }),
        [runtime, row] => sample(runtime, row, None),
        [runtime, row, size] => match size.parse() {
            Ok(size) => sample(runtime, row, Some(size)),
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

fn sample(runtime: &str, row: &str, size: Option<u64>) -> Result<(), String> {
    let row = find(runtime, row)?;
    if row.pinned {
        sample::pin()?;
    }
    let Sample { value, notes } = (row.run)(size.unwrap_or(row.size));
    println!("value {value}");
    for (name, note) in notes {
        println!("{name} {note}");
    }
    Ok(())
}

fn find(runtime: &str, name: &str) -> Result<Row, String> {
    let of_runtime = rows::all().into_iter().find(|(peer, _)| *peer == runtime);
    let (_, rows) = of_runtime.ok_or_else(|| format!("there is no runtime {runtime:?}"))?;
    let row = rows.into_iter().find(|row| row.name == name);
    row.ok_or_else(|| format!("no row of {runtime} is called {name:?}"))
}
