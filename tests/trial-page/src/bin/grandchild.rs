//! A build server runs a script and keeps what it prints.

use std::process::Stdio;
use std::time::Duration;

use kettle::io::{self, AsyncReadExt};
use kettle::process::Command;
use kettle::sync::oneshot;
use kettle::time::sleep;

const SCRIPT: &str = "echo compiled; (sleep 0.7; echo tidied up) &";

async fn build(done: oneshot::Sender<String>) -> io::Result<()> {
    let mut script = Command::new("sh").arg("-c").arg(SCRIPT).stdout(Stdio::piped()).spawn()?;
    let mut output = script.stdout.take().expect("piped");
    let status = script.wait().await?;
    let mut printed = String::new();
    output.read_to_string(&mut printed).await?;
    let _ = done.send(format!("{status}: {printed}"));
    Ok(())
}

async fn page(built: oneshot::Receiver<String>) {
    println!("{:?}", built.await);
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (done, built) = oneshot::channel();
    let build = kettle::spawn(build(done));
    let page = kettle::spawn(page(built));
    sleep(Duration::from_millis(100)).await;
    build.await.unwrap()?;
    page.await.unwrap();
    Ok(())
}
