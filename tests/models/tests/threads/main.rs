//! What threads do with each other, in every order that is possible: with loom.
//!
//! `inbox.rs`, `hand_over.rs`, `thread_parker.rs`, `core_slot.rs` and `readiness.rs` of the engine,
//! and `ready.rs` of `JoinSet`, `free.rs` and `permits.rs` of the semaphore, are compiled here as
//! they are, with loom's locks and atomics where they take theirs from. So are copies of them with
//! one order, swap or look changed (the patches in `faults/`, applied by `build.rs`). The originals
//! come through every scene; each copy fails in the scene that a test below names, and for the
//! reason that it names. The first line of its patch says what its author believes.
//!
//! The smallest scenes are run in all orders. In the others at most [`SWITCHES`] times a thread is
//! interrupted that could have gone on: without a bound they take minutes to hours.
//! `LOOM_MAX_PREEMPTIONS=3 cargo test -p kettle-models --test threads` goes further, in a minute.

// The scenes are compiled once for each mutant.
#![allow(clippy::duplicate_mod)]

mod base;
mod queue;
mod sync;
mod unpark;

// Each is a module of an engine's file, or of a mutant, and the scenes again for it.
include!(concat!(env!("OUT_DIR"), "/inbox_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/hand_over_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/thread_parker_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/core_slot_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/readiness_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/ready_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/free_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/permits_and_mutants.rs"));

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use loom::model::Builder;

use core_slot_original::scenes as core_slot;
use hand_over_original::scenes as hand_over;
use inbox_original::scenes as inbox;
use permits_original::scenes as permits;
use readiness_original::scenes as readiness;
use ready_original::scenes as ready;
use thread_parker_original::scenes as thread_parker;
use thread_parker_original::thread_parker::ThreadParker;

/// How often a thread is interrupted at the most.
const SWITCHES: usize = 2;

/// What loom says when all threads sleep and nobody is left to wake one.
const LOST: &str = "deadlock";
/// What the scenes' own assertions say.
const UNSEEN: &str = "a wake without a poll that sees why";
const UNSEEN_BY_SLEEPER: &str = "woken, but it cannot be seen why";
const FORGOTTEN: &str = "a report is cleared that was not seen";
const QUIET_TOO_EARLY: &str = "quiet before the last message";
const TWO_IN_A_LOCK: &str = "two at a time in the lock";
const UNSEEN_BY_TAKER: &str = "taken, but not what was done before";
const UNSEEN_BY_THE_REFUSED: &str = "closed, but it cannot be seen why";

// ---- The loop falls asleep ----------------------------------------------------------------------

#[test]
fn every_message_is_received() {
    all_orders(|| inbox::receiving(1, 1));
    most_orders(|| inbox::receiving(1, 2));
    most_orders(|| inbox::receiving(2, 1));
}

#[test]
fn so_it_is_after_a_sleep_that_was_cut_short() {
    all_orders(|| inbox::a_sleep_cut_short(1));
    most_orders(|| inbox::a_sleep_cut_short(2));
}

#[test]
fn a_loop_says_that_it_sleeps_before_it_looks() {
    refuted(LOST, || inbox_look_before_swap::scenes::receiving(1, 1));
}

#[test]
fn a_loop_that_finds_a_message_is_awake() {
    all_orders(inbox::a_sleep_that_was_not_begun);
}

#[test]
fn whichever_swap_comes_second_sees_the_first() {
    refuted(LOST, || inbox_send_without_release::scenes::receiving(1, 1));
    refuted(LOST, || inbox_asleep_without_acquire::scenes::receiving(1, 1));
}

#[test]
fn a_store_instead_of_a_swap_sees_nothing() {
    refuted(LOST, || inbox_asleep_by_store::scenes::receiving(1, 1));
    refuted(LOST, || inbox_awake_by_store::scenes::receiving(1, 2));
}

#[test]
fn a_loop_that_is_awake_is_not_unparked() {
    all_orders(inbox::awake_again);
}

#[test]
fn a_loop_that_must_look_anew_is_unparked() {
    all_orders(inbox::a_look_anew);
}

#[test]
fn what_no_message_tells_is_looked_at_again_after_saying_that_one_sleeps() {
    refuted(LOST, inbox::one_look_only);
}

