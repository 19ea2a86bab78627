//! What does each rung of the ladder do that the one before doesn't?
//!
//! A [`Property`] is a claim, and a function that panics if the claim is false. It counts polls,
//! wakes, threads and clones of wakers, and never judges by a time of its own. The [`table`] says
//! which rung is the first to have a property; all later rungs have it, too, except `rung1_alone`.
//! Each rung mends the flaw of the one before; the functions `flaw1` to `flaw7` show the flaws at
//! work. A learner's rung passes without the properties of `tidy`, unless it is the last.
//!
//! A property uses a rung through traits: [`Rung`], from rung 3 on [`Tasks`], from rung 6 on
//! [`Sockets`], and in rung 7 [`Handles`]. The macro `implement` implements them by a module:
//! `tests/ladder.rs` for the rungs in this folder, `cargo exercise rung` for a learner's.
//!
//! Reading order: the table, `kit.rs` (what a rung offers), then a file for each group of rows.

#![allow(unused_imports, reason = "a learner's rung has no use for what later rungs do")]

#[macro_use]
mod kit;

mod flaws;
mod futures;
mod handles;
/// Our own rung 2, to compare a learner's with.
#[allow(dead_code, clippy::duplicate_mod)]
#[path = "../rung2_park.rs"]
mod own;
mod parks;
mod sleeps;
mod sockets;
mod tasks;
mod wakes;

pub use flaws::*;
pub use futures::*;
pub use handles::*;
pub use kit::*;
pub use parks::*;
pub use sleeps::*;
pub use sockets::*;
pub use tasks::*;
pub use wakes::*;

/// A function for each rung, which gives its own properties: `rung3::<S>()`.
macro_rules! table {
    ($($rung:ident of $offer:ident { $($run:ident $claim:literal)+ })+) => {$(
        pub fn $rung<S: $offer>() -> Vec<Property> {
            vec![$(Property { name: stringify!($run), claim: $claim, run: $run::<S> }),+]
        }
    )+};
}

table! {
    rung1 of Rung {
        gives_the_output "`block_on` runs a future to its end, and returns its output"
        a_sleep_takes_its_time "a sleep ends, and not before its time"
        a_poll_never_waits "a poll that has to wait returns `Pending`"
        a_sleep_counts_from_its_call "a sleep counts from the call of `sleep`, not from a poll"
    }
    // From the next rung on a future is polled when it was woken.
    rung1_alone of Rung {
        asked_without_a_wake "`block_on` polls in a loop, even a future that calls no waker"
    }
    // Before all others: where such a wake is lost, they only hang.
    rung2_first of Rung {
        a_wake_during_the_poll "a wake during the poll isn't lost"
    }
    rung2 of Rung {
        a_wait_is_two_polls "a future that is woken once is polled twice"
        the_thread_sleeps "while its future waits, the thread sleeps"
        a_wake_ends_the_sleep "a wake ends that sleep, and nothing has to look for it"
        an_unpark_of_others "an `unpark` by other code doesn't count as a wake"
        the_newest_of_two_wakers "a sleep that is polled with two wakers calls only the newer one"
        a_poll_during_the_wake "a sleep releases its lock before it calls the waker"
        two_threads_wait "when two threads run `block_on` at the same time, each gets its own wakes"
        eight_threads_wake "wakes from eight threads aren't lost"
    }
    rung3 of Tasks {
        tasks_take_turns "two tasks take turns"
        in_the_order_of_wakes "tasks are polled in the order in which they were woken"
        only_the_woken "`block_on`'s own future is polled only when it was woken"
        a_task_spawns "a task may spawn more tasks, which are polled when their turn comes"
        dropped_at_the_end "when `block_on`'s own future is ready, all tasks are dropped"
        a_waker_outlives "a waker may be called after its task and its runtime have ended"
        block_on_inside "`block_on` inside `block_on` panics, and the outer one goes on"
        spawn_outside "`spawn` without a runtime panics, and its message names `block_on`"
    }
    // A verdict of its own: without these the rungs 3 to 6 pass, untidy; rung 7 has to have them.
    tidy of Tasks {
        tidy_in_a_drop "a task that is dropped at the end of `block_on` may call `spawn`"
        tidy_after_a_panic "a panic leaves no task behind, and the thread can run `block_on` again"
    }
    rung4 of Tasks {
        many_wakes_are_one_poll "a thousand wakes before the next poll cause one poll"
        many_wakes_from_a_thread "a thousand wakes from another thread cause one poll, too"
        wakes_during_a_poll "a thousand wakes during a poll cause one more poll"
        each_turn_takes_both "each turn takes the tasks of the queue and those of the inbox"
        one_waker_for_life "a task has one waker for its whole life"
        the_waker_of_another_runtime "a waker wakes its own runtime, even if it is called inside another"
    }
    rung5 of Tasks {
        ended_by_the_loop "a hundred sleeps are ended by the thread that polls the tasks"
        a_sleep_that_is_due "a sleep that is due is ready at once, and keeps no waker"
        each_at_its_own_time "a short sleep ends without waking a longer one"
        at_the_same_time "sleeps that end at the same time are all woken"
        a_dropped_sleep "a sleep that is dropped leaves nothing behind"
        a_sleep_that_outlives "a sleep may be dropped after its runtime has ended"
    }
    rung6 of Sockets {
        a_wait_for_a_visitor "a wait for a visitor takes two polls"
        more_than_fits "a write that is too large for the socket waits until there is room"
        a_sleep_beside_a_socket "a sleep ends while another task waits for a socket"
        a_visitor_beside_a_sleep "a visitor is let in while another task sleeps for an hour"
        a_visitor_beside_work "a visitor is let in while a task gives way again and again"
        a_conversation "a socket can be waited for again and again, until its end"
        five_at_one_door "if five tasks wait for one socket, all are woken"
        many_doors "if seventy tasks each wait for a socket, and all have visitors, all are woken"
        the_task_that_asked_last "a socket wakes the task that polled it last"
        an_error_is_told "an address that is taken, and a peer that has gone, are errors"
        a_dropped_socket "a socket that is dropped leaves no waker behind"
    }
    rung7 of Handles {
        a_panic_ends_one_task "a panic ends only its own task, and the handle gets the payload"
        an_aborted_task "an aborted task is dropped when its turn comes, before its handle is ready"
        aborted_before_its_turn "a task that is aborted before its first turn is never polled"
        a_dropped_handle "a task goes on when its handle is dropped"
        aborted_by_itself "a task may abort itself; one that has ended stays ended"
        aborted_by_a_thread "another thread may abort a task and wait for its end"
        aborted_while_it_sleeps "another thread may abort a task while the runtime's thread sleeps"
        a_handle_outlives "a handle that outlives its runtime says that the task was cancelled"
        the_loser_is_dropped "`select!` drops winner and loser before it runs the arm"
    }
}
