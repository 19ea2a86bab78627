//! `cargo kettle test`: do a project's tests pass under other schedules, too?
//!
//! [`test`] builds them on kettle, and runs each in a process of its own (`tried.rs`): one at a
//! time unless the user asks for more, because tests that share a port or a file often wait for
//! each other inside their usual common process. It prints a line for each test, then what the
//! failing ones printed, and a sum.

use std::env;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kettle_kit::process;
use kettle_kit::report::{Trouble, exit_code};

use crate::built::build;
use crate::options::Options;
use crate::patched::Patched;
use crate::tried::{FAULTS, Failure, Mode, Test, Verdict};

/// The arguments of the command.
#[derive(clap::Args, Clone, Default)]
#[command(
    after_help = "Nothing is written into the project. Without `--seeds`, `--explore` and `--seed` each test \
    runs once. What a search finds, and how, is in docs/tokio-map.md."
)]
pub struct Arguments {
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
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_SECONDS)]
    pub seconds: u64,
    #[command(flatten)]
    pub options: Options,
}

const DEFAULT_SECONDS: u64 = 60;

pub fn test(arguments: &Arguments) -> ExitCode {
    match try_all(arguments) {
        Ok(false) => ExitCode::FAILURE,
        passed_or_error => exit_code(passed_or_error.map(drop)),
    }
}

impl Arguments {
    fn mode(&self) -> Mode {
        match *self {
            Arguments { seed: Some(seed), .. } => Mode::Seed(seed),
            Arguments { explore: Some(decisions), .. } => Mode::Explore(decisions),
            Arguments { seeds: Some(seeds), .. } => Mode::Seeds(seeds),
            _ => Mode::Once,
        }
    }

    fn faults(&self) -> Option<String> {
        self.faults.clone().or_else(|| env::var(FAULTS).ok().filter(|it| !it.is_empty()))
    }

    /// Cargo's arguments. If the user doesn't say what to build, it builds all but doc tests.
    fn cargo_args(&self) -> Vec<String> {
        let mut args: Vec<String> = vec!["test".into(), "--no-run".into()];
        args.extend(self.options.cargo_args());
        if !self.options.names_targets() {
            args.push("--tests".to_owned());
        }
        args
    }

    /// The arguments that build and run the same tests again, each with a space behind it.
    fn repeated(&self) -> String {
        let Options { manifest_path, checkout, .. } = &self.options;
        let mut args = Vec::new();
        for (name, path) in [("--manifest-path", manifest_path), ("--checkout", checkout)] {
            if let Some(path) = path {
                args.extend([name.to_owned(), path.display().to_string()]);
            }
        }
        args.extend(self.options.cargo_args());
        if self.seconds != DEFAULT_SECONDS {
            args.extend(["--seconds".to_owned(), self.seconds.to_string()]);
        }
        if let Some(kind) = self.faults() {
            args.extend(["--faults".to_owned(), kind]);
        }
        args.iter().map(|arg| quoted(arg) + " ").collect()
    }
}

/// A test as the user sees it, or a program that couldn't list its tests, and how it did.
struct Tried {
    name: String,
    verdict: io::Result<Verdict>,
}

/// Builds and runs the tests. Returns whether all passed.
fn try_all(arguments: &Arguments) -> Result<bool, Trouble> {
    let patched = Patched::with(&arguments.options)?;
    let programs = build(&patched, &arguments.cargo_args())?;
    let (mut tests, mut all_tried) = (Vec::new(), Vec::new());
    for program in &programs {
        match program.tests(arguments.name.as_deref(), arguments.exact) {
            Ok(listed) => tests.extend(listed),
            Err(error) => all_tried.push(Tried { name: program.name.clone(), verdict: Err(error) }),
        }
    }
    for test in &mut tests {
        test.faults = arguments.faults();
    }
    for unlisted in &all_tried {
        println!("{}", unlisted.line());
    }
    if tests.is_empty() && all_tried.is_empty() {
        let name = arguments.name.as_ref();
        let words = name.map_or(String::new(), |name| format!(" with {name:?} in its name"));
        return Err(format!("there is no test{words}").into());
    }
    eprintln!("kettle is in the place of {}", patched.tokio());
    let folder = patched.output_folder("tests");
    all_tried.extend(try_each(arguments, &tests, programs.len() > 1, &folder));
    let has_failed = |tried: &&Tried| !matches!(tried.verdict, Ok(Verdict::Passed(_)));
    let failed: Vec<&Tried> = all_tried.iter().filter(has_failed).collect();
    for tried in &failed {
        print!("{}", tried.details(arguments));
    }
    println!("\ntests: {} passed, {} failed", all_tried.len() - failed.len(), failed.len());
    Ok(failed.is_empty())
}

