//! Does each rung of the ladder have the flaw that its file admits, and the next rung not?
//!
//! The rungs are whole runtimes (`examples/rungs/`), included here as modules. What each must do is
//! in `examples/rungs/properties`, by which `cargo exercise` judges them, and a learner's rungs,
//! too. Here each fails the next rung's properties, as far as it offers what they ask for; where it
//! doesn't, what shows its flaw is measured.

// Each rung includes the channels, the programs and what plays them.
#![allow(clippy::duplicate_mod)]

use std::cell::Cell;
use std::fs;
use std::future::poll_fn;
use std::panic::catch_unwind;
use std::pin::pin;
use std::rc::Rc;

use properties::{Property, Tasks, WAKES, yield_now};

macro_rules! rungs {
    ($($name:ident $file:literal)+) => {$(
        #[allow(dead_code, unreachable_pub)]
        #[macro_use]
        #[path = $file]
        mod $name;
    )+};
}

rungs! {
    rung1 "../examples/rungs/rung1_busy.rs"
    rung2 "../examples/rungs/rung2_park.rs"
    rung3 "../examples/rungs/rung3_queue.rs"
    rung4 "../examples/rungs/rung4_wakers.rs"
    rung5 "../examples/rungs/rung5_timers.rs"
    rung6 "../examples/rungs/rung6_reactor.rs"
    rung7 "../examples/rungs/rung7_join.rs"
}

#[allow(dead_code)]
#[path = "../examples/rungs/sync.rs"]
mod sync;

#[allow(dead_code, unreachable_pub)]
#[macro_use]
#[path = "../examples/rungs/properties/mod.rs"]
mod properties;

/// A type for each rung, with what it offers.
macro_rules! offers {
    ($($name:ident by $rung:ident: $($offer:ident)+;)+) => {$(
        struct $name;
        $(implement! { $offer for $name by $rung })+
    )+};
}

offers! {
    Busy by rung1: Rung;
    Park by rung2: Rung;
    Queue by rung3: Rung Tasks;
    Wakers by rung4: Rung Tasks;
    Timers by rung5: Rung Tasks;
    Reactor by rung6: Rung Tasks Sockets;
    Join by rung7: Rung Tasks Sockets Handles;
}

/// Which of these don't hold?
fn failing(properties: &[Property]) -> Vec<&'static str> {
    let failing = properties.iter().filter(|property| catch_unwind(property.run).is_err());
    failing.map(|property| property.name).collect()
}

// ---- Rung 1 asks all the time; rung 2 only after a wake.

#[test]
fn rung1_asks_all_the_time() {
    assert!(properties::polls_of_a_wait::<Busy>(1_000) > 1_000);
    // Longer ones, if the machine was so busy that the sleep was over before its third poll.
    assert!([20, 200, 2_000].into_iter().any(|ms| properties::polls_of_a_sleep::<Busy>(ms) > 2));
    let failing = failing(&properties::rung2::<Busy>());
    let expected = ["a_wait_is_two_polls", "the_thread_sleeps"];
    assert!(expected.iter().all(|name| failing.contains(name)), "{failing:?}");
}

// ---- Rung 2 runs one future, then the next; rung 3 both at once.

#[test]
fn rung2_runs_one_after_another() {
    let log = properties::one_after_another::<Park>();
    assert_eq!(log, ["tea begins", "tea ends", "toast begins", "toast ends"]);
}

// ---- On rung 3 each wake is a poll; on rung 4 any number of them is one.

#[test]
fn rung3_polls_for_each_wake() {
    assert_eq!(properties::polls_for::<Queue>(properties::wake_often), WAKES);
    assert_eq!(properties::polls_for::<Queue>(properties::wake_often_from_a_thread), WAKES);
    assert_eq!(properties::polls_for_wakes_during_a_poll::<Queue>(), 1 + WAKES);
    let failing = failing(&properties::rung4::<Queue>());
    let polls = ["many_wakes_are_one_poll", "many_wakes_from_a_thread", "wakes_during_a_poll"];
    assert!(polls.iter().all(|name| failing.contains(name)), "{failing:?}");
    assert!(failing.contains(&"one_waker_for_life"), "{failing:?}");
}

// ---- On rung 4 a sleep is a thread; on rung 5 an entry, which leaves with the sleep.

#[test]
fn rung4_has_a_thread_for_each_sleep() {
    assert_eq!(properties::threads_that_end_sleeps::<Wakers>().len(), 100);
    assert_eq!(properties::left_by_a_dropped_sleep::<Wakers>(), 1, "it sleeps on, for an hour");
    let failing = failing(&properties::rung5::<Wakers>());
    let expected = ["ended_by_the_loop", "a_sleep_that_is_due", "a_dropped_sleep"];
    assert!(expected.iter().all(|name| failing.contains(name)), "{failing:?}");
}

// ---- On rung 5 a wait at a socket is many polls; on rung 6 it is two.

#[test]
fn rung5_asks_a_socket_again_and_again() {
    assert!(properties::polls_without_a_selector::<Timers>(1_000) > 1_000);
}

// ---- On rung 6 a panic ends everything, and a task cannot be ended; on rung 7 it has a handle.

