//! What does a reader see of the figures?
//!
//! `docs/performance.md`, a template (`page.md.jinja`) that is filled with
//! `docs/records/performance.json`. **No time is on the page**: times are shares of tokio's; only
//! counts and bytes are given as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kettle_kit::report::{Outcome, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;
use minijinja::{Environment, UndefinedBehavior, Value, context};

use crate::bench::figures::{BASE, Figures, Ratio};
use crate::bench::record::{self, Kept};
use crate::bench::rule::rule;

/// A row whose ratio of tokio to itself is so far from 1 says little.
const MUCH_NOISE: f64 = 0.1;
/// Rows that have a table of their own, where they are compared with threads.
pub(crate) const WAITING: &str = "waiting-";
const PAGE: &str = "docs/performance.md";

/// Makes the page from what is kept.
pub(crate) fn render() -> Result<(), Trouble> {
    fs::write(tree::root().join(PAGE), made(&record::load()?)?)?;
    println!("{PAGE} is made");
    Ok(())
}

/// Is the page what its figures say?
pub(crate) fn check() -> Outcome {
    if tree::read(PAGE)? == made(&record::load()?)? {
        return Ok(Tally::success());
    }
    Err(format!("{PAGE} is not what its figures say: `cargo xtask bench --render`").into())
}

/// The page's text.
fn made(rows: &[Kept]) -> Result<String, Trouble> {
    let broken = |kept: &Kept| {
        let (words, _) = rule(&kept.figures).filter(|(_, kept)| !kept)?;
        Some(format!("{} ({words})", kept.figures.row.name))
    };
    let noisy = |kept: &Kept| {
        let noise = kept.figures.noise();
        (noise > MUCH_NOISE).then(|| format!("{} ({noise:.2})", kept.figures.row.name))
    };
    let is_plain = |name: &str| !name.contains(':') && !name.starts_with(WAITING);
    let plain = rows.iter().filter(|kept| is_plain(&kept.figures.row.name));
    let page = context! {
        judged => rows.iter().filter(|kept| rule(&kept.figures).is_some()).count(),
        broken => rows.iter().filter_map(broken).collect::<Vec<_>>(),
        noisy => rows.iter().filter_map(noisy).collect::<Vec<_>>(),
        plain => plain.map(line).collect::<Vec<_>>(),
        families => families(rows),
        waiting => rows.iter().filter_map(waiting).collect::<Vec<_>>(),
        measured => measured(rows),
    };
    let filled = environment().render_str(include_str!("page.md.jinja"), &page);
    Ok(filled.map_err(|error| format!("the page's template: {error:#}"))?)
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("digits", |value: Option<f64>, digits: Option<usize>| {
        value.map(|value| format!("{value:.*}", digits.unwrap_or(2))).unwrap_or_default()
    });
    environment.add_filter("bytes", bytes);
    environment
}

/// A row of the tables of all rows.
fn line(kept: &Kept) -> Value {
    let figures = &kept.figures;
    context! {
        name => figures.row.name,
        about => figures.row.about,
        unit => figures.row.unit,
        ratio => figures.ratio("kettle").map(Ratio::in_words).unwrap_or_default(),
        others => figures.others(),
        counted => counted(figures),
    }
}

/// What was counted of kettle and of tokio: bytes, polls, system calls. No times.
fn counted(figures: &Figures) -> String {
    let calls =
        |runtime| figures.note(runtime, "system calls").map(|value| (value, "system calls"));
    let unit = figures.row.unit.as_str();
    let is_count = !["ns", "ns (wall)"].contains(&unit);
    let whole = |runtime| Some((figures.median(runtime).filter(|_| is_count)?, unit));
    let found = |runtime| whole(runtime).or_else(|| calls(runtime));
    match (found("kettle"), found(BASE)) {
        (Some((ours, what)), Some((theirs, _))) if ours.max(theirs) >= 0.01 => {
            format!("{} and {} {what}", short(ours), short(theirs))
        }
        _ => String::new(),
    }
}

