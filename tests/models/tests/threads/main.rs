//! What threads do with each other, in every order that is possible: with loom.
//!
//! `letterbox.rs`, `parker.rs` and `readiness.rs` of the engine, and `turn.rs` of the mutex, are
//! compiled here as they are, with a `sync` of our own. So are copies of them with one fence, swap
//! or order taken out (`build.rs`). The originals come through every scene; each mutant fails in the
//! scene that a test below names, and for the reason that it names. Two protocols stand in files that reach the whole engine, and are modelled
//! by hand (`handover.rs`, `joining.rs`), with their faults as a switch.
//!
//! The smallest scenes are run in all orders. In the others at most [`SWITCHES`] times a thread is
//! interrupted that could have gone on: without a bound they take minutes to hours.
//! `LOOM_MAX_PREEMPTIONS=3 cargo test -p kettle-models --test threads` goes further, in a minute.

// The scenes are compiled once for each mutant.
#![allow(clippy::duplicate_mod)]

mod handover;
mod joining;
mod sync;

// Each is a module of an engine's file, or of a mutant, and the scenes again for it.
include!(concat!(env!("OUT_DIR"), "/letterbox_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/parker_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/readiness_and_mutants.rs"));
include!(concat!(env!("OUT_DIR"), "/turn_and_mutants.rs"));

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use loom::model::Builder;

// Where `readiness.rs` looks for them.
use kettle_runtime::{event, id};

use letterbox_original::letterbox as original_letterbox;
use letterbox_original::scenes as letterbox;
use parker_original::parker as original_parker;
use parker_original::scenes as parker;
use readiness_original::scenes as readiness;
use turn_original::scenes as turn;

mod parked {
    pub(crate) use kettle_runtime::Parked;
}

/// How often a thread is interrupted at the most.
const SWITCHES: usize = 2;

/// What loom says when all threads sleep and nobody is left to wake one.
const LOST: &str = "deadlock";
/// What the scenes' own assertions say.
const UNSEEN: &str = "a wake without a poll that sees why";
const UNSEEN_BY_SLEEPER: &str = "woken, but it cannot be seen why";
const FORGOTTEN: &str = "a report is cleared that was not seen";
const TOO_MANY_RINGS: &str = "rings for";
const NO_OUTPUT: &str = "the task's output";
const OUTPUT_KEPT: &str = "an output that nobody will ever take";

// ---- The engine falls asleep --------------------------------------------------------------------

#[test]
fn every_letter_is_opened() {
    all_orders(|| letterbox::parking(1, 1));
    most_orders(|| letterbox::parking(1, 2));
    most_orders(|| letterbox::parking(2, 1));
}

#[test]
fn so_it_is_after_a_sleep_that_was_cut_short() {
    all_orders(|| letterbox::a_sleep_cut_short(1));
    most_orders(|| letterbox::a_sleep_cut_short(2));
}

#[test]
fn a_closed_box_takes_no_letter() {
    all_orders(letterbox::closing);
}

#[test]
fn a_post_needs_its_fence() {
    refuted(LOST, || letterbox_post_without_fence::scenes::parking(1, 1));
}

#[test]
fn a_post_must_write_before_it_looks() {
    refuted(LOST, || letterbox_post_that_looks_first::scenes::parking(1, 1));
}

#[test]
fn a_sleeper_needs_its_fence() {
    refuted(LOST, || letterbox_park_without_fence::scenes::parking(1, 1));
}

#[test]
fn a_sleeper_must_write_before_it_looks() {
    refuted(LOST, || letterbox_park_that_looks_first::scenes::parking(1, 1));
}

#[test]
fn without_the_exchange_several_ring() {
    refuted(TOO_MANY_RINGS, || letterbox_ring_without_exchange::scenes::parking(2, 1));
}

// ---- One letter for many wakes ------------------------------------------------------------------

#[test]
fn every_wake_is_followed_by_a_poll_that_sees_why() {
    most_orders(letterbox::one_letter_for_two);
    most_orders(letterbox::a_sleeping_task);
}

#[test]
fn a_claim_is_one_step() {
    refuted(UNSEEN, letterbox_claim_by_load_and_store::scenes::one_letter_for_two);
}

#[test]
fn a_claim_brings_what_was_written() {
    refuted(UNSEEN, letterbox_claim_without_release::scenes::one_letter_for_two);
}

#[test]
fn a_store_does_not_read_the_claim() {
    refuted(UNSEEN, letterbox_opened_by_store::scenes::one_letter_for_two);
    refuted(LOST, letterbox_opened_by_store::scenes::a_sleeping_task);
}

#[test]
fn opening_takes_in_what_was_written() {
    refuted(UNSEEN, letterbox_opened_without_acquire::scenes::one_letter_for_two);
}

#[test]
fn the_letter_is_opened_before_the_poll() {
    refuted(UNSEEN, letterbox::opened_after_the_poll);
}

// ---- A thread sleeps ----------------------------------------------------------------------------

#[test]
fn a_thread_wakes_and_sees_why() {
    all_orders(parker::one_waker);
    most_orders(parker::two_wakers);
}

#[test]
fn the_flag_comes_before_the_unpark() {
    refuted(LOST, parker_unpark_before_the_flag::scenes::one_waker);
}

#[test]
fn the_flag_brings_what_was_written() {
    refuted(UNSEEN_BY_SLEEPER, parker_flag_without_release::scenes::one_waker);
}

#[test]
fn one_flag_hands_on_what_all_wrote() {
    refuted(LOST, parker_flag_by_store::scenes::two_wakers);
}

