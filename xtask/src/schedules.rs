//! Do kettle's own primitives keep their promises in whatever order tasks run?
//!
//! The tests of `sync`, `time`, `task` and `io`, and those for the bugs that tokio has had, run
//! under a thousand seeds. For each seed, one process runs the tests one after the other. Some
//! tests are left out, because they pass only in the usual order ([`USUAL_ORDER_ONLY`]).

use std::env;
use std::num::NonZero;

use cargo_kettle::built::Program;
use cargo_kettle::tried::Test;
use kettle_kit::process::{self, processors, shared_out};
use kettle_kit::report::{Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

use crate::cargo;

/// The modules of the tests that are run.
const MODULES: &[&str] = &["io::", "past::", "sync::", "time::", "task::"];

/// Lists tests that pass only in the usual order, each by the beginning of its name, with reasons.
const USUAL_ORDER_ONLY: &str = "tests/api/usual-order.txt";

/// The part `schedules`. `KETTLE_SEEDS` sets another number of seeds.
pub(crate) fn schedules(report: &mut Report) {
    let seeds = env::var("KETTLE_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    let seeds = seeds.map_or(1000, NonZero::<u64>::get);
    let Some(program) = report.make("the tests of the API are built", build) else { return };
    let name = format!("{} under {seeds} seeds", MODULES.join(" "));
    report.long_check(&name, "KETTLE_SEED=1 cargo test --test api …", || {
        let list = tree::read(USUAL_ORDER_ONLY)?;
        let mut left_out: Vec<&str> = list.lines().collect();
        left_out.retain(|line| !line.is_empty() && !line.starts_with('#'));
        let mut tests = program.tests(None, false)?;
        for begin in MODULES.iter().chain(&left_out) {
            if !tests.iter().any(|test| test.name.starts_with(begin)) {
                return Err(format!("no test begins with {begin}: has it another name?").into());
            }
        }
        tests.retain(|test| MODULES.iter().any(|module| test.name.starts_with(module)));
        tests.retain(|test| !left_out.iter().any(|begin| test.name.starts_with(begin)));
        let found = shared_out(1..=seeds, processors(), |seed| run_tests(&program, &tests, seed));
        none_of(&found.concat())?;
        Ok(Tally { passed: tests.len(), ignored: 0 })
    });
}

/// Runs these tests under this seed, in one process. Returns a line for each test that fails, and
/// the whole output.
fn run_tests(program: &Program, tests: &[Test<'_>], seed: u64) -> Vec<String> {
    let mut command = program.command();
    command.args(tests.iter().map(|test| &*test.name)).args(["--exact", "--test-threads=1"]);
    command.env("KETTLE_SEED", seed.to_string()).env("RUST_BACKTRACE", "0");
    let finished = match process::run(&mut command) {
        Ok(finished) if finished.success() => return Vec::new(),
        Ok(finished) => finished,
        Err(error) => return vec![error.to_string()],
    };
    let has_passed = |test: &&Test<'_>| finished.stdout.contains(&format!("{} ... ok", test.name));
    let failed = tests.iter().filter(|test| !has_passed(test));
    let failed = failed.map(|test| format!("{} fails (KETTLE_SEED={seed})", test.name));
    failed.chain([finished.failure()]).collect()
}

/// Builds the program with the tests of the API.
fn build() -> Result<Program, Trouble> {
    let args = ["test", "-p", "kettle", "--test", "api", "--no-run", "--message-format=json"];
    let mut build = kettle_kit::cargo::command(&[&args, cargo::ALL_FEATURES].concat());
    build.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    let built = kettle_kit::cargo::finish(&mut build, "schedules")?;
    let mut tests = kettle_kit::cargo::artifacts(&built).filter(|it| it.target.name == "api");
    let program = tests.find_map(|it| Program::of(&it, true, tree::root()));
    Ok(program.ok_or("Cargo names no program with these tests")?)
}
