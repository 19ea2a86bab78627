//! Saves volumes one after the other, each by a program of its own, with a limit of time for each.
use kettle::io::{AsyncBufReadExt, BufReader};
use kettle::process::Command;
use kettle::sync::{Mutex, mpsc};
use kettle::time::{sleep, timeout};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

#[derive(Default)]
struct Vault {
    saved: Vec<String>,
}

fn dump(volume: &str) -> Command {
    let seconds = if volume == "mail" { "1.6" } else { "0.2" };
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("exec 2>&-; sleep {seconds}; echo {volume}.tar"));
    command.stdout(Stdio::piped()).kill_on_drop(true);
    command
}

async fn save_next(volumes: &mut mpsc::Receiver<&'static str>, vault: &Mutex<Vault>) -> Option<()> {
    let volume = volumes.recv().await?;
    let mut vault = vault.lock().await;
    let mut child = dump(volume).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let file = lines.next_line().await.unwrap().unwrap();
    child.wait().await.unwrap();
    vault.saved.push(file);
    Some(())
}

async fn list(volumes: mpsc::Sender<&'static str>) {
    for volume in ["home", "mail", "web"] {
        volumes.send(volume).await.unwrap();
    }
}

async fn indexer(vault: Arc<Mutex<Vault>>) {
    for _ in 0..5 {
        sleep(Duration::from_millis(150)).await;
        let vault = vault.lock().await;
        println!("index: {} files", vault.saved.len());
    }
}

#[kettle::main]
async fn main() {
    let vault = Arc::new(Mutex::new(Vault::default()));
    let (sender, mut volumes) = mpsc::channel(1);
    kettle::spawn(list(sender));
    let index = kettle::spawn(indexer(vault.clone()));
    loop {
        match timeout(Duration::from_millis(700), save_next(&mut volumes, &vault)).await {
            Ok(Some(())) => {}
            Ok(None) => break,
            Err(_) => println!("one volume took too long"),
        }
    }
    index.await.unwrap();
    println!("saved: {:?}", vault.lock().await.saved);
}
