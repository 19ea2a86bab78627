//! How are figures saved, and how does a reader see them?
//!
//! `docs/records/performance.json` has each row with the figures that the page quotes, and the run
//! that measured it (day, processor, compiler, peers). Measuring a row again replaces its figures.
//! `docs/performance.md` is rendered from it by a template (`page.md.jinja`). **No time is on the
//! page**: times are ratios to tokio's; only bytes are given as they are.

use std::collections::BTreeSet;
use std::process::Command;
use std::{fs, thread};

use cargo_metadata::MetadataCommand;
use kettle_kit::report::{Outcome, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde::{Deserialize, Serialize};

use crate::bench::figures::{BASE, Figures, INSTRUCTIONS, is_slower, rule};
use crate::bench::row::{Row, WITHOUT_DOCTOR};

const FILE: &str = "docs/records/performance.json";

#[derive(Deserialize, Serialize)]
struct Record {
    rows: Vec<SavedRow>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct SavedRow {
    #[serde(flatten)]
    pub(crate) figures: Figures,
    pub(crate) run: Run,
}

impl SavedRow {
    pub(crate) fn name(&self) -> &str {
        &self.figures.row.name
    }
}

/// All saved rows, in the bench's order.
fn load() -> Result<Vec<SavedRow>, Trouble> {
    let record = serde_json::from_str::<Record>(&tree::read(FILE)?);
    Ok(record.map_err(|error| format!("{FILE}: {error}"))?.rows)
}

/// Saves the figures of a row. They replace its old ones.
pub(crate) fn save(new: &Figures, run: &Run, known: &[Row]) -> Result<(), Trouble> {
    let record = Record { rows: with_row(load()?, new, run, known) };
    let text = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(FILE), text + "\n")?)
}

/// The saved rows that the bench still has, in its order, with new figures for one of them.
fn with_row(mut rows: Vec<SavedRow>, new: &Figures, run: &Run, known: &[Row]) -> Vec<SavedRow> {
    rows.retain(|row| row.name() != new.row.name);
    rows.push(SavedRow { figures: new.clone(), run: run.clone() });
    let place = |saved: &SavedRow| known.iter().position(|row| row.name == saved.name());
    rows.retain(|row| place(row).is_some());
    rows.sort_by_key(place);
    rows
}

/// The packages whose versions are saved; if there are several versions, the newest.
const PACKAGES: &[&str] = &["kettle", "tokio", "mio"];

/// When and where a row was measured.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Run {
    pub(crate) day: String,
    pub(crate) cpu: String,
    pub(crate) compiler: String,
    pub(crate) versions: String,
}

impl Run {
    /// This run.
    pub(crate) fn new() -> Result<Run, String> {
        let metadata = MetadataCommand::new().manifest_path(tree::root().join("Cargo.toml")).exec();
        let packages = metadata.map_err(|error| error.to_string())?.packages;
        let with_version = |name: &&str| {
            let found = packages.iter().filter(|package| *package.name == **name);
            Some(format!("{name} {}", found.map(|package| &package.version).max()?))
        };
        let versions: Vec<String> = PACKAGES.iter().filter_map(with_version).collect();
        Ok(Run {
            day: output_of("date", &["-u", "+%Y-%m-%d"]),
            cpu: cpu(),
            compiler: output_of("rustc", &["--version"]),
            versions: versions.join(", "),
        })
    }
}

/// The processor's name with family and model, because a name alone (`AMD EPYC`) may stand for
/// several generations.
fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let fields = info.lines().filter_map(|line| line.split_once(':'));
        let mut found = fields.filter(|(field, _)| field.trim() == name);
        found.next().map_or("unknown", |(_, value)| value.trim())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (name, family, model) = (field("model name"), field("cpu family"), field("model"));
    format!("{name} (family {family}, model {model}), {cores} cores")
}

/// The output of a program; empty if it can't be run.
fn output_of(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(tree::root());
    let finished = process::run(&mut command);
    finished.map(|finished| finished.stdout.trim().to_owned()).unwrap_or_default()
}

// ----- the page -----

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

/// Is the page the one that the saved figures give?
pub(crate) fn check() -> Outcome {
    if tree::read(PAGE)? == text_of(&load()?)? {
        return Ok(Tally::success());
    }
    Err(format!("{PAGE} is not what its figures say: `cargo xtask bench --render`").into())
}