#[test]
fn a_job_is_over_only_when_its_messages_are_there() {
    all_orders(inbox::the_last_message_of_a_job);
    refuted(QUIET_TOO_EARLY, inbox_jobs_without_acquire::scenes::the_last_message_of_a_job);
}

// ---- One message for many wakes -----------------------------------------------------------------

#[test]
fn every_wake_is_followed_by_a_poll_that_sees_why() {
    most_orders(inbox::one_message_for_two);
    most_orders(inbox::a_sleeping_task);
}

#[test]
fn a_claim_brings_what_was_written() {
    refuted(UNSEEN, inbox_begin_without_release::scenes::one_message_for_two);
}

#[test]
fn receiving_takes_in_what_was_written() {
    refuted(UNSEEN, inbox_end_without_acquire::scenes::one_message_for_two);
}

#[test]
fn the_flag_falls_before_the_poll() {
    refuted(UNSEEN, inbox::ended_after_the_poll);
}

// ---- A task hands its output over ---------------------------------------------------------------

#[test]
fn an_output_comes_to_its_handle() {
    all_orders(|| hand_over::joining(1));
    most_orders(|| hand_over::joining(2));
    most_orders(hand_over::ending_twice);
}

#[test]
fn an_output_that_nobody_wants_is_dropped_once() {
    all_orders(|| hand_over::detaching(0));
    all_orders(|| hand_over::detaching(1));
}

#[test]
fn an_abort_comes_to_the_executor() {
    most_orders(hand_over::aborting);
    all_orders(hand_over::aborting_at_the_end);
}

#[test]
fn a_poll_looks_again_when_it_has_cloned() {
    refuted(LOST, || hand_over_poll_without_a_second_look::scenes::joining(1));
}

#[test]
fn an_end_is_one_step() {
    refuted(LOST, || hand_over_finish_in_two_steps::scenes::joining(1));
}

// ---- A thread sleeps ----------------------------------------------------------------------------

#[test]
fn a_thread_wakes_and_sees_why() {
    all_orders(thread_parker::one_waker);
    most_orders(thread_parker::two_wakers);
}

#[test]
fn the_flag_of_a_sleep_is_swapped_and_brings_what_was_written() {
    refuted(UNSEEN_BY_SLEEPER, thread_parker_flag_without_release::scenes::one_waker);
    refuted(LOST, thread_parker_flag_by_store::scenes::two_wakers);
    refuted(UNSEEN_BY_SLEEPER, thread_parker_flag_without_acquire::scenes::one_waker);
}

// ---- The members of a set end -------------------------------------------------------------------

#[test]
fn every_member_that_ends_is_seen() {
    all_orders(|| ready::all_come(1));
    most_orders(|| ready::all_come(2));
    all_orders(ready::awaited_anew);
}

#[test]
fn a_set_looks_and_waits_in_one_step() {
    refuted(LOST, || ready_looks_then_waits::scenes::all_come(1));
}

// ---- Permits are taken and given back -----------------------------------------------------------

#[test]
fn everybody_gets_its_permits() {
    all_orders(|| permits::all_lock(2));
    most_orders(|| permits::all_lock(3));
    all_orders(permits::one_wants_both);
    most_orders(permits::two_give_back);
    most_orders(permits::leaves_some);
}

#[test]
fn a_waiter_leaves_the_line_at_any_moment() {
    all_orders(permits::one_gives_up);
    most_orders(permits::the_first_gives_up);
}

#[test]
fn a_close_comes_to_all() {
    all_orders(permits::closing_says_why);
    most_orders(permits::closing);
}

#[test]
fn what_is_done_with_permits_is_told_in_order() {
    all_orders(permits::emitted_under_the_lock);
}

#[test]
fn permits_are_taken_away_in_one_step() {
    all_orders(permits::forgetting);
}

#[test]
fn a_permit_brings_what_was_done_before() {
    refuted(TWO_IN_A_LOCK, || free_put_without_release::scenes::all_lock(2));
    refuted(TWO_IN_A_LOCK, || free_take_without_acquire::scenes::all_lock(2));
    refuted(UNSEEN_BY_TAKER, free_end_line_without_release::scenes::leaves_some);
}

#[test]
fn a_task_that_joins_says_so_and_looks_again_in_one_step() {
    refuted(LOST, || free_take_or_wait_in_two_steps::scenes::all_lock(2));
}

