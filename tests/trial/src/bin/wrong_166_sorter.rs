//! Lines are sorted by the program `sort`: they are written to its standard input, and read from its output.
//!
//! Wrong: the pipe to its input is still open when its output is awaited. `sort` waits for the end of its input, and `main` for
//! the end of `sort`.
//!
//! Expected: nothing can be told: what another program waits for is not seen, and it may take as long as it likes. The cure:
//! `drop(input)` before `wait_with_output`.
//!
//! doctor: can't be told
//! ends: killed

use std::io;
use std::process::Stdio;

use kettle::io::AsyncWriteExt;
use kettle::process::Command;

async fn sorted(lines: &[&str]) -> io::Result<Vec<String>> {
    let mut sort = Command::new("sort")
        .arg("--reverse")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut input = sort.stdin.take().expect("it is piped");
    for line in lines {
        input.write_all(line.as_bytes()).await?;
        input.write_all(b"\n").await?;
    }
    input.flush().await?;
    let output = sort.wait_with_output().await?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let fruit = ["pear", "apple", "quince", "cherry"];
    for (place, fruit) in sorted(&fruit).await?.iter().enumerate() {
        println!("{}. {fruit}", place + 1);
    }
    Ok(())
}