/// The page's text.
fn text_of(saved: &[SavedRow]) -> Result<String, Trouble> {
    let families = || saved.chunk_by(|one, two| family(one) == family(two));
    let is_debug = |it: &SavedRow| it.figures.row.is_debug();
    let is_plain =
        |it: &&SavedRow| it.name() == family(it) && waiting(it).is_none() && !is_debug(it);
    let page = context! {
        judged => saved.iter().filter(|it| rule(&it.figures).is_some()).count(),
        broken => saved.iter().filter_map(broken).collect::<Vec<_>>(),
        noisy => saved.iter().filter_map(noisy).collect::<Vec<_>>(),
        plain => saved.iter().filter(is_plain).map(line).collect::<Vec<_>>(),
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
    let (words, _) = rule(&row.figures).filter(|_| is_slower(&row.figures))?;
    Some(format!("{} ({words})", row.name()))
}

/// A row with much noise, and how much.
fn noisy(row: &SavedRow) -> Option<String> {
    let noise = row.figures.noise();
    (noise > MUCH_NOISE).then(|| format!("{} ({noise:.2})", row.name()))
}

/// A row of the first table.
fn line(row: &SavedRow) -> Value {
    let figures = &row.figures;
    let ratio = |runtime| figures.ratio(runtime).map(|it| two_digits(it.median));
    let bytes = |runtime| figures.median(runtime).map(|it| format!("{it:.0}"));
    let others = figures.others().map(|other| Some(format!("{other} {}", ratio(other)?)));
    let mut quartiles = figures
        .ratio("kettle")
        .map_or(Vec::new(), |it| vec![it.lower, it.upper].into_iter().map(two_digits).collect());
    quartiles.dedup();
    context! {
        name => row.name(),
        about => figures.row.about,
        unit => figures.row.unit,
        ratio => ratio("kettle"),
        quartiles => quartiles.join("–"),
        bytes => (figures.row.unit == "B").then(|| [bytes("kettle"), bytes(BASE)]),
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

/// A family of rows: how much more the largest costs than the smallest.
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
        multiples => ["kettle", BASE].map(grown),
    })
}

/// A row about silent connections: with a task for each, on kettle and on tokio, and with a thread.
fn waiting(row: &SavedRow) -> Option<Value> {
    let visitors: f64 = row.name().strip_prefix(WAITING)?.parse().ok()?;
    let memory = |runtime| row.figures.median(runtime).map(|each| bytes(each * visitors));
    let times = |note| {
        let of = |runtime| row.figures.note(runtime, note);
        Some(format!("{:.1}", of("threads")? / of("kettle")?))
    };
    Some(context! {
        visitors,
        memory => ["kettle", BASE, "threads"].map(memory),
        times => ["start-up ns", "answer ns"].map(times),
    })
}

/// A family of rows for debug builds: kettle with its doctor, divided by kettle without it and by
/// tokio. Of the row's three lengths, the worst ratio counts.
fn debug(rows: &[SavedRow]) -> Option<Value> {
    let first = Some(&rows[0].figures).filter(|figures| figures.row.is_debug())?;
    let worst = |of: fn(&Figures, &str) -> Option<f64>, other| {
        let share = |row: &SavedRow| Some(of(&row.figures, "kettle")? / of(&row.figures, other)?);
        rows.iter().filter_map(share).max_by(f64::total_cmp).map(two_digits)
    };
    let counted = |figures: &Figures, runtime: &str| figures.note(runtime, INSTRUCTIONS);
    let timed = |figures: &Figures, runtime: &str| Some(figures.ratio(runtime)?.median);
    let shares = [worst(counted, WITHOUT_DOCTOR), worst(timed, WITHOUT_DOCTOR), worst(timed, BASE)];
    Some(context! { about => first.row.about, shares })
}

/// The values that a field has in the rows' runs, each once.
fn distinct(saved: &[SavedRow], field: fn(&Run) -> &String) -> BTreeSet<&String> {
    saved.iter().map(|row| field(&row.run)).collect()
}

fn bytes(bytes: f64) -> String {
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

    fn saved(name: &str, runtimes: &[(&str, &[f64])]) -> SavedRow {
        SavedRow { figures: crate::bench::figures::of(name, runtimes), run: Run::default() }
    }

    #[test]
    fn a_row_takes_the_place_of_the_one_before() {
        let row = |name, kettle: f64| saved(name, &[("kettle", &[kettle])]);
        let old = vec![row("a", 1.0), row("b", 2.0), row("gone", 3.0)];
        let now = row("a", 4.0);
        let known = [&old[0], &old[1]].map(|saved| saved.figures.row.clone());
        let rows = with_row(old.clone(), &now.figures, &now.run, &known);
        assert_eq!(rows, [now, old[1].clone()]);
    }

    #[test]
    fn a_row_that_breaks_its_rule_is_reported() {
        let of = |kettle| saved("yield", &[("kettle", &[kettle; 3]), (BASE, &[100.0; 3])]);
        assert_eq!(broken(&of(73.0)), None);
        let page = text_of(&[of(114.0)]).unwrap();
        assert!(page.contains("**0 of 1 rows keep the rule.** Not kept: yield (≤ 1.02)"), "{page}");
        assert!(page.contains("| 1.14 (1.14) |"), "{page}");
    }
}
