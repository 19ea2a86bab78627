//! Runs a command, and would stop it at Ctrl-C.
//! doctor: silence

use std::process::ExitStatus;

use kettle::io::{AsyncBufReadExt, BufReader};
use kettle::process::Command;
use kettle::select;
use kettle::signal::ctrl_c;

async fn run(script: &str) -> std::io::Result<Option<ExitStatus>> {
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(script)
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let words = child.stdout.take().expect("it is piped");
    let printing = kettle::spawn(async move {
        let mut lines = BufReader::new(words).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            println!("child: {line}");
        }
    });
    let status = select! {
        status = child.wait() => Some(status?),
        stop = ctrl_c() => {
            stop?;
            child.kill().await?;
            None
        }
    };
    printing.await.expect("no panic");
    Ok(status)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    for script in ["echo one; sleep 1.2; echo two", "sleep 1.5", "echo three; exit 3"] {
        match run(script).await? {
            Some(status) => println!("{script:?}: {status}"),
            None => {
                println!("stopped");
                break;
            }
        }
    }
    Ok(())
}
