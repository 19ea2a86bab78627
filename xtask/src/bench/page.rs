//! How does a reader see the figures?
//!
//! [`render`] makes `docs/performance.md` from the saved rows (`saved.rs`) and a template
//! (`page.md.jinja`), and [`check`] compares the page with them. **No time is on the page**: times
//! are ratios to tokio's; only bytes are given as they are. A function here makes what the template
//! asks for: [`plain_row`] a line of the first table, [`growth`], [`waiting`] and [`debug`] a line
//! of the others.

use std::collections::BTreeSet;
use std::fs;

use kettle_kit::report::{Outcome, Trouble, passes_if};
use kettle_kit::tree;
use minijinja::{Environment, UndefinedBehavior, Value, context};

use crate::bench::figures::{Figures, INSTRUCTIONS, QUOTED, Rule};
use crate::bench::row::{BYTES, KETTLE, TOKIO, WITHOUT_DOCTOR};
use crate::bench::saved::{Run, SavedRow, load};

/// A row with more noise than this is too noisy for a verdict.
const MUCH_NOISE: f64 = 0.1;
/// The names of rows that are in a table of their own, beside threads, begin with this.
const WAITING: &str = "waiting-";
const PAGE: &str = "docs/performance.md";

/// Renders the page from the saved figures.
pub(crate) fn render() -> Result<(), Trouble> {
    fs::write(tree::root().join(PAGE), text_of(&load()?)?)?;
    println!("{PAGE} is made");
    Ok(())
}

/// Is the page what the saved figures give?
pub(crate) fn check() -> Outcome {
    let words = format!("{PAGE} is not what its figures say: `cargo xtask bench --render`");
    passes_if(tree::read(PAGE)? == text_of(&load()?)?, words)
}

