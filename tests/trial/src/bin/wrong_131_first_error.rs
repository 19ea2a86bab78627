//! A backup stores five volumes side by side. Each is written in three steps, and must have its last one to be whole.
//!
//! Wrong: the function that runs them returns at the first error, by `?`. With it goes the `JoinSet`, and a set that is
//! dropped aborts its tasks: three good volumes are left unfinished.
//!
//! Can't be told: tasks that a set aborts are dropped by design, and many programs mean just that. (The cure: go on to the
//! last `join_next`, and return the first error then.)
//!
//! doctor: can't be told
//! ends: by itself

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::sleep;

type Volumes = Arc<Mutex<BTreeMap<u64, &'static str>>>;

#[derive(Debug)]
struct Unreadable(u64);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "volume {} can't be read", self.0)
    }
}

async fn store(number: u64, volumes: Volumes) -> Result<u64, Unreadable> {
    for step in ["begun", "half-written", "whole"] {
        sleep(Duration::from_millis(10 * number)).await;
        if number == 2 && step == "half-written" {
            return Err(Unreadable(number));
        }
        volumes.lock().unwrap().insert(number, step);
    }
    Ok(number)
}

async fn back_up(volumes: &Volumes) -> Result<u64, Unreadable> {
    let mut tasks = JoinSet::new();
    for number in 1..=5 {
        tasks.spawn(store(number, volumes.clone()));
    }
    let mut stored = 0;
    while let Some(result) = tasks.join_next().await {
        stored += result.expect("no panic")?;
    }
    Ok(stored)
}

#[kettle::main]
async fn main() {
    let volumes = Volumes::default();
    match back_up(&volumes).await {
        Ok(stored) => println!("{stored} are stored"),
        Err(error) => println!("{error}"),
    }
    println!("{:?}", volumes.lock().unwrap());
}