fn name_and_size(kept: &Kept) -> Option<(&str, &str)> {
    kept.figures.row.name.split_once(':')
}

/// The rows `family:size`: how a figure changes with how many there are.
fn families(rows: &[Kept]) -> Vec<Value> {
    let name = |kept: &Kept| name_and_size(kept).map(|(name, _)| name.to_owned());
    rows.chunk_by(|one, two| name(one) == name(two)).filter_map(family).collect()
}

fn family(rows: &[Kept]) -> Option<Value> {
    let (name, _) = name_and_size(rows.first()?)?;
    // As parts of the figure of the smallest.
    let steps = |runtime| -> Vec<f64> {
        let medians = rows.iter().filter_map(|kept| kept.figures.median(runtime));
        let medians: Vec<f64> = medians.collect();
        medians.iter().map(|median| median / medians[0]).collect()
    };
    let sizes = rows.iter().filter_map(name_and_size).map(|(_, size)| size);
    Some(context! {
        name,
        sizes => sizes.collect::<Vec<_>>(),
        kettle => steps("kettle"),
        tokio => steps(BASE),
    })
}

/// The tutorial's server by tasks and by threads.
fn waiting(kept: &Kept) -> Option<Value> {
    let visitors: f64 = kept.figures.row.name.strip_prefix(WAITING)?.parse().ok()?;
    Some(context! { visitors, runtimes => runtimes(kept) })
}

/// For each runtime of a row its notes, and its `median`.
fn runtimes(kept: &Kept) -> Value {
    let names = kept.figures.runtimes.iter().map(|runtime| runtime.name.as_str());
    let figures = |name| {
        let notes = kept.figures.notes(name).iter().map(|(name, value)| (name.as_str(), *value));
        let median = kept.figures.median(name).map(|median| ("median", median));
        (name, notes.chain(median).collect::<BTreeMap<_, _>>())
    };
    Value::from_serialize(names.map(figures).collect::<BTreeMap<_, _>>())
}

/// When, on what, and of what the rows were measured: each thing once.
fn measured(rows: &[Kept]) -> Value {
    let each = |of: fn(&Kept) -> String| -> BTreeSet<String> { rows.iter().map(of).collect() };
    context! {
        days => each(|kept| kept.run.day.clone()),
        machines => each(|kept| kept.run.cpu.clone()),
        compilers => each(|kept| kept.run.compiler.clone()),
        versions => each(|kept| kept.run.versions.clone()),
    }
}

pub(crate) fn bytes(bytes: f64) -> String {
    let kilobytes = bytes / 1024.0;
    if kilobytes < 1024.0 {
        format!("{kilobytes:.0} KiB")
    } else {
        format!("{:.1} MiB", kilobytes / 1024.0)
    }
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
    use crate::bench::record::kept;

    fn row(name: &str, kettle: f64) -> Kept {
        kept(name, &[("kettle", &[kettle; 3]), (BASE, &[100.0; 3]), ("raw", &[90.0; 3])])
    }

    fn noted(mut kept: Kept, notes: &[(&str, f64)]) -> Kept {
        for (runtime, (name, value)) in kept.figures.runtimes.iter_mut().zip(notes) {
            runtime.notes.push(((*name).to_owned(), *value));
        }
        kept
    }

    #[test]
    fn no_time_is_told_but_as_a_share() {
        let late = noted(row("r", 50.0), &[("p99 us", 30.0), ("p99 us", 60.0)]).figures;
        assert_eq!(counted(&late), "");
        let calls = noted(row("r", 50.0), &[("system calls", 4.4), ("system calls", 6.2)]);
        assert_eq!(counted(&calls.figures), "4.40 and 6.20 system calls");
        let mut bytes = row("r", 50.0).figures;
        bytes.row.unit = "B".to_owned();
        assert_eq!(counted(&bytes), "50.0 and 100 B");
    }
}
