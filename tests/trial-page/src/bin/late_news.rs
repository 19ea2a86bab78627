// Five checks of a release run side by side. If one fails, the others needn't go on, and the release is off.

use std::time::{Duration, Instant};

use kettle::task::JoinHandle;
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

type Checked = Result<&'static str, String>;

async fn step(name: &str, number: u64, time: u64) -> Result<(), String> {
    sleep(ms(time)).await;
    if name == "licences" && number == 3 {
        return Err("`leftpad` has no licence".into());
    }
    Ok(())
}

async fn check(name: &'static str, steps: u64, time: u64) -> Checked {
    for number in 1..=steps {
        step(name, number, time).await.map_err(|fault| format!("{name}: {fault}"))?;
    }
    Ok(name)
}

/// All names, or the first fault; then what still runs is ended.
async fn all(checks: Vec<JoinHandle<Checked>>) -> Result<Vec<&'static str>, String> {
    let mut passed = Vec::new();
    let mut checks = checks.into_iter();
    while let Some(check) = checks.next() {
        match check.await.expect("no panic") {
            Ok(name) => passed.push(name),
            Err(fault) => {
                checks.for_each(|check| check.abort());
                return Err(fault);
            }
        }
    }
    Ok(passed)
}

#[kettle::main]
async fn main() {
    let start = Instant::now();
    let checks = vec![
        kettle::spawn(check("tests", 9, 50)),
        kettle::spawn(check("formatting", 1, 25)),
        kettle::spawn(check("links", 6, 40)),
        kettle::spawn(check("licences", 5, 20)),
        kettle::spawn(check("benchmarks", 40, 50)),
    ];
    match all(checks).await {
        Ok(passed) => println!("released, after {} checks", passed.len()),
        Err(fault) => println!("no release after {:?}: {fault}", start.elapsed()),
    }
}