#[test]
fn rung6_ends_with_a_panic_in_a_task() {
    assert!(!properties::goes_on_after_a_panic::<Reactor>());
    // There is nothing to end a task with.
    rung6::block_on(async {
        let () = rung6::spawn(async {});
    });
}

#[test]
fn rung7_goes_on_after_a_panic_in_a_task() {
    assert!(properties::goes_on_after_a_panic::<Join>());
}

// ---- On rung 7 a task that never has to wait stops all others; in kettle it has a budget.

/// Takes a free lock a thousand times; gives how many polls that took.
macro_rules! polls_for_a_thousand_locks {
    ($lock:expr) => {{
        let (lock, polls) = ($lock, Cell::new(0));
        let mut task = pin!(async {
            for _ in 0..1_000 {
                drop(lock.lock().await);
            }
        });
        poll_fn(|cx| {
            polls.set(polls.get() + 1);
            task.as_mut().poll(cx)
        })
        .await;
        polls.get()
    }};
}

#[test]
fn on_rung7_a_task_that_never_waits_is_polled_once_and_in_kettle_once_per_128_operations() {
    let polls = rung7::block_on(async { polls_for_a_thousand_locks!(sync::Mutex::new(())) });
    assert_eq!(polls, 1);
    let kettle = kettle::runtime::Builder::new_current_thread().build().unwrap();
    let polls =
        kettle.block_on(async { polls_for_a_thousand_locks!(kettle::sync::Mutex::new(())) });
    assert_eq!(polls, 1_000_usize.div_ceil(128));
    assert_eq!(properties::polls_beside_a_greedy_task::<Join>(1_000), 0);
}

// ---- What is written about them.

/// The rows of the README's table: name, lines, and the file of the chapter.
fn rows(readme: &str) -> Vec<(String, usize, String)> {
    let rows = readme.lines().filter(|line| line.starts_with("| [`rung"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let chapter = cells[4].rsplit("](../../").next().unwrap().trim_end_matches(')');
        let name = cells[0].split('`').nth(1).unwrap();
        (name.to_owned(), cells[1].parse().unwrap(), chapter.to_owned())
    })
    .collect()
}

#[test]
fn the_readme_tells_how_long_the_rungs_are_and_where_what_to_type_is_told() {
    let readme = fs::read_to_string("examples/rungs/README.md").unwrap();
    let rows = rows(&readme);
    assert_eq!(rows.len(), 7);
    let mut programs = Vec::new();
    for (number, (name, lines, chapter)) in (1..).zip(rows) {
        let source = fs::read_to_string(format!("examples/rungs/{name}.rs")).unwrap();
        let title = source.lines().next().unwrap().strip_prefix("//! Rung ").unwrap();
        let question = title.strip_prefix(&format!("{number} of 7: ")).unwrap();
        assert_eq!(source.lines().count(), lines, "{name}: lines");
        assert!(lines <= 410, "{name}: too long");
        let command = format!("`cargo exercise rung {number}`");
        assert!(fs::read_to_string(&chapter).unwrap().contains(&command), "{chapter}: {command}");
        let sheet = format!("exercises/ladder/rung{number}/exercise.toml");
        let sheet = fs::read_to_string(sheet).unwrap();
        assert!(sheet.to_lowercase().contains(&question.to_lowercase()), "{name}: its question");
        assert!(sheet.contains(&format!("\nrung = \"{name}.rs\"\n")), "{name}: its sheet");
        // What to type names the programs that are new.
        let task = format!("exercises/ladder/rung{number}/README.md");
        let task = fs::read_to_string(task).unwrap();
        assert!(task.starts_with(&format!("# Rung {number}: {question}\n")), "{name}: its task");
        let (_, own) = source.rsplit_once("\nprograms! {").unwrap();
        let own = own.trim_end().trim_end_matches('}').split_whitespace().map(str::to_owned);
        let new: Vec<String> = own.filter(|program| !programs.contains(program)).collect();
        let told = |program: &String| task.contains(&format!("`{program}`")) || number == 1;
        assert!(new.iter().all(told), "{name}: {new:?}");
        programs.extend(new);
    }
}

// ---- The channel, which the rungs share. (The lock is in the program `mutex`.)

#[test]
fn a_full_channel_lets_the_sender_wait_and_a_closed_one_gives_what_is_left() {
    a_channel_ends_well::<Queue>();
    a_channel_ends_well::<Wakers>();
    a_channel_ends_well::<Timers>();
    a_channel_ends_well::<Reactor>();
    a_channel_ends_well::<Join>();
}

fn a_channel_ends_well<S: Tasks>() {
    S::block_on(async {
        let (send, mut receive) = sync::channel(2);
        let count = Rc::new(Cell::new(0));
        let counted = Rc::clone(&count);
        S::spawn(async move {
            for i in 1..=5 {
                send.send(i).await.unwrap();
                counted.set(i);
            }
        });
        yield_now().await;
        yield_now().await;
        assert_eq!(count.get(), 2, "there is room for two");
        for i in 1..=5 {
            assert_eq!(receive.recv().await, Some(i));
        }
        assert_eq!(receive.recv().await, None, "the only sender is gone");

        let (send, receive) = sync::channel(1);
        let clone = send.clone();
        drop((send, receive));
        assert_eq!(clone.send("lost").await, Err("lost"));
    });
}
