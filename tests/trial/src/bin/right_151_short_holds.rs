//! Twenty machines share one line to their controller: each takes the lock for one exchange of 20 milliseconds.
//!
//! Right: the last machine waits for the lock for most of a second, and each holds it across an `.await`, because the line can do one
//! exchange at a time. But no machine holds it for long.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream};
use kettle::sync::Mutex;
use kettle::task::JoinSet;
use kettle::time::sleep;

type Line = Arc<Mutex<DuplexStream>>;

async fn controller(mut line: DuplexStream) -> io::Result<u32> {
    let mut orders = 0;
    while let Ok(machine) = line.read_u8().await {
        sleep(Duration::from_millis(15)).await;
        line.write_u8(machine ^ 0x55).await?;
        orders += 1;
    }
    Ok(orders)
}

async fn exchange(line: &Line, machine: u8) -> io::Result<u8> {
    let mut line = line.lock().await;
    line.write_u8(machine).await?;
    line.read_u8().await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (line, other_end) = io::duplex(16);
    let controller = kettle::spawn(controller(other_end));
    let line = Line::new(Mutex::new(line));
    let mut machines = JoinSet::new();
    for machine in 0..20 {
        let line = line.clone();
        machines.spawn(async move {
            let begun = Instant::now();
            for _ in 0..3 {
                assert_eq!(exchange(&line, machine).await?, machine ^ 0x55);
            }
            io::Result::Ok(begun.elapsed())
        });
    }
    let longest = machines.join_all().await.into_iter().collect::<io::Result<Vec<_>>>()?;
    println!("the slowest machine took {:?}", longest.iter().max());
    drop(line);
    assert_eq!(controller.await??, 60);
    Ok(())
}
