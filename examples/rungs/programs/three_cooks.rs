// Three cooks on one thread: in which order do they cook?
//
// Two are tasks, and `main` is the third. Each gives the stove away after every step.

use super::play::yield_now;
use super::spawn;

async fn cook(dish: &'static str, steps: u32) {
    for step in 1..=steps {
        println!("{dish}: step {step} of {steps}");
        yield_now().await;
    }
    println!("{dish}: done");
}

pub(crate) async fn main() {
    spawn(cook("rice", 1));
    spawn(cook("cake", 2));
    println!("Three cooks have been hired.");
    cook("soup", 3).await;
    println!("Dinner.");
}