/// The page's text.
fn text_of(saved: &[SavedRow]) -> Result<String, Trouble> {
    let families = || saved.chunk_by(|one, two| family(one) == family(two));
    let is_in_other_table = |it: &SavedRow| {
        it.name() != family(it) || waiting(it).is_some() || it.figures.row.is_debug()
    };
    let plain = saved.iter().filter(|it| !is_in_other_table(it));
    let page = context! {
        judged => saved.iter().filter(|it| Rule::of(&it.figures).is_some()).count(),
        broken => saved.iter().filter_map(broken).collect::<Vec<_>>(),
        noisy => saved.iter().filter_map(noisy).collect::<Vec<_>>(),
        plain => plain.map(plain_row).collect::<Vec<_>>(),
        families => families().filter_map(growth).collect::<Vec<_>>(),
        waiting => saved.iter().filter_map(waiting).collect::<Vec<_>>(),
        debug => families().filter_map(debug).collect::<Vec<_>>(),
        processors => distinct(saved, |run| &run.cpu),
        days => distinct(saved, |run| &run.day),
        compilers => distinct(saved, |run| &run.compiler),
        versions => distinct(saved, |run| &run.versions),
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
    environment
}

/// A row that breaks its rule, with the rule.
fn broken(row: &SavedRow) -> Option<String> {
    let rule = Rule::of(&row.figures)?;
    (!rule.is_kept).then(|| format!("{} ({})", row.name(), rule.words))
}

/// A row with much noise, and how much.
fn noisy(row: &SavedRow) -> Option<String> {
    let noise = row.figures.noise();
    (noise > MUCH_NOISE).then(|| format!("{} ({noise:.2})", row.name()))
}

/// A line of the first table.
fn plain_row(row: &SavedRow) -> Value {
    let figures = &row.figures;
    let ratio = |runtime| figures.ratio(runtime).map(|it| two_digits(it.median));
    let bytes = |runtime| figures.median(runtime).map(|it| format!("{it:.0}"));
    let others = figures.others().map(|other| Some(format!("{other} {}", ratio(other)?)));
    let mut quartiles = Vec::new();
    if let Some(ratio) = figures.ratio(KETTLE) {
        quartiles.extend([ratio.lower, ratio.upper].map(two_digits));
    }
    quartiles.dedup(); // one number if the two look the same
    context! {
        name => row.name(),
        about => figures.row.about,
        unit => figures.row.unit,
        ratio => ratio(KETTLE),
        quartiles => quartiles.join("–"),
        bytes => (figures.row.unit == BYTES).then(|| [bytes(KETTLE), bytes(TOKIO)]),
        others => others.collect::<Vec<_>>(),
    }
}

fn two_digits(value: f64) -> String {
    format!("{value:.2}")
}

/// The part of a row's name before the `:`. Rows of one family differ in their size.
fn family(row: &SavedRow) -> &str {
    row.name().split(':').next().unwrap_or_default()
}

/// How much more the largest row of a family costs than the smallest.
fn growth(rows: &[SavedRow]) -> Option<Value> {
    let smallest = rows.first().filter(|row| !row.figures.row.is_debug())?;
    let largest = rows.last()?;
    let size = |row: &SavedRow| Some(row.name().split_once(':')?.1.to_owned());
    let grown = |runtime| {
        let small = smallest.figures.median(runtime)?;
        Some(two_digits(largest.figures.median(runtime)? / small))
    };
    Some(context! {
        name => family(smallest),
        sizes => [size(smallest)?, size(largest)?],
        multiples => [KETTLE, TOKIO].map(grown),
    })
}

/// Silent connections: with a task for each, on kettle and on tokio, and with a thread for each.
fn waiting(row: &SavedRow) -> Option<Value> {
    let visitors: f64 = row.name().strip_prefix(WAITING)?.parse().ok()?;
    let memory = |runtime| row.figures.median(runtime).map(|each| in_units(each * visitors));
    let times = |note| {
        let time_on = |runtime| row.figures.note(runtime, note);
        Some(format!("{:.1}", time_on("threads")? / time_on(KETTLE)?))
    };
    Some(context! {
        visitors,
        memory => [KETTLE, TOKIO, "threads"].map(memory),
        times => QUOTED.map(times),
    })
}

/// A family of rows for debug builds: kettle with its doctor, divided by kettle without it and by
/// tokio. Of the family's three lengths, the worst ratio counts.
fn debug(family: &[SavedRow]) -> Option<Value> {
    let first = &family[0].figures.row;
    if !first.is_debug() {
        return None;
    }
    let worst = |figure: fn(&Figures, &str) -> Option<f64>, other| {
        let ratios = family
            .iter()
            .filter_map(|row| Some(figure(&row.figures, KETTLE)? / figure(&row.figures, other)?));
        ratios.max_by(f64::total_cmp).map(two_digits)
    };
    let counted = |figures: &Figures, runtime: &str| figures.note(runtime, INSTRUCTIONS);
    let timed = |figures: &Figures, runtime: &str| Some(figures.ratio(runtime)?.median);
    let shares =
        [worst(counted, WITHOUT_DOCTOR), worst(timed, WITHOUT_DOCTOR), worst(timed, TOKIO)];
    Some(context! { about => first.about, shares })
}

/// The values that a field has in the rows' runs, each once.
fn distinct(saved: &[SavedRow], field: fn(&Run) -> &String) -> BTreeSet<&String> {
    saved.iter().map(|row| field(&row.run)).collect()
}

fn in_units(bytes: f64) -> String {
    let kilobytes = bytes / 1024.0;
    if kilobytes < 1024.0 {
        format!("{kilobytes:.0} KiB")
    } else {
        format!("{:.1} MiB", kilobytes / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::figures_of;

    #[test]
    fn a_row_that_breaks_its_rule_is_reported() {
        let saved = |kettle| {
            let figures = figures_of("yield", &[(KETTLE, &[kettle; 3]), (TOKIO, &[100.0; 3])]);
            SavedRow { figures, run: Run::default() }
        };
        assert_eq!(broken(&saved(73.0)), None);
        let page = text_of(&[saved(114.0)]).unwrap();
        assert!(page.contains("**0 of 1 rows keep the rule.** Not kept: yield (≤ 1.02)"), "{page}");
        assert!(page.contains("| 1.14 (1.14) |"), "{page}");
    }
}
