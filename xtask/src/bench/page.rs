//! What does a reader see of the figures?
//!
//! `docs/performance.md`: a table of all rows, the chart, what was found besides, how costs grow,
//! and on what it was measured; then, word for word, `docs/performance-notes.md`, where people write
//! what they found out about single rows. Everything else on the page is made here.

use std::fmt::Write;
use std::fs;

use serde_json::Value;

use super::chart;
use super::figures::{AGAIN, BASE, Figures};
use super::growth;
use super::paper::{self, Kept};
use crate::tree;

const PAGE: &str = "docs/performance.md";
const CHART: &str = "docs/pictures/performance.svg";
const NOTES: &str = "docs/performance-notes.md";

const HEAD: &str = "\
# Performance

*Made by `cargo xtask bench` from [performance.json](performance.json), which has every sample; don't
edit it. Notes on single rows come from [performance-notes.md](performance-notes.md).*

kettle beside tokio's runtime of one thread. Unless a row says otherwise, a figure is **CPU time of
the process per operation** (user and system) in nanoseconds; the process is pinned to one core, and
each sample is a process of its own that asserts its result. Each round ran every runtime once, in
random order. The ratio is kettle ÷ tokio within a round: the median over all rounds, and its
quartiles. tokio ran twice in each round; the distance of its ratio to itself from 1 is the noise. A
target is met if the upper quartile is no more than target + noise. **Bold** rows are the project's
promise.

`cargo xtask bench --save` measures this page anew, `cargo xtask bench ROW` one row.

**What is on.** kettle: everything, as any program gets it: the budget of each task, panics caught
in each poll, handles and channels that are `Send`, ids, spawn locations, events compiled in (with
nobody recording). No `unsafe` of its own. tokio: `new_current_thread().enable_all()`. All use the
system's allocator.
";

/// Makes the page and its chart from what is kept.
pub(crate) fn render() -> Result<(), String> {
    let (machine, rows) = paper::load()?;
    let notes = fs::read_to_string(tree::root().join(NOTES)).unwrap_or_default();
    let (growing, plain): (Vec<&Kept>, Vec<&Kept>) =
        rows.iter().partition(|kept| kept.figures.row.name.contains(':'));
    let mut page = HEAD.to_owned();
    page += &verdict(&plain);
    page += &table(&plain);
    page += "\n![kettle's share of tokio's figure, row by row](pictures/performance.svg)\n";
    page += &besides(&plain);
    page += &growth(&growing);
    page += &place(&machine, &rows);
    page += &notes;
    write(CHART, &chart::draw(plain.iter().map(|kept| &kept.figures)))?;
    write(PAGE, &page)?;
    println!("{PAGE} and {CHART} are made");
    Ok(())
}

fn write(name: &str, text: &str) -> Result<(), String> {
    fs::write(tree::root().join(name), text).map_err(|error| format!("{name}: {error}"))
}

