//! Orders come through a named pipe, which another program opens for writing as soon as it has some.
//!
//! Right: to open a named pipe waits for the other side. It is done by `kettle::fs`, so a thread of the pool waits, for two seconds,
//! and the runtime's thread sleeps without a timer.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::Command;

use kettle::io::{self, AsyncBufReadExt, BufReader};

#[kettle::main]
async fn main() -> io::Result<()> {
    let pipe = std::env::temp_dir().join(format!("kitchen-{}", std::process::id()));
    assert!(Command::new("mkfifo").arg(&pipe).status()?.success());
    let mut waiter = Command::new("sh")
        .args(["-c", "sleep 2; { echo tea; sleep 1.5; echo milk; } > \"$0\""])
        .arg(&pipe)
        .spawn()?;
    let orders = kettle::spawn({
        let pipe = pipe.clone();
        async move {
            let mut lines = BufReader::new(kettle::fs::File::open(pipe).await?).lines();
            let mut orders = Vec::new();
            while let Some(order) = lines.next_line().await? {
                orders.push(order);
            }
            Ok::<_, io::Error>(orders)
        }
    });
    println!("{:?}", orders.await??);
    std::fs::remove_file(pipe)?;
    println!("{}", waiter.wait()?);
    Ok(())
}
