//! A service is told by `SIGUSR1` to read its settings again, and by `SIGTERM` to end. Both come from a script, which is a child here.
//!
//! Right: the task that waits for the signals is the only one that can ever go on, for two seconds; the other one waits for its word.
//!
//! Expected: silent.
//!
//! doctor: silence

use kettle::io;
use kettle::process::Command;
use kettle::signal::unix::{SignalKind, signal};
use kettle::sync::watch;

#[kettle::main]
async fn main() -> io::Result<()> {
    let mut again = signal(SignalKind::user_defined1())?;
    let mut end = signal(SignalKind::terminate())?;
    let script = format!("sleep 1.2; kill -USR1 {0}; sleep 1; kill -TERM {0}", std::process::id());
    Command::new("sh").arg("-c").arg(script).spawn()?;
    let (tell, mut settings) = watch::channel(0);
    let service = kettle::spawn(async move {
        while settings.changed().await.is_ok() {
            println!("settings {}", *settings.borrow_and_update());
        }
    });
    loop {
        kettle::select! {
            _ = again.recv() => tell.send_modify(|version| *version += 1),
            _ = end.recv() => break,
        }
    }
    drop(tell);
    service.await.unwrap();
    Ok(())
}