#[test]
fn the_sleeper_takes_it_in() {
    refuted(UNSEEN_BY_SLEEPER, parker_flag_without_acquire::scenes::one_waker);
}

// ---- A lock goes from hand to hand ---------------------------------------------------------------

#[test]
fn everybody_in_line_gets_the_lock() {
    all_orders(|| turn::all_lock(2));
    most_orders(|| turn::all_lock(3));
    most_orders(turn::one_gives_up);
    most_orders(turn::one_only_tries);
}

#[test]
fn a_waiter_needs_its_fence() {
    refuted(LOST, || turn_wait_without_fence::scenes::all_lock(2));
}

#[test]
fn a_waiter_stands_in_line_before_it_tries() {
    refuted(LOST, || turn_wait_that_tries_first::scenes::all_lock(2));
}

#[test]
fn a_release_needs_its_fence() {
    refuted(LOST, || turn_release_without_fence::scenes::all_lock(2));
}

#[test]
fn the_line_is_crowded_until_the_last_has_left() {
    refuted(LOST, || turn_crowded_cleared_by_each::scenes::all_lock(3));
}

#[test]
fn whoever_leaves_passes_the_call_on() {
    refuted(LOST, turn_leave_that_calls_when_held::scenes::one_gives_up);
}

#[test]
fn whoever_took_it_out_of_turn_calls_the_first_again() {
    refuted(LOST, turn_hasty_one_that_calls_nobody::scenes::one_only_tries);
}

// ---- A source becomes ready ---------------------------------------------------------------------

#[test]
fn no_report_is_lost() {
    all_orders(|| readiness::reading(1, 1));
    most_orders(|| readiness::reading(1, 2));
    most_orders(|| readiness::reading(2, 1));
}

#[test]
fn everybody_in_the_list_hears_a_report() {
    most_orders(|| readiness::reading_in_the_list(2));
    most_orders(readiness::reading_beside_the_list);
    most_orders(readiness::one_leaves_the_list);
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
    refuted(LOST, || readiness_list_that_looks_first::scenes::reading_in_the_list(2));
}

#[test]
fn a_look_takes_in_what_the_report_is_about() {
    refuted(LOST, || readiness_look_without_acquire::scenes::reading(1, 1));
}

#[test]
fn a_report_brings_what_it_is_about() {
    refuted(LOST, || readiness_quick_report_without_release::scenes::reading(1, 1));
    refuted(LOST, || readiness_slow_report_without_release::scenes::reading(1, 2));
}

#[test]
fn a_clear_compares_the_tick() {
    refuted(LOST, || readiness_clear_without_tick::scenes::reading(1, 1));
    refuted(FORGOTTEN, readiness_clear_without_tick::scenes::a_late_would_block);
    refuted(FORGOTTEN, readiness_clear_without_tick::scenes::a_late_short_read);
}

#[test]
fn a_report_counts() {
    refuted(LOST, || readiness_report_without_tick::scenes::reading(1, 1));
    refuted(FORGOTTEN, readiness_report_without_tick::scenes::a_late_would_block);
}

#[test]
fn a_report_takes_the_lock_unless_a_bit_is_set() {
    refuted(LOST, || readiness_report_without_lock::scenes::reading(1, 1));
}

#[test]
fn a_report_changes_the_word_before_the_waiters_leave() {
    refuted(LOST, || readiness_report_that_takes_first::scenes::reading(1, 1));
    refuted(LOST, || readiness_report_that_takes_first::scenes::ending(1));
}

#[test]
fn a_short_read_keeps_the_end() {
    refuted(LOST, || readiness_drained_past_the_end::scenes::reading_to_the_end(1));
}

#[test]
fn a_clear_keeps_the_runtimes_end() {
    refuted(LOST, || readiness_clear_of_every_bit::scenes::ending(1));
}

#[test]
fn whoever_leaves_knows_his_round() {
    refuted(LOST, readiness_leave_of_any_round::scenes::one_leaves_the_list);
}

// ---- The engine goes from hand to hand ----------------------------------------------------------

#[test]
fn whoever_wants_to_drive_comes_to_it() {
    all_orders(|| handover::all_come_to_drive(2, handover::Fault::None));
    most_orders(|| handover::all_come_to_drive(3, handover::Fault::None));
}

#[test]
fn a_place_is_taken_under_the_engines_lock() {
    refuted(LOST, || handover::all_come_to_drive(2, handover::Fault::PlaceAfterLook));
}

#[test]
fn the_engine_is_back_before_anyone_is_woken() {
    refuted(LOST, || handover::all_come_to_drive(2, handover::Fault::WakeBeforePut));
}

// ---- A handle elsewhere, and an engine that leaves ----------------------------------------------

#[test]
fn an_output_comes_to_its_handle() {
    all_orders(|| joining::asked_while_leaving(joining::Fault::None));
    all_orders(|| joining::asked_while_ending(joining::Fault::None));
    all_orders(|| joining::dropped_while_ending(joining::Fault::None));
}

#[test]
fn a_handle_writes_before_it_looks() {
    refuted(LOST, || joining::asked_while_leaving(joining::Fault::LookBeforeLetter));
}

#[test]
fn an_engine_moves_outputs_out_before_it_opens_letters() {
    refuted(LOST, || joining::asked_while_leaving(joining::Fault::OpenBeforeMove));
}

#[test]
fn an_engine_moves_outputs_out_before_it_closes_its_box() {
    refuted(NO_OUTPUT, || joining::asked_while_ending(joining::Fault::CloseBeforeMove));
    refuted(OUTPUT_KEPT, || joining::dropped_while_ending(joining::Fault::CloseBeforeMove));
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
