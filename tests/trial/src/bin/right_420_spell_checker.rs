//! A child process checks words; another one takes too long and is killed.
//! doctor: silence

use std::process::Stdio;
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::process::Command;
use kettle::time::timeout;

async fn check(words: &[&str]) -> std::io::Result<Vec<String>> {
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(
            "while read w; do sleep 0.3; case $w in t*) echo good $w;; *) echo bad $w;; esac; done",
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let write = async {
        for word in words {
            stdin.write_all(format!("{word}\n").as_bytes()).await?;
        }
        drop(stdin); // the end of its input
        std::io::Result::Ok(())
    };
    let read = async {
        let mut verdicts = Vec::new();
        while let Some(line) = lines.next_line().await? {
            println!("{line}");
            verdicts.push(line);
        }
        std::io::Result::Ok(verdicts)
    };
    let ((), verdicts) = kettle::try_join!(write, read)?;
    assert!(child.wait().await?.success());
    Ok(verdicts)
}

async fn slow() -> std::io::Result<bool> {
    let mut child = Command::new("sleep").arg("30").spawn()?;
    match timeout(Duration::from_millis(1200), child.wait()).await {
        Ok(status) => Ok(status?.success()),
        Err(_) => {
            child.kill().await?;
            Ok(false)
        }
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let slow = kettle::spawn(slow());
    let verdicts = check(&["tea", "tee", "coffee", "toast"]).await?;
    println!("{} words; the slow one has ended well: {}", verdicts.len(), slow.await.unwrap()?);
    Ok(())
}
