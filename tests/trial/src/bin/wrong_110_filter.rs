//! Text is sorted by another program: it is written to the standard input of `sort`, whose output is read to the end.
//!
//! Wrong: the program's standard input is never closed. `sort` waits for more, and `main` for its output.
//!
//! Can't be told: what the other program waits for, kettle doesn't see; a program that thinks for an hour looks the same.
//! (The cure: drop the `ChildStdin` before the output is read.)
//!
//! doctor: can't be told
//! ends: killed

use std::process::Stdio;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::process::{Child, ChildStdin, Command};

struct Filter {
    child: Child,
    input: ChildStdin,
}

impl Filter {
    fn start(program: &str) -> std::io::Result<Filter> {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let input = child.stdin.take().expect("it is piped");
        Ok(Filter { child, input })
    }

    async fn run(&mut self, text: &str) -> std::io::Result<String> {
        self.input.write_all(text.as_bytes()).await?;
        self.input.flush().await?;
        let mut sorted = String::new();
        let output = self.child.stdout.as_mut().expect("it is piped");
        output.read_to_string(&mut sorted).await?;
        self.child.wait().await?;
        Ok(sorted)
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let mut sort = Filter::start("sort")?;
    print!("{}", sort.run("kettle\ncup\ntea\n").await?);
    Ok(())
}
