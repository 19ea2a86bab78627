//! Do kettle's own primitives keep their promises in any order?
//!
//! The tests of `sync`, `time`, `task` and `io`, and those for the bugs that tokio has had, under a
//! thousand seeds: each seed is a process of its own, in which they run one after the other. What
//! fails is run once more by itself.
//!
//! Interface: [`schedules`].

use std::env;
use std::num::NonZero;

use cargo_kettle::built::Program;
use cargo_kettle::tried::Test;
use kettle_kit::process::{self, processors, shared_out};
use kettle_kit::report::{Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

use crate::cargo;

/// The modules of the tests.
const PARTS: &[&str] = &["io::", "past::", "sync::", "time::", "task::"];

/// Tests that hold in the usual order only, each by how its name begins.
const USUAL_ORDER_ONLY: &[&str] = &[
    // It counts the units of a poll's budget, which a schedule may end early.
    "task::coop::",
    "sync::mpsc::receiving::a_task_with_many_values_lets_others_run",
    "sync::mutex::line::a_task_that_locks_for_ever_lets_others_run",
    "sync::rwlock::reading_twice_behind_a_writer_waits_forever",
    "time::sleep::spends_budget_only_when_it_is_ready",
    "time::sleep::stays_ready",
    "io::copy::an_operation_costs_one_unit",
    "io::lines::fill_buf_costs_what_the_reader_costs",
    // It counts polls, and a schedule may poll without need.
    "time::elsewhere::moved_by_another_thread_while_the_runtime_sleeps",
    "time::interval::moved_while_a_task_waits",
    "time::sleep::is_polled_twice",
    "time::sleep::moved_while_a_task_waits_wakes_it_at_the_new_deadline",
    "time::sleep::wakes_the_task_that_polled_it_last",
    "time::timeout::the_future_is_polled_once_before_and_once_after_its_wake",
    "time::elsewhere::it_follows_who_polls_it",
    "time::elsewhere::moved_by_another_thread_while_a_task_waits",
    "task::aborts::a_queued_task_is_aborted_at_its_turn",
    // It counts the bytes of one write, and a schedule may cut it short.
    "io::stdio::what_was_accepted_is_written_though_the_runtime_ends",
    // The order in which tasks run is what it asks for.
    "task::join_set::members_that_are_ready_end_in_the_order_of_their_spawns",
    "sync::mutex::guards::tasks_get_the_lock_in_the_order_of_their_spawns",
    "task::join_set::dropping_the_set_aborts_its_tasks",
    "task::local_tasks::tasks_share_what_is_not_send",
    "time::clock::advance_in_a_local_task_returns_behind_all_whom_it_woke",
    "time::clock::advance_returns_behind_all_whom_it_woke",
    // It spins until the clock moves, and a search's moves only while every task waits.
    "time::clock::it_runs_stops_and_runs_on",
    // The order in which timers fire is what it asks for.
    "time::order::those_that_are_left_keep_their_order",
    "time::sleep::moved_between_the_wake_and_the_poll",
    "time::clock::advance_fires_what_is_due_in_order",
];

/// Under so many seeds, or as many as `KETTLE_SEEDS` says.
pub(crate) fn schedules(report: &mut Report) {
    let seeds = env::var("KETTLE_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    let seeds = seeds.map_or(1000, NonZero::<u64>::get);
    let mut program = None;
    report.check("the tests of the API are built", || {
        program = Some(built()?);
        Ok(Tally::success())
    });
    let Some(program) = program else { return };
    let name = format!("{} under {seeds} seeds", PARTS.join(" "));
    report.long_check(&name, "KETTLE_SEED=1 cargo test --test api …", || {
        let mut tests = program.tests(None, false)?;
        for begin in PARTS.iter().chain(USUAL_ORDER_ONLY) {
            if !tests.iter().any(|test| test.name.starts_with(begin)) {
                return Err(format!("no test begins with {begin}: has it another name?").into());
            }
        }
        tests.retain(|test| PARTS.iter().any(|part| test.name.starts_with(part)));
        tests.retain(|test| !USUAL_ORDER_ONLY.iter().any(|begin| test.name.starts_with(begin)));
        let found = shared_out(1..=seeds, processors(), |seed| under(&program, &tests, seed));
        none_of(&found.concat())?;
        Ok(Tally { passed: tests.len(), ignored: 0 })
    });
}

/// Runs these tests under this seed, in one process. What fails there, and whether it does so
/// alone, too.
fn under(program: &Program, tests: &[Test<'_>], seed: u64) -> Vec<String> {
    let mut command = program.command();
    command.args(tests.iter().map(|test| &*test.name)).args(["--exact", "--test-threads=1"]);
    command.env("KETTLE_SEED", seed.to_string()).env("RUST_BACKTRACE", "0");
    let finished = match process::run(&mut command) {
        Ok(finished) if finished.success() => return Vec::new(),
        Ok(finished) => finished,
        Err(error) => return vec![error.to_string()],
    };
    let failed = |test: &&Test<'_>| !finished.stdout.contains(&format!("{} ... ok", test.name));
    let alone = tests.iter().filter(failed).map(|test| {
        let mut command = program.command();
        command.args([&*test.name, "--exact"]).env("KETTLE_SEED", seed.to_string());
        let alone = process::run(&mut command).is_ok_and(|finished| !finished.success());
        let said = if alone { "fails" } else { "fails beside others, and not alone," };
        format!("{}: {said} (KETTLE_SEED={seed})", test.name)
    });
    alone.chain([finished.failure()]).collect()
}

fn built() -> Result<Program, Trouble> {
    let args = ["test", "-p", "kettle", "--test", "api", "--no-run", "--message-format=json"];
    let mut build = kettle_kit::cargo::command(&[&args, cargo::WHOLE].concat());
    build.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    let built = kettle_kit::cargo::finish(&mut build, "schedules")?;
    let mut tests = kettle_kit::cargo::artifacts(&built).filter(|it| it.target.name == "api");
    let program = tests.find_map(|it| Program::of(&it, true, tree::root()));
    Ok(program.ok_or("Cargo names no program with these tests")?)
}
