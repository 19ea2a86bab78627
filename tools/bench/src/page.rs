//! What does a reader see of the figures?
//!
//! `docs/performance.md`, made of `docs/records/performance.json` and of what people wrote about single
//! rows (`notes.rs`): what is measured and how to read it, the verdict, the chart, a table of all rows
//! (`tables.rs`), the notes, and on what it was measured. **No time is on it**: times are shares of
//! tokio's; only counts and bytes are given as they are.

use std::fmt::Write;
use std::fs;

use kettle_kit::report::{Outcome, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;
use serde_json::Value;

use crate::chart;
use crate::notes::{self, Notes};
use crate::record::{self, Kept, Record};
use crate::rule::{is_slower, rules};
use crate::tables;

const PAGE: &str = "docs/performance.md";
const CHART: &str = "docs/pictures/performance.svg";

/// A row whose ratio of tokio to itself is so far from 1 says little.
const MUCH_NOISE: f64 = 0.1;

const HEAD: &str = "\
# Performance

*Made by `cargo xtask bench --save` from [performance.json](records/performance.json), which has every
sample, and from [performance-notes.md](records/performance-notes.md). Don't edit it.*

kettle beside tokio's runtime of one thread, and beside smol, monoio and a server without a runtime
where these can do the same.

`cargo xtask bench --save` measures all of it anew, `cargo xtask bench ROW` one row (and its
family; `--exact`: only that), `cargo xtask bench --help` tells the rest. Linux only.

## How it is measured, and how to read it

- **One program for all.** Each row is one piece of source, compiled once for each runtime into one
  optimised program; a runtime that takes buffers by value (monoio) has its own text of the network's
  rows. (`bytes-kept` needs an allocator that counts, which would slow down all others: a second
  program, again for all runtimes.) Each sample is a process of its own, bound to one core unless its
  row says otherwise, and asserts its result: counts, sums, no sleep early.
- **CPU time, not wall time:** user and system time of the process, divided by the operations. On a
  busy machine that repeats where the wall clock does not. Rows of latency, bytes and polls say so.
- **Ratios.** Every round runs each runtime once, in random order. A ratio is kettle ÷ tokio *within
  one round*; the table has the median over all rounds, and the quartiles in brackets. Less is
  better. Times of one machine on one day say nothing, so none stands here.
- **Noise.** tokio runs twice in each round. How far the median of its ratio to itself is from 1 is
  the row's noise.
- **One rule: no row is slower than tokio's runtime of one thread.** The median of its ratios is at
  most 1.02, but for its noise. A task that waits or sleeps takes at most 0.60 of the bytes; some rows
  have a limit on system calls, which are met within 2 %, as far as a repeated count differs. All other
  figures are reported, and not chased: where speed and a readable engine collide, readability wins.
- **Before** is the ratio of the engine that this one has replaced.
- **Rows of the network:** a process of its own, on the other core, with raw sockets and no runtime
  visits all servers alike, and compares each byte. The figure is the server's CPU time. *raw* is
  mio's loop without tasks: the limit. System calls are those of the server's thread under
  `strace -c`, user instructions those of the server under cachegrind, a short run subtracted from a
  long one. Traced, a server finds more or fewer visitors ready at each wait, as all of them do.
";

/// Makes the page and its chart from what is kept.
pub(crate) fn render() -> Result<(), String> {
    let record = record::load()?;
    let write = |name: &str, text: &str| {
        fs::write(tree::root().join(name), text).map_err(|error| format!("{name}: {error}"))
    };
    write(CHART, &chart::draw(&record.rows))?;
    write(PAGE, &page(&record, &notes()?))?;
    println!("{PAGE} and {CHART} are made");
    Ok(())
}

/// Is the page what its sources say, and has each row that breaks a rule its note?
pub fn check() -> Outcome {
    if !record::exists() {
        let stale = tree::root().join(PAGE).exists();
        let words = format!("{PAGE} has no figures");
        return if stale { Err(words.into()) } else { Ok(Tally::success()) };
    }
    let (record, notes) = (record::load()?, notes()?);
    let mut faults = faults(&record.rows, &notes);
    let made = [(PAGE, page(&record, &notes)), (CHART, chart::draw(&record.rows))];
    for (name, text) in made {
        if tree::read(name)? != text {
            faults
                .push(format!("{name} is not what its sources say: `cargo xtask bench --render`"));
        }
    }
    none_of(&faults)
}

fn notes() -> Result<Notes, String> {
    Ok(Notes::read(&tree::read(notes::FILE)?))
}

/// Notes that are missing, and those on no row.
fn faults(rows: &[Kept], notes: &Notes) -> Vec<String> {
    let slower = rows.iter().filter(|kept| is_slower(&kept.figures));
    let unexplained =
        slower.map(|kept| kept.figures.row.name.as_str()).filter(|row| !notes.knows(row));
    let missing =
        unexplained.map(|row| format!("{row} breaks a rule without a note in {}", notes::FILE));
    let names: Vec<&str> = rows.iter().map(|kept| kept.figures.row.name.as_str()).collect();
    let strangers = notes.strangers(&names).into_iter();
    missing
        .chain(strangers.map(|name| format!("{} has a note on no row: {name}", notes::FILE)))
        .collect()
}

fn page(Record { machine, rows }: &Record, notes: &Notes) -> String {
    let mut page = HEAD.to_owned();
    page += &on(machine);
    page += &verdict(rows);
    page += "\n![kettle's share of tokio's figure, row by row](pictures/performance.svg)\n";
    page += &tables::rows(rows);
    page += &tables::growth(rows);
    page += &tables::waiting(rows);
    page += &tables::besides(rows);
    page += "\n## Notes on rows\n\n";
    page += &notes.text;
    page += &place(machine, rows);
    page
}

/// What of each runtime was measured.
fn on(machine: &Value) -> String {
    let on = machine["on"].as_array().into_iter().flatten();
    let lines =
        on.filter_map(|pair| Some(format!("| {} | {} |\n", pair[0].as_str()?, pair[1].as_str()?)));
    let lines: String = lines.collect();
    format!(
        "\n## What is on\n\nAll in one program, with the same flags and the same allocator, each as \
         its users get it:\n\n| | |\n|---|---|\n{lines}"
    )
}

/// How many rows keep the rules, and which don't.
fn verdict(rows: &[Kept]) -> String {
    let judged = rows.iter().filter(|kept| !rules(&kept.figures).is_empty()).count();
    let slower: Vec<&Kept> = rows.iter().filter(|kept| is_slower(&kept.figures)).collect();
    let broken = slower.iter().flat_map(|kept| {
        let broken = rules(&kept.figures).into_iter().filter(|rule| !rule.kept);
        broken.map(|rule| format!("{} ({}, it is {})", kept.figures.row.name, rule.words, rule.is))
    });
    let noisy = rows.iter().filter(|kept| kept.figures.noise() > MUCH_NOISE);
    let noisy =
        noisy.map(|kept| format!("{} ({:.2})", kept.figures.row.name, kept.figures.noise()));
    format!(
        "\n## Verdict\n\n**{} of {judged} rows keep the rules.**\n\n- Not kept: {}.\n- So noisy that \
         the verdict says little: {}.\n",
        judged - slower.len(),
        listed(broken),
        listed(noisy),
    )
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// On what, and when.
fn place(machine: &Value, rows: &[Kept]) -> String {
    let text = |key: &str| machine[key].as_str().unwrap_or("?").to_owned();
    let versions = machine["versions"].as_object().into_iter().flatten();
    let versions = versions
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?")))
        .collect::<Vec<_>>();
    let mut rounds: Vec<usize> =
        rows.iter().filter_map(|kept| Some(kept.figures.runtimes.first()?.samples.len())).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let rounds: Vec<String> = rounds.iter().map(usize::to_string).collect();
    let mut text = format!(
        "\n## Where\n\n| | |\n|---|---|\n| CPU | {}, {} cores |\n| kernel | {} |\n| compiler | {}, {} \
         |\n| versions | {} |\n| rounds of a row | {} (bytes repeat: 3 at most) |\n",
        text("cpu"),
        machine["cores"],
        text("kernel"),
        text("rustc"),
        text("flags"),
        versions.join(", "),
        rounds.join(", "),
    );
    let mut runs: Vec<(&str, &str)> =
        rows.iter().map(|kept| (&*kept.stamp.day, &*kept.stamp.tree)).collect();
    runs.sort_unstable();
    runs.dedup();
    for (day, tree) in runs {
        let of_run = rows.iter().filter(|kept| kept.stamp.day == day && kept.stamp.tree == tree);
        let names: Vec<&str> = of_run.map(|kept| kept.figures.row.name.as_str()).collect();
        let names =
            if names.len() == rows.len() { "all rows".to_owned() } else { names.join(", ") };
        let changed = if tree.ends_with('+') { " and uncommitted changes" } else { "" };
        let tree = tree.trim_end_matches('+');
        let _ = writeln!(text, "| {day}, commit {tree}{changed} | {names} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::figures::BASE;
    use crate::record::kept;

    fn row(name: &str, kettle: f64) -> Kept {
        kept(name, &[("kettle", &[kettle; 3]), (BASE, &[100.0; 3])])
    }

    #[test]
    fn the_page_says_what_is_slower_and_what_was_noted() {
        let machine = json!({ "cpu": "a cpu", "on": [["kettle", "all of it"]] });
        let rows = vec![row("fast", 40.0), row("slow", 120.0)];
        let notes = Notes::read("\n## Rows\n\n### slow\n\nWhy.\n\n## Tricks\n\nt\n");
        let page = page(&Record { machine, rows }, &notes);
        for words in [
            "**1 of 2 rows keep the rules.**",
            "- Not kept: slow (≤ 1.02, it is 1.20 (1.20–1.20)).",
            "## Notes on rows\n\n### slow\n\nWhy.\n\n## Tricks\n\nt\n",
            "| kettle | all of it |",
            "| today, commit abc and uncommitted changes | all rows |",
        ] {
            assert!(page.contains(words), "{words:?} is not in:\n{page}");
        }
    }

    #[test]
    fn a_slow_row_needs_a_note_and_a_note_a_row() {
        let rows = [row("fast", 40.0), row("growth-f:1", 120.0)];
        let faults = |text: &str| faults(&rows, &Notes::read(text));
        assert_eq!(faults("\n## Rows\n\n### growth-f\n\nwords\n"), [""; 0]);
        assert!(faults("")[0].starts_with("growth-f:1 breaks a rule"));
        assert!(faults("\n## Rows\n\n### yeild, growth-f\n")[0].contains("no row: yeild"));
    }
}
