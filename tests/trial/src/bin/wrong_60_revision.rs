//! A build server asks `git` for the revision of each repository, and reports that it is alive ten times a second.
//!
//! Wrong: it starts the program with `std::process::Command`, whose `status` blocks the thread until the program ends.
//! (`sleep 0.4` plays the part of a slow `git`.)
//!
//! Expected: `blocking_poll`. The cure: `kettle::process::Command` and `.await`, or `spawn_blocking`.
//!
//! doctor: `blocking_poll`
//! ends: by itself

use std::process::Command;
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::interval;

async fn revision(repository: &'static str) -> Result<String, std::io::Error> {
    let status = Command::new("sleep").arg("0.4").status()?;
    if status.success() {
        Ok(format!("{repository}@4f2a91c"))
    } else {
        Err(std::io::Error::other(repository))
    }
}

async fn alive() {
    let mut beat = interval(Duration::from_millis(100));
    loop {
        beat.tick().await;
    }
}

#[kettle::main]
async fn main() -> Result<(), std::io::Error> {
    kettle::spawn(alive());
    let mut builds = JoinSet::new();
    for repository in ["kettle", "teapot", "saucer"] {
        builds.spawn(revision(repository));
    }
    while let Some(build) = builds.join_next().await {
        println!("building {}", build.expect("a build")?);
    }
    Ok(())
}
