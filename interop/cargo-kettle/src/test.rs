//! `cargo kettle test`: do a project's tests pass under other schedules, too?
//!
//! They are built on kettle, and each is tried in a process of its own (`tried.rs`). One at a time,
//! unless asked for more: tests that share a port or a file often wait for each other within their
//! process. There is a line for each test, then what the failing ones printed, and a summary.

use std::env;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kettle_kit::process;
use kettle_kit::report::Trouble;

use crate::built::build;
use crate::options::Options;
use crate::patched::Patched;
use crate::tried::{FAULTS, Failure, Test, Verdict, Wanted};

/// What was asked for.
#[derive(clap::Args, Clone, Default)]
#[command(
    after_help = "Nothing is written into the project. Without `--seeds`, `--explore` and `--seed` each test \
    runs once. What a search finds, and how, is in docs/tokio-map.md."
)]
pub struct Wish {
    /// Only tests whose names contain this
    pub name: Option<String>,
    /// Only the test of exactly this name
    #[arg(long, requires = "name")]
    pub exact: bool,
    /// Tries first branch, first task, and then so many seeds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub seeds: Option<u64>,
    /// Tries all schedules with at most so many decisions
    #[arg(long, value_name = "DECISIONS", conflicts_with = "seeds")]
    pub explore: Option<u64>,
    /// Runs each once, under this seed
    #[arg(long, value_name = "SEED", conflicts_with_all = ["seeds", "explore"])]
    pub seed: Option<u64>,
    /// What may go wrong in them, too: `net` is all that a network does, `net.cut` one of it
    #[arg(long, value_name = "KIND")]
    pub faults: Option<String>,
    /// How many tests are tried at a time
    #[arg(long, short, value_name = "N", default_value_t = 1)]
    pub jobs: usize,
    /// How long a test may take in one schedule
    #[arg(long, value_name = "SECONDS", default_value_t = SECONDS)]
    pub seconds: u64,
    #[command(flatten)]
    pub options: Options,
}

const SECONDS: u64 = 60;

pub fn test(wish: &Wish) -> ExitCode {
    match try_all(wish) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

impl Wish {
    fn wanted(&self) -> Wanted {
        match *self {
            Wish { seed: Some(seed), .. } => Wanted::Seed(seed),
            Wish { explore: Some(most), .. } => Wanted::Explore(most),
            Wish { seeds: Some(seeds), .. } => Wanted::Seeds(seeds),
            _ => Wanted::Once,
        }
    }

    fn faults(&self) -> Option<String> {
        self.faults.clone().or_else(|| env::var(FAULTS).ok().filter(|it| !it.is_empty()))
    }

    /// What Cargo is told; without a word on what is built, all tests but those of the
    /// documentation.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = vec!["test".into(), "--no-run".into()];
        words.extend(self.options.words());
        if !self.options.names_targets() {
            words.push("--tests".to_owned());
        }
        words
    }

    /// How the same tests are built and run again, with a space after each word.
    fn again(&self) -> String {
        let Options { manifest_path, checkout, .. } = &self.options;
        let paths = [("--manifest-path", manifest_path), ("--checkout", checkout)];
        let paths = paths.into_iter().filter_map(|(word, it)| Some((word, it.as_ref()?)));
        let mut words: Vec<String> =
            paths.flat_map(|(word, it)| [word.to_owned(), it.display().to_string()]).collect();
        words.extend(self.options.words());
        if self.seconds != SECONDS {
            words.extend(["--seconds".to_owned(), self.seconds.to_string()]);
        }
        words.extend(self.faults().into_iter().flat_map(|kind| ["--faults".to_owned(), kind]));
        words.iter().map(|word| quoted(word) + " ").collect()
    }
}

