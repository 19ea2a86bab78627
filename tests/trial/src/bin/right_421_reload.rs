//! A daemon that reads its configuration again on SIGHUP, and ends on SIGTERM.
//! doctor: silence

use std::time::Duration;

use kettle::process::Command;
use kettle::signal::unix::{Signal, SignalKind, signal};
use kettle::sync::watch;
use kettle::time::sleep;

#[derive(Clone, Debug)]
struct Config {
    version: u32,
}

async fn administrator() -> std::io::Result<()> {
    let me = std::process::id().to_string();
    for name in ["-HUP", "-HUP", "-TERM"] {
        sleep(Duration::from_millis(1100)).await;
        Command::new("kill").args([name, &me]).status().await?;
    }
    Ok(())
}

async fn worker(number: u32, mut config: watch::Receiver<Config>) -> u32 {
    let mut reloads = 0;
    while config.changed().await.is_ok() {
        println!("worker {number} has version {}", config.borrow_and_update().version);
        reloads += 1;
    }
    reloads
}

async fn daemon(mut hup: Signal, mut term: Signal, config: watch::Sender<Config>) {
    loop {
        kettle::select! {
            _ = hup.recv() => config.send_modify(|config| config.version += 1),
            _ = term.recv() => return,
        }
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let hup = signal(SignalKind::hangup())?;
    let term = signal(SignalKind::terminate())?;
    let (config, watched) = watch::channel(Config { version: 1 });
    let workers: Vec<_> =
        (0..2).map(|number| kettle::spawn(worker(number, watched.clone()))).collect();
    let administrator = kettle::spawn(administrator());
    daemon(hup, term, config).await;
    for worker in workers {
        println!("{} reloads", worker.await.unwrap());
    }
    administrator.await.unwrap()
}
