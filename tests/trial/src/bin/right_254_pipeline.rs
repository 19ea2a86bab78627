//! `printf … | sort | head`, as three children whose pipes are joined to each other, and a fourth one that sleeps.
//!
//! Right: the ends of the pipes are handed on to the children and closed here. `main` reads the last one's output, and waits for the sleeper.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::Stdio;

use kettle::io::{self, AsyncReadExt};
use kettle::process::Command;

#[kettle::main]
async fn main() -> io::Result<()> {
    let script = "for n in 3 1 2; do sleep 0.5; echo $n; done";
    let mut count = Command::new("sh").arg("-c").arg(script).stdout(Stdio::piped()).spawn()?;
    let counted: Stdio = count.stdout.take().expect("piped").into_owned_fd()?.into();
    let mut sort = Command::new("sort").stdin(counted).stdout(Stdio::piped()).spawn()?;
    let sorted: Stdio = sort.stdout.take().expect("piped").into_owned_fd()?.into();
    let mut head = Command::new("head").arg("-2").stdin(sorted).stdout(Stdio::piped()).spawn()?;
    let mut sleeper = Command::new("sleep").arg("2.5").spawn()?;
    let mut text = String::new();
    head.stdout.take().expect("piped").read_to_string(&mut text).await?;
    let (count, sort, head) = kettle::try_join!(count.wait(), sort.wait(), head.wait())?;
    println!("{text:?} {count} {sort} {head}");
    println!("{}", sleeper.wait().await?);
    Ok(())
}
