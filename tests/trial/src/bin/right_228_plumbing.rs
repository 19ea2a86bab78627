//! A pipe of the system from a thread, which writes with std into its end and computes between, to a task that reads to the end.
//!
//! Right: the thread has the only writing end. It is at work for two seconds without a byte; both ends of the pipe are in this program.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::fs::File;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use kettle::io::{self, AsyncReadExt};
use kettle::net::unix::pipe;

#[kettle::main]
async fn main() -> io::Result<()> {
    let (out, mut input) = pipe::pipe()?;
    let mut out = File::from(out.into_blocking_fd()?);
    thread::spawn(move || {
        let begun = Instant::now();
        let mut primes = 0_u32;
        for number in 2_u32.. {
            if (2..number).take_while(|d| d * d <= number).all(|d| !number.is_multiple_of(d)) {
                primes += 1;
            }
            if begun.elapsed() > Duration::from_secs(2) {
                break;
            }
        }
        writeln!(out, "{primes} primes").unwrap();
    });
    let mut text = String::new();
    input.read_to_string(&mut text).await?;
    println!("{text}");
    Ok(())
}