/// Did all pass?
fn try_all(wish: &Wish) -> Result<bool, Trouble> {
    let patched = Patched::with(&wish.options)?;
    let programs = build(&patched, &wish.words())?;
    let (mut tests, mut told) = (Vec::new(), Vec::new());
    for program in &programs {
        match program.tests(wish.name.as_deref(), wish.exact) {
            Ok(of_it) => {
                tests.extend(of_it.into_iter().map(|it| Test { faults: wish.faults(), ..it }));
            }
            Err(error) => told.push((program.name.clone(), Err(error))),
        }
    }
    for (name, unknown) in &told {
        println!("{}", line(name, unknown));
    }
    if tests.is_empty() && told.is_empty() {
        let words =
            wish.name.as_ref().map_or(String::new(), |name| format!(" with {name:?} in its name"));
        return Err(format!("there is no test{words}").into());
    }
    eprintln!("kettle is in the place of {}", patched.tokio());
    let pages = patched.told("tests");
    let bar = ProgressBar::new(tests.len() as u64).with_style(
        ProgressStyle::with_template("{bar:30} {pos} of {len} tests  {msg}").expect("a template"),
    );
    bar.enable_steady_tick(Duration::from_millis(120));
    let several = programs.len() > 1;
    let jobs = wish.jobs.clamp(1, tests.len().max(1));
    told.extend(process::shared_out(tests.iter(), jobs, |test| {
        let name = shown(test, several);
        let folder = pages.join(test.program.stem()).join(folder_name(&test.name));
        let limit = Duration::from_secs(wish.seconds);
        bar.set_message(name.clone());
        let verdict = test.try_out(&wish.wanted(), limit, &folder);
        bar.inc(1);
        bar.suspend(|| println!("{}", line(&name, &verdict)));
        (name, verdict)
    }));
    bar.finish_and_clear();
    let failed: Vec<_> =
        told.iter().filter(|(_, it)| !matches!(it, Ok(Verdict::Passed(_)))).collect();
    for (name, verdict) in &failed {
        print!("{}", at_length(name, verdict, wish));
    }
    println!("\ntests: {} passed, {} failed", told.len() - failed.len(), failed.len());
    Ok(failed.is_empty())
}

/// What a program lists may have any signs, and this folder is emptied: none leads out of its
/// place.
fn folder_name(test: &str) -> String {
    let mut hash = DefaultHasher::new();
    test.hash(&mut hash);
    let plain = |it: char| if it.is_alphanumeric() || it == '_' { it } else { '-' };
    format!("{}-{:08x}", test.chars().map(plain).collect::<String>(), hash.finish() >> 32)
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "-_./,:=".contains(it);
    if word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A test's name; where there are several programs, with the program's.
fn shown(test: &Test<'_>, several: bool) -> String {
    if several { format!("{} {}", test.program.name, test.name) } else { test.name.clone() }
}

fn line(name: &str, verdict: &std::io::Result<Verdict>) -> String {
    match verdict {
        Ok(Verdict::Passed(words)) => format!("ok      {name}: {words}"),
        Ok(Verdict::Failed(failure)) => format!("FAILED  {name}: {}", failure.say),
        Err(error) => format!("FAILED  {name}: {error}"),
    }
}

/// What a failing test printed, and how one gets on from there.
fn at_length(name: &str, verdict: &std::io::Result<Verdict>, wish: &Wish) -> String {
    let Ok(Verdict::Failed(failure)) = verdict else { return String::new() };
    let Failure { say, seed, schedule, on_real_clock, page, text } = failure;
    let clock = if *on_real_clock { "KETTLE_CLOCK=real " } else { "" };
    let mut words = format!("\n---- {name}: {say} ----\n{}\n", text.trim_end());
    let test = name.rsplit(' ').next().unwrap_or(name);
    let again = format!("cargo kettle test {}--exact {test}", wish.again());
    if let Some(schedule) = schedule {
        let _ = writeln!(words, "again: {clock}KETTLE_SCHEDULE='{schedule}' {again}");
    }
    if let Some(seed) = seed {
        let _ = writeln!(words, "again: {clock}{again} --seed {seed}");
    }
    if let Some(page) = page {
        let _ = writeln!(words, "page:  {}", page.display());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_test_leads_out_of_its_folder() {
        let names = ["a::b", "a/b", "/etc", "../../x"].map(folder_name);
        assert!(names.iter().all(|name| !name.contains(['/', '.', ':'])), "{names:?}");
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn what_failed_says_how_to_see_it_again() {
        let options = Options {
            manifest_path: Some("../a pot".into()),
            features: vec!["milk,tea".to_owned()],
            lib: true,
            ..Options::default()
        };
        let faults = Some("net".to_owned());
        let wish = Wish { options, faults, seconds: 5, seeds: Some(9), ..Wish::default() };
        let again = "cargo kettle test --manifest-path '../a pot' --lib --features milk,tea \
                     --seconds 5 --faults net --exact a::brews";
        for (on_real_clock, clock) in [(false, ""), (true, "KETTLE_CLOCK=real ")] {
            let (seed, schedule) = (Some(42), Some("3:budget:1/2".to_owned()));
            let failure = Failure { seed, schedule, on_real_clock, ..Failure::default() };
            let words = at_length("pot a::brews", &Ok(Verdict::Failed(failure)), &wish);
            let told = format!(
                "\nagain: {clock}KETTLE_SCHEDULE='3:budget:1/2' {again}\nagain: {clock}{again} --seed 42\n"
            );
            assert!(words.ends_with(&told), "{words}");
        }
    }
}
