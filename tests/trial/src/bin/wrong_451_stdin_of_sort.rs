//! (Can't be told: the other end of the pipe is another process.) Names are sorted by `sort`.
//! doctor: `main`

use std::process::Stdio;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::process::Command;

async fn sorted(names: &[&str]) -> std::io::Result<Vec<String>> {
    let mut sort = Command::new("sort")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = sort.stdin.take().expect("it is piped");
    let mut stdout = sort.stdout.take().expect("it is piped");
    for name in names {
        stdin.write_all(name.as_bytes()).await?;
        stdin.write_all(b"\n").await?;
    }
    let mut text = String::new();
    stdout.read_to_string(&mut text).await?;
    sort.wait().await?;
    Ok(text.lines().map(str::to_string).collect())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    for name in sorted(&["Zoe", "Abe", "Moe"]).await? {
        println!("{name}");
    }
    Ok(())
}
