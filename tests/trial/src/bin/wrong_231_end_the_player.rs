//! An alarm clock starts a player as a child process, and ends it when its button is pressed.
//!
//! Wrong: `Child::kill` is a future, and `let _ =` drops it: the player isn't ended. rustc is silent, because of the `let _ =`.
//!
//! Expected: `unpolled`, at `kill`. The cure: `.await` it (or `start_kill`, which is no future).
//!
//! doctor: `unpolled`
//! ends: by itself

use std::time::Duration;

use kettle::io;
use kettle::process::Command;
use kettle::time::sleep;

#[kettle::main]
#[allow(clippy::let_underscore_future)]
async fn main() -> io::Result<()> {
    let mut player = Command::new("sleep").arg("2").spawn()?;
    sleep(Duration::from_millis(100)).await;
    let _ = player.kill();
    println!("the player has ended: {:?}", player.try_wait()?);
    sleep(Duration::from_millis(100)).await;
    println!("{:?}", player.wait().await?);
    Ok(())
}
