//! Right: a shop waits for tomorrow, and an archive for next year, but the owner comes first; an absent deadline is a
//! future that is never ready.
//!
//! doctor: silence

use std::future::pending;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn at(deadline: Option<Duration>) {
    match deadline {
        Some(deadline) => sleep(deadline).await,
        None => pending().await,
    }
}

async fn wait(name: &str, deadline: Option<Duration>, owner: &mut mpsc::Receiver<String>) -> u32 {
    let mut words = 0;
    loop {
        kettle::select! {
            () = at(deadline) => println!("{name}: the time has come"),
            word = owner.recv() => match word {
                Some(word) => println!("{name}: {word}"),
                None => return words,
            }
        }
        words += 1;
    }
}

#[kettle::main]
async fn main() {
    let day = Duration::from_hours(24);
    let deadlines = [("shop", Some(day)), ("archive", Some(365 * day)), ("cellar", None)];
    let mut owners = Vec::new();
    let mut waits = Vec::new();
    for (name, deadline) in deadlines {
        let (owner, mut words) = mpsc::channel(1);
        owners.push(owner);
        waits.push(kettle::spawn(async move { wait(name, deadline, &mut words).await }));
    }
    for hour in 0..4 {
        sleep(Duration::from_millis(400)).await;
        for owner in &owners {
            owner.send(format!("hour {hour}")).await.unwrap();
        }
    }
    drop(owners);
    for wait in waits {
        println!("{}", wait.await.unwrap());
    }
}