/// Tries the tests, and prints a line for each as soon as it has ended. If there are several
/// programs, their names precede those of the tests. `folder` is for what the tests record.
fn try_each(args: &Arguments, tests: &[Test<'_>], several: bool, folder: &Path) -> Vec<Tried> {
    let bar = ProgressBar::new(tests.len() as u64).with_style(
        ProgressStyle::with_template("{bar:30} {pos} of {len} tests  {msg}").expect("a template"),
    );
    bar.enable_steady_tick(Duration::from_millis(120));
    let limit = Duration::from_secs(args.seconds);
    let jobs = args.jobs.clamp(1, tests.len().max(1));
    let tried = process::shared_out(tests.iter(), jobs, |test| {
        let mut name = test.name.clone();
        if several {
            name = format!("{} {name}", test.program.name);
        }
        let folder = folder.join(test.program.stem()).join(folder_name(&test.name));
        bar.set_message(name.clone());
        let verdict = test.try_out(&args.mode(), limit, &folder);
        let tried = Tried { name, verdict };
        bar.inc(1);
        bar.suspend(|| println!("{}", tried.line()));
        tried
    });
    bar.finish_and_clear();
    tried
}

/// The folder for a test, which is emptied before the test runs. A program may list names with any
/// characters, so those that could lead out of the parent folder are replaced.
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

impl Tried {
    fn line(&self) -> String {
        let name = &self.name;
        match &self.verdict {
            Ok(Verdict::Passed(words)) => format!("ok      {name}: {words}"),
            Ok(Verdict::Failed(failure)) => format!("FAILED  {name}: {}", failure.words),
            Err(error) => format!("FAILED  {name}: {error}"),
        }
    }

    /// What a failing test printed, and the commands that show the failure again.
    fn details(&self, arguments: &Arguments) -> String {
        let Tried { name, verdict } = self;
        let Ok(Verdict::Failed(failure)) = verdict else { return String::new() };
        let Failure { words, seed, schedule, on_real_clock, page, output } = failure;
        let clock = if *on_real_clock { "KETTLE_CLOCK=real " } else { "" };
        let mut text = format!("\n---- {name}: {words} ----\n{}\n", output.trim_end());
        let test = name.rsplit(' ').next().unwrap_or(name);
        let command = format!("cargo kettle test {}--exact {test}", arguments.repeated());
        if let Some(schedule) = schedule {
            let _ = writeln!(text, "again: {clock}KETTLE_SCHEDULE='{schedule}' {command}");
        }
        if let Some(seed) = seed {
            let _ = writeln!(text, "again: {clock}{command} --seed {seed}");
        }
        if let Some(page) = page {
            let _ = writeln!(text, "page:  {}", page.display());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_test_leads_out_of_the_folder() {
        let names = ["a::b", "a/b", "/etc", "../../x"].map(folder_name);
        assert!(names.iter().all(|name| !name.contains(['/', '.', ':'])), "{names:?}");
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn the_details_of_a_failure_say_how_to_see_it_again() {
        let options = Options {
            manifest_path: Some("../a pot".into()),
            features: vec!["milk,tea".to_owned()],
            lib: true,
            ..Options::default()
        };
        let faults = Some("net".to_owned());
        let seeds = Some(9);
        let arguments = Arguments { options, faults, seconds: 5, seeds, ..Arguments::default() };
        let again = "cargo kettle test --manifest-path '../a pot' --lib --features milk,tea \
                     --seconds 5 --faults net --exact a::brews";
        for (on_real_clock, clock) in [(false, ""), (true, "KETTLE_CLOCK=real ")] {
            let (seed, schedule) = (Some(42), Some("3:budget:1/2".to_owned()));
            let failure = Failure { seed, schedule, on_real_clock, ..Failure::default() };
            let verdict = Ok(Verdict::Failed(failure));
            let tried = Tried { name: "pot a::brews".to_owned(), verdict };
            let details = tried.details(&arguments);
            let end = format!(
                "\nagain: {clock}KETTLE_SCHEDULE='3:budget:1/2' {again}\nagain: {clock}{again} --seed 42\n"
            );
            assert!(details.ends_with(&end), "{details}");
        }
    }
}