#[test]
fn a_close_brings_what_was_done_before() {
    refuted(UNSEEN_BY_THE_REFUSED, free_close_without_release::scenes::closing_says_why);
}

// ---- A source becomes ready ---------------------------------------------------------------------

#[test]
fn no_report_is_lost() {
    all_orders(|| readiness::reading(1, 1));
    most_orders(|| readiness::reading(1, 2));
    most_orders(|| readiness::reading(2, 1));
}

#[test]
fn no_report_is_lost_beside_another_directions() {
    all_orders(|| readiness::reading_and_writing(false));
    most_orders(|| readiness::reading_and_writing(true));
    most_orders(readiness::reading_beside_a_report_of_writing);
}

#[test]
fn everybody_in_the_list_hears_a_report() {
    most_orders(|| readiness::reading_in_the_list(2));
    most_orders(readiness::reading_beside_the_list);
    most_orders(readiness::one_leaves_the_list);
}

#[test]
fn a_wait_ends_with_a_report_that_another_has_used_up() {
    all_orders(readiness::used_up);
}

#[test]
fn a_first_success_is_told_to_who_only_waits() {
    all_orders(readiness::a_first_success);
}

#[test]
fn a_late_clear_does_nothing() {
    all_orders(readiness::a_late_would_block);
    all_orders(readiness::a_late_short_read);
}

#[test]
fn the_end_of_a_stream_is_found_behind_its_data() {
    all_orders(|| readiness::reading_to_the_end(1));
    most_orders(|| readiness::reading_to_the_end(2));
}

#[test]
fn the_end_of_a_runtime_is_told_to_all() {
    all_orders(|| readiness::ending(1));
    most_orders(|| readiness::ending(2));
}

#[test]
fn a_waiter_looks_again_under_the_lock() {
    refuted(LOST, || readiness_wait_that_looks_first::scenes::reading(1, 1));
    refuted(LOST, || readiness_wait_that_looks_first::scenes::reading_in_the_list(2));
}

#[test]
fn a_clear_compares_the_count() {
    refuted(LOST, || readiness_clear_without_count::scenes::reading(1, 1));
    refuted(FORGOTTEN, readiness_clear_without_count::scenes::a_late_would_block);
    refuted(FORGOTTEN, readiness_clear_without_count::scenes::a_late_short_read);
}

#[test]
fn a_report_brings_what_was_done_before() {
    refuted(LOST, || readiness_look_without_acquire::scenes::reading(1, 1));
    refuted(LOST, || readiness_report_without_release::scenes::reading(1, 1));
}

// ---- A runtime goes from thread to thread -------------------------------------------------------

#[test]
fn whoever_wants_to_drive_comes_to_it() {
    all_orders(|| core_slot::all_come_to_drive(2));
    most_orders(|| core_slot::all_come_to_drive(3));
    most_orders(core_slot::one_leaves);
    all_orders(core_slot::one_that_left_is_forgotten);
}

#[test]
fn a_thread_waits_for_the_core_before_it_looks() {
    refuted(LOST, || core_slot_wait_after_the_look::scenes::all_come_to_drive(2));
}

// ---- Before loom --------------------------------------------------------------------------------

/// The scene comes to a good end in every order.
fn all_orders(scene: impl Fn() + Send + Sync + 'static) {
    Builder::new().check(scene);
}

/// The same, with a bound.
fn most_orders(scene: impl Fn() + Send + Sync + 'static) {
    bounded().check(scene);
}

/// There is an order in which the scene fails, and it fails by saying `why`.
#[track_caller]
fn refuted(why: &str, scene: impl Fn() + Send + Sync + 'static) {
    let ended = catch_unwind(AssertUnwindSafe(|| bounded().check(scene)));
    let words = words(ended.expect_err("the mutant comes through as if nothing were missing"));
    assert!(words.contains(why), "it fails, but not because of “{why}”: {words}");
}

fn bounded() -> Builder {
    let mut builder = Builder::new();
    builder.preemption_bound.get_or_insert(SWITCHES);
    builder
}

fn words(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(words) => *words,
        Err(panic) => panic.downcast::<&str>().map_or_else(|_| String::new(), |w| (*w).to_owned()),
    }
}
