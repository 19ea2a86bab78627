//! What does each step still do badly? The next one has properties that say it doesn't.

use super::kit::*;
use super::step1::*;
use super::step2::*;
use super::step3::*;
use super::step4::*;
use super::step5::*;
use super::step6::*;
use super::step7::*;

pub fn flaw1<S: Step>() {
    let polls = polls_of_a_sleep::<S>(20);
    println!("A sleep of 20 ms was polled {polls} times. Two polls would do.");
}

pub fn flaw2<S: Step>() {
    let log = one_after_another::<S>();
    println!("Tea and toast, each of which waits once: {}.", log.join(", "));
}

pub fn flaw3<S: Tasks>() {
    let polls = polls_for::<S>(wake_often);
    println!("A task that was woken {WAKES} times before its turn was polled {polls} times.");
}

pub fn flaw4<S: Tasks>() {
    let threads = threads_that_end_sleeps::<S>().len();
    println!("{SLEEPS} sleeps were ended by {threads} threads.");
}

pub fn flaw5<S: Tasks>() {
    let polls = polls_without_a_selector::<S>(1_000);
    println!("A task that waited for a visitor asked {polls} times. Two would do.");
}

pub fn flaw6<S: Tasks>() {
    let end = if goes_on_after_a_panic::<S>() { "goes on" } else { "panics, and all tasks end" };
    println!("A task panics. `block_on` {end}.");
}

pub fn flaw7<S: Tasks>() {
    let polls = polls_beside_a_greedy_task::<S>(100_000);
    println!("One task took 100000 steps without a wait. Meanwhile a ready one had {polls} polls.");
}
