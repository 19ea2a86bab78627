//! Pictures are converted by another program. Each may take a tenth of a second; one that takes longer is skipped.
//!
//! Wrong: `std::process::Command` blocks the thread until the program has ended. The time limit can't fire meanwhile, and
//! nothing else runs.
//!
//! Expected: `blocking_poll` in `convert`. The cure: `kettle::process::Command`, and `.await`.
//!
//! doctor: `blocking_poll`

use std::io;
use std::process::Command;
use std::time::Duration;

use kettle::time::{interval, timeout};

async fn convert(picture: &str) -> io::Result<bool> {
    // It stands for a converter that takes half a second.
    let status = Command::new("sleep").arg("0.5").env("PICTURE", picture).status()?;
    Ok(status.success())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(50));
        loop {
            clock.tick().await;
            println!("...");
        }
    });
    for picture in ["beach.png", "dinner.png", "sunset.png"] {
        match timeout(Duration::from_millis(100), convert(picture)).await {
            Ok(well) => println!("{picture}: {}", if well? { "converted" } else { "failed" }),
            Err(_) => println!("{picture}: skipped"),
        }
    }
    Ok(())
}
