//! A list is sorted by another program, `sort`, through its standard input and output.
//!
//! Wrong: `sort` answers when its input ends, and the input is still there, in a variable, while its end is awaited.
//!
//! Expected: can't be told. A child is there, and it may end: other programs can wake this one, as sockets can. (It would have to say:
//! drop `stdin` before you wait.)
//!
//! doctor: can't be told
//! ends: killed

use std::process::Stdio;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::process::Command;

#[kettle::main]
async fn main() -> io::Result<()> {
    let mut child = Command::new("sort")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut input = child.stdin.take().expect("it is piped");
    let mut output = child.stdout.take().expect("it is piped");
    for word in ["tea", "milk", "sugar"] {
        input.write_all(format!("{word}\n").as_bytes()).await?;
    }
    input.flush().await?;
    let mut sorted = String::new();
    output.read_to_string(&mut sorted).await?;
    println!("{sorted}{}", child.wait().await?);
    drop(input);
    Ok(())
}
