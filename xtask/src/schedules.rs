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

/// Tests that pass only in the usual order, each by the beginning of its name.
const USUAL_ORDER_ONLY: &[&str] = &[
    // It counts the units of a poll's budget, which a schedule may end early.
    "task::coop::",
    "sync::mpsc::receiving::a_task_with_many_values_lets_others_run",
    "sync::mutex::line::a_task_that_locks_for_ever_lets_others_run",
    "sync::rwlock::reading_twice_behind_a_writer_waits_forever",
    "time::sleep::spends_budget_only_when_it_is_ready",
    "io::copy::an_operation_costs_one_unit",
    // It counts polls, and a schedule may poll without need.
    "time::elsewhere::moved_by_another_thread_while_the_runtime_sleeps",
    "time::interval::moved_while_a_task_waits",
    "time::sleep::moved_while_a_task_waits_wakes_it_at_the_new_deadline",
    "time::sleep::wakes_the_task_that_polled_it_last",
    "time::timeout::the_future_is_polled_once_before_and_once_after_its_wake",
    "time::elsewhere::it_follows_who_polls_it",
    "time::elsewhere::moved_by_another_thread_while_a_task_waits",
    "task::aborts::a_queued_task_is_aborted_at_its_turn",
    // It counts the bytes of one write, and a schedule may cut it short.
    "io::stdio::what_was_accepted_is_written_though_the_runtime_ends",
    // It tests the order in which tasks run.
    "task::join_set::members_that_are_ready_end_in_the_order_of_their_spawns",
    "sync::mutex::guards::tasks_get_the_lock_in_the_order_of_their_spawns",
    "task::join_set::dropping_the_set_aborts_its_tasks",
    "task::local_tasks::tasks_share_what_is_not_send",
    "time::clock::advance_in_a_local_task_returns_behind_all_whom_it_woke",
    "time::clock::advance_returns_behind_all_whom_it_woke",
    // It spins until the clock moves, and the clock of a search moves only while every task waits.
    "time::clock::it_runs_stops_and_runs_on",
    // It tests the order in which timers fire.
    "time::order::those_that_are_left_keep_their_order",
    "time::sleep::moved_between_the_wake_and_the_poll",
    "time::clock::advance_fires_what_is_due_in_order",
];

/// The part `schedules`. `KETTLE_SEEDS` sets another number of seeds.
pub(crate) fn schedules(report: &mut Report) {
    let seeds = env::var("KETTLE_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    let seeds = seeds.map_or(1000, NonZero::<u64>::get);
    let mut program = None;
    report.check("the tests of the API are built", || {
        program = Some(build()?);
        Ok(Tally::success())
    });
    let Some(program) = program else { return };
    let name = format!("{} under {seeds} seeds", MODULES.join(" "));
    report.long_check(&name, "KETTLE_SEED=1 cargo test --test api …", || {
        let mut tests = program.tests(None, false)?;
        for begin in MODULES.iter().chain(USUAL_ORDER_ONLY) {
            if !tests.iter().any(|test| test.name.starts_with(begin)) {
                return Err(format!("no test begins with {begin}: has it another name?").into());
            }
        }
        tests.retain(|test| MODULES.iter().any(|module| test.name.starts_with(module)));
        tests.retain(|test| !USUAL_ORDER_ONLY.iter().any(|begin| test.name.starts_with(begin)));
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
    let mut build = kettle_kit::cargo::command(&[&args, cargo::WHOLE].concat());
    build.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    let built = kettle_kit::cargo::finish(&mut build, "schedules")?;
    let mut tests = kettle_kit::cargo::artifacts(&built).filter(|it| it.target.name == "api");
    let program = tests.find_map(|it| Program::of(&it, true, tree::root()));
    Ok(program.ok_or("Cargo names no program with these tests")?)
}
