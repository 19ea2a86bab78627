//! A metronome beats every 40 ms, by a timer of the kernel's. The cook counts the beats, but in the
//! middle she looks away for a while: the timer tells her how many she has missed.
//!
//! `KETTLE_TRACE=- cargo run --example metronome` tells what kettle makes of it: the timer tries to
//! read, joins the selector under the name `KernelTimer`, and each beat is one report and one wake.
//! `KETTLE_TRACE=metronome.html` makes it a page to step through.

use std::io;
use std::time::Duration;

use kettle::time::sleep;
use kettle_timerfd::TimerFd;

const BEAT: Duration = Duration::from_millis(40);

#[kettle::main]
async fn main() -> io::Result<()> {
    let metronome = TimerFd::new()?;
    metronome.set_every(BEAT)?;
    let mut beats = 0;
    while beats < 12 {
        let heard = metronome.expired().await?;
        beats += heard;
        match heard {
            1 => println!("{beats:>2}  tick"),
            _ => println!("{beats:>2}  tick, and {} that nobody heard", heard - 1),
        }
        if beats == 4 {
            println!("    (the milk boils over)");
            sleep(BEAT * 7 / 2).await;
        }
    }
    Ok(())
}