/// How many promises are kept, and where kettle is not the faster one.
fn verdict(rows: &[&Kept]) -> String {
    let names = |rows: &mut dyn Iterator<Item = &Figures>| {
        let names: Vec<&str> = rows.map(|figures| figures.row.name.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let figures = || rows.iter().map(|kept| &kept.figures);
    let promised = || figures().filter(|figures| figures.row.gated);
    let judged = promised().filter(|figures| figures.passes().is_some()).count();
    let missed = names(&mut promised().filter(|figures| figures.fails()));
    let hopes = names(&mut figures().filter(|figures| !figures.row.gated && figures.fails()));
    let slower = names(&mut figures().filter(|figures| figures.is_slower()));
    format!(
        "\n## Rows\n\nOf {judged} promised targets missed: {missed}. Of the other targets missed: \
         {hopes}. Measurably slower than tokio: {slower}.\n"
    )
}

fn table(rows: &[&Kept]) -> String {
    let mut text = "\n\
        | row | one operation | kettle | tokio | ratio | noise | target | | others ÷ tokio |\n\
        |---|---|--:|--:|---|--:|--:|---|---|\n"
        .to_owned();
    for Kept { figures, .. } in rows {
        let row = &figures.row;
        let name = if row.gated { format!("**{}**", row.name) } else { row.name.clone() };
        let ratio = figures.ratio("kettle");
        let ratio = ratio.map(|r| format!("**{:.2}** ({:.2}–{:.2})", r.median, r.lower, r.upper));
        let target = row.target.map(|target| match row.beside.as_str() {
            BASE => format!("{target:.2}"),
            beside => format!("{target:.2} × {beside}"),
        });
        let verdict = figures.passes().map(|met| if met { "met" } else { "**missed**" });
        // A `String` takes everything.
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {:.2} | {} | {} | {} |",
            row.about,
            figure(figures, "kettle"),
            figure(figures, BASE),
            ratio.unwrap_or_default(),
            figures.noise(),
            target.unwrap_or_default(),
            verdict.unwrap_or_default(),
            others(figures),
        );
    }
    text
}

/// A runtime's median with its unit.
fn figure(figures: &Figures, runtime: &str) -> String {
    let median = figures.median(runtime);
    median.map_or(String::new(), |median| format!("{} {}", short(median), figures.row.unit))
}

fn others(figures: &Figures) -> String {
    let names = figures.runtimes.iter().map(|(name, _)| name.as_str());
    let others = names.filter(|name| !["kettle", BASE, AGAIN].contains(name));
    let shares =
        others.filter_map(|name| Some(format!("{name} {:.2}", figures.ratio(name)?.median)));
    shares.collect::<Vec<_>>().join(", ")
}

/// What the samples told besides their own figure.
fn besides(rows: &[&Kept]) -> String {
    let mut text = String::new();
    for Kept { figures, .. } in rows {
        for (runtime, _) in figures.runtimes.iter().filter(|(name, _)| name != AGAIN) {
            let notes = figures.notes(runtime);
            let told: Vec<String> =
                notes.iter().map(|(name, value)| format!("{name} {}", short(*value))).collect();
            if !told.is_empty() {
                let _ =
                    writeln!(text, "| {} | {runtime} | {} |", figures.row.name, told.join(", "));
            }
        }
    }
    if text.is_empty() {
        return text;
    }
    format!("\n## Besides\n\n| row | runtime | found |\n|---|---|---|\n{text}")
}

/// How a figure changes with how many there are.
fn growth(rows: &[&Kept]) -> String {
    let families = growth::families(rows.iter().map(|kept| &kept.figures));
    if families.is_empty() {
        return String::new();
    }
    let mut text = "\n## Growth\n\n\
        The same work among more and more tasks, timers or connections. The biggest may be twice as \
        dear as the smallest, and no dearer than for tokio.\n\n\
        | row | sizes | kettle | tokio | kettle grows | tokio grows | |\n\
        |---|---|---|---|--:|--:|---|\n"
        .to_owned();
    let list = |values: &[f64]| values.iter().map(|v| short(*v)).collect::<Vec<_>>().join(", ");
    for family in families {
        let (kettle, tokio) = family.grown();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {kettle:.2} | {tokio:.2} | {} |",
            family.family,
            family.sizes.join(", "),
            list(&family.kettle),
            list(&family.tokio),
            if family.passes() { "met" } else { "**missed**" },
        );
    }
    text
}

fn place(machine: &Value, rows: &[Kept]) -> String {
    let text = |key: &str| machine[key].as_str().unwrap_or("?").to_owned();
    let versions = machine["versions"].as_object().into_iter().flatten();
    let versions: Vec<String> = versions
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?")))
        .collect();
    let mut days: Vec<&str> = rows.iter().map(|kept| kept.day.as_str()).collect();
    let mut trees: Vec<&str> = rows.iter().map(|kept| kept.tree.as_str()).collect();
    for list in [&mut days, &mut trees] {
        list.sort_unstable();
        list.dedup();
    }
    let rounds = rows.iter().filter_map(|kept| Some(kept.figures.runtimes.first()?.1.len()));
    format!(
        "\n## Where\n\n| | |\n|---|---|\n| day | {} |\n| commit (+: with changes) | {} |\n\
         | rounds | {} at least |\n| CPU | {}, {} cores |\n| kernel | {} |\n| compiler | {}, \
         `lto = \"thin\"`, `codegen-units = 1` |\n| versions | {} |\n",
        days.join(", "),
        trees.join(", "),
        rounds.min().unwrap_or(0),
        text("cpu"),
        machine["cores"],
        text("kernel"),
        text("rustc"),
        versions.join(", "),
    )
}

/// Three digits.
fn short(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        assert_eq!([1234.5, 43.21, 1.0].map(short), ["1234", "43.2", "1.00"]);
    }
}
