// WRONG (but only the system knows). The child's output is piped, and main waits for its end before it reads: the child's pipe is full (64 KiB).
// EXPECT: hardly provable (another process): silence, or an "if". CURE: wait_with_output.
use kettle::io::AsyncReadExt;
use kettle::process::Command;
use std::process::Stdio;

#[kettle::main]
async fn main() {
    let mut child =
        Command::new("head").args(["-c", "200000", "/dev/zero"]).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let status = child.wait().await.unwrap();
    let mut all = Vec::new();
    stdout.read_to_end(&mut all).await.unwrap();
    println!("{status} {}", all.len());
}
