//! An alarm clock starts players as child processes, and ends them in three ways: `start_kill`, a dropped handle with `kill_on_drop`, and
//! `kill` in a task.
//!
//! Right: each child is ended and waited for, but for the one that is dropped on purpose. One `wait` is made, and dropped unpolled, since the
//! player has ended already.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::io;
use kettle::process::{Child, Command};
use kettle::time::sleep;

fn player() -> io::Result<Child> {
    Command::new("sleep").arg("30").kill_on_drop(true).spawn()
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (mut first, second, mut third) = (player()?, player()?, player()?);
    sleep(Duration::from_millis(300)).await;
    first.start_kill()?;
    let end = kettle::spawn(async move { third.kill().await });
    drop(second);
    end.await.unwrap()?;
    sleep(Duration::from_millis(50)).await;
    let ended = first.try_wait()?;
    let wait = first.wait();
    match ended {
        Some(status) => println!("{status}"),
        None => println!("{}", wait.await?),
    }
    Ok(())
}
