//! What does a reader see of the figures?
//!
//! `docs/performance.md`, made of `docs/records/performance.json` and of what people wrote about single rows
//! (`notes.rs`): what is measured and how to read it, the verdict, the chart, a table of all rows
//! (`tables.rs`), why rows miss their target, and on what it was measured. **No time stands on it**:
//! times are shares of tokio's; only counts and bytes stand there as they are.

use std::fmt::Write;
use std::fs;

use serde_json::Value;

use crate::chart;
use crate::figures::Figures;
use crate::growth;
use crate::notes::{self, Notes};
use crate::paper::{self, Kept, Paper};
use crate::tables;
use crate::targets::Target;
use kettle_kit::report::{Outcome, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

const PAGE: &str = "docs/performance.md";
const CHART: &str = "docs/pictures/performance.svg";
const NO_NOTE: &str = "**No note yet.**";

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
- **A target is met if the upper quartile is no more than target + noise.** Each counts as one. Rows
  in **bold** are gated: the project stands for them. Counts (system calls, bytes) are met within
  2 %, as far as a repeated count differs.
- **Rows of the network:** a process of its own, on the other core, with raw sockets and no runtime
  visits all servers alike, and compares each byte. The figure is the server's CPU time. *raw* is
  mio's loop without tasks: the limit. System calls are those of the server's thread under
  `strace -c`, user instructions those of the server under cachegrind, a short run subtracted from a
  long one. Traced, a server finds more or fewer visitors ready at each wait, as all of them do.
";

/// Makes the page and its chart from what is kept.
pub(crate) fn render() -> Result<(), String> {
    let (page, chart) = made()?;
    write(CHART, &chart)?;
    write(PAGE, &page)?;
    println!("{PAGE} and {CHART} are made");
    Ok(())
}

/// Is the page what its sources say, and has each miss its note?
pub fn check() -> Outcome {
    if !paper::exists() {
        let stale = tree::root().join(PAGE).exists();
        return if stale {
            Err(format!("{PAGE} has no figures").into())
        } else {
            Ok(Tally::success())
        };
    }
    let (page, chart) = made()?;
    if tree::read(PAGE)? != page || tree::read(CHART)? != chart {
        let words = format!("{PAGE} is not what its sources say: `cargo xtask bench --render`");
        return Err(words.into());
    }
    let missing: Vec<&str> = page.lines().filter(|line| line.contains(NO_NOTE)).collect();
    if missing.is_empty() {
        return Ok(Tally::success());
    }
    let words = format!("rows miss their target without a note in {}:", notes::FILE);
    Err(Trouble::from(format!("{words}\n{}", missing.join("\n"))))
}

fn write(name: &str, text: &str) -> Result<(), String> {
    fs::write(tree::root().join(name), text).map_err(|error| format!("{name}: {error}"))
}

/// The page and the chart.
fn made() -> Result<(String, String), String> {
    let paper = paper::load()?;
    let notes = Notes::read(&tree::read(notes::FILE)?);
    let chart = chart::draw(paper.rows.iter().map(|kept| &kept.figures));
    Ok((page(&paper, &notes)?, chart))
}

fn page(paper: &Paper, notes: &Notes) -> Result<String, String> {
    let rows: Vec<&Figures> = paper.rows.iter().map(|kept| &kept.figures).collect();
    let strangers: Vec<&str> = notes.strangers(&rows).collect();
    if !strangers.is_empty() {
        return Err(format!("{} has notes on no row: {}", notes::FILE, strangers.join(", ")));
    }
    let mut page = HEAD.to_owned();
    page += &on(&paper.machine);
    page += &verdict(&rows, paper.promised);
    page += "\n![kettle's share of tokio's figure, row by row](pictures/performance.svg)\n";
    page += &tables::rows(&rows);
    page += &tables::growth(&rows);
    page += &tables::waiting(&rows);
    page += &tables::besides(&rows);
    page += &misses(&rows, notes);
    page += &notes.rest;
    page += &place(&paper.machine, &paper.rows);
    Ok(page)
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

/// How many promises are kept, and where kettle is not the faster one.
fn verdict(rows: &[&Figures], promised: u64) -> String {
    let targets: Vec<Target> = rows.iter().flat_map(|figures| figures.targets()).collect();
    let gated = || targets.iter().filter(|target| target.gated);
    let met = gated().filter(|target| target.met == Some(true)).count();
    let judged = gated().filter(|target| target.met.is_some()).count();
    let slow = |slow: fn(&Figures) -> bool, gated: bool| {
        let slow = rows.iter().filter(|row| (row.row.gated || !gated) && slow(row));
        listed(slow.map(|row| row.row.name.clone()))
    };
    let growth = growth::families(rows.iter().copied());
    let growing = growth.iter().filter(|family| !family.passes());
    let mut text = format!("\n## Verdict\n\n**{met} of {promised} gated targets met.**");
    if (judged as u64) < promised {
        let _ = write!(text, " ({judged} of them are measured.)");
    }
    let noisy = rows.iter().filter(|row| row.noise() > MUCH_NOISE);
    let noisy = listed(noisy.map(|row| format!("{} ({:.2})", row.row.name, row.noise())));
    let missed = |gated: bool| {
        let missed = targets.iter().filter(|target| target.gated == gated && target.is_missed());
        listed(missed.map(|target| format!("{} ({})", target.row, target.words)))
    };
    let _ = write!(
        text,
        "\n\n- Gated targets missed: {}.\n- Gated rows that may be above tokio (upper quartile > 1 + \
         noise): {}.\n- Other targets missed: {}.\n- Growth missed: {}.\n- Measurably slower than \
         tokio, of all rows (lower quartile > 1 + noise): {}.\n- So noisy that the verdict says little: \
         {noisy}.\n",
        missed(true),
        slow(Figures::may_be_slower, true),
        missed(false),
        listed(growing.map(|family| family.family.to_owned())),
        slow(Figures::is_slower, false),
    );
    text
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Each row that misses its target, with what was found out about it; then what else was noted.
fn misses(rows: &[&Figures], notes: &Notes) -> String {
    let targets = rows.iter().flat_map(|figures| figures.targets());
    let missed = targets.filter(Target::is_missed);
    let missed =
        missed.map(|target| (target.row, format!("{}, it is {}", target.words, target.is)));
    let growth = growth::families(rows.iter().copied());
    let grown = growth.iter().filter(|family| !family.passes());
    let grown = grown.map(|family| (family.family.to_owned(), family.in_words()));
    let mut missed: Vec<(String, String)> = missed.chain(grown).collect();
    for row in rows.iter().filter(|row| row.row.target.is_none() && row.is_slower()) {
        let family = row.row.name.split(':').next().unwrap_or_default();
        if missed.iter().all(|(name, _)| name != family) {
            missed.push((family.to_owned(), "slower than tokio".to_owned()));
        }
    }
    let mut text = String::new();
    for (name, words) in &missed {
        let missing = format!("{NO_NOTE} ({name})");
        let note = notes.about(name).unwrap_or(&missing);
        let _ = write!(text, "\n### {name}: {words}\n\n{note}\n");
    }
    let names: Vec<String> = missed.into_iter().map(|(name, _)| name).collect();
    let besides = notes.besides(&names);
    let mut page = String::new();
    if !text.is_empty() {
        page += "\n## Misses\n\nWhere the time goes, and what was tried.\n";
        page += &text;
    }
    if !besides.is_empty() {
        page += "\n## Notes on other rows\n";
        page += &besides;
    }
    page
}

/// On what, and when.
fn place(machine: &Value, rows: &[Kept]) -> String {
    let text = |key: &str| machine[key].as_str().unwrap_or("?").to_owned();
    let versions = machine["versions"].as_object().into_iter().flatten();
    let versions = versions
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?")))
        .collect::<Vec<_>>();
    let mut rounds: Vec<usize> =
        rows.iter().filter_map(|kept| Some(kept.figures.runtimes.first()?.1.len())).collect();
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
    let mut runs: Vec<(&str, &str)> = rows.iter().map(|kept| (&*kept.day, &*kept.tree)).collect();
    runs.sort_unstable();
    runs.dedup();
    for (day, tree) in runs {
        let of_run = rows.iter().filter(|kept| kept.day == day && kept.tree == tree);
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
    use super::*;
    use crate::figures::{BASE, of};
    use serde_json::json;

    fn paper(rows: Vec<Figures>) -> Paper {
        let kept = |figures| Kept { figures, day: "2026-01-02".into(), tree: "abc+".into() };
        let machine = json!({ "cpu": "a cpu", "on": [["kettle", "all of it"]] });
        Paper { machine, promised: 3, rows: rows.into_iter().map(kept).collect() }
    }

    fn row(name: &str, kettle: f64) -> Figures {
        of(name, "0.5", &[("kettle", &[kettle; 3]), (BASE, &[100.0; 3])])
    }

    #[test]
    fn a_missed_row_has_its_note_or_says_that_it_has_none() {
        let paper = paper(vec![row("fast", 40.0), row("slow", 60.0), row("slower", 120.0)]);
        let notes = "## Rows\n\n### slow\n\nTwo attempts.\n\n### fast\n\nWhy.\n\n## Tricks\n\nt\n";
        let page = page(&paper, &Notes::read(notes)).unwrap();
        for words in [
            "**1 of 3 gated targets met.** (3 of them are measured.)",
            "- Gated targets missed: slow (≤ 0.50), slower (≤ 0.50).",
            "(upper quartile > 1 + noise): slower.",
            "### slow: ≤ 0.50, it is 0.60 (0.60–0.60)\n\nTwo attempts.\n",
            "it is 1.20 (1.20–1.20)\n\n**No note yet.** (slower)\n",
            "## Notes on other rows\n\n### fast\n\nWhy.\n",
            "\n## Tricks\n\nt\n",
            "| kettle | all of it |",
            "| 2026-01-02, commit abc and uncommitted changes | all rows |",
        ] {
            let words = words.replace(" (3 of them are measured.)", "");
            assert!(page.contains(&words), "{words:?} is not in:\n{page}");
        }
    }

    #[test]
    fn a_note_on_no_row_is_refused() {
        let notes = Notes::read("## Rows\n\n### yeild\n\nwords\n");
        let error = page(&paper(vec![row("yield", 1.0)]), &notes).unwrap_err();
        assert!(error.contains("yeild"), "{error}");
    }

    #[test]
    fn a_growth_that_is_too_fast_needs_a_note() {
        let small = of("growth-f:1", "-", &[("kettle", &[1.0]), (BASE, &[1.0])]);
        let big = of("growth-f:10", "-", &[("kettle", &[3.0]), (BASE, &[4.0])]);
        let page = page(&paper(vec![small, big]), &Notes::default()).unwrap();
        assert!(page.contains("- Growth missed: growth-f."), "{page}");
        assert!(page.contains("**No note yet.** (growth-f)"), "{page}");
    }

    #[test]
    fn a_row_without_a_target_needs_a_note_if_it_is_slower() {
        let row = |name| of(name, "-", &[("kettle", &[12.0]), (BASE, &[10.0])]);
        let paper = paper(vec![row("growth-f:1"), row("growth-f:10"), row("echo-1")]);
        let page = page(&paper, &Notes::default()).unwrap();
        assert_eq!(page.matches("### growth-f: slower than tokio").count(), 1, "{page}");
        assert!(page.contains("**No note yet.** (echo-1)"), "{page}");
    }
}
