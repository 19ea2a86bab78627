//! A player, ported from Go: its loop takes a command if there is one, and else mixes the next piece of music.
//!
//! Right: the branch that is always ready does something that takes time, and a paused player waits for a command alone.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn player(mut commands: mpsc::Receiver<&'static str>) -> u32 {
    let (mut playing, mut mixed) = (false, 0);
    loop {
        kettle::select! {
            biased;
            command = commands.recv() => match command {
                Some("play") => playing = true,
                Some("pause") => playing = false,
                _ => return mixed,
            },
            () = std::future::ready(()), if playing => {
                sleep(Duration::from_millis(1)).await; // mixes
                mixed += 1;
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (commands, taken) = mpsc::channel(4);
    let player = kettle::spawn(player(taken));
    for command in ["play", "pause", "play", "stop"] {
        let _ = commands.send(command).await;
        sleep(Duration::from_millis(800)).await;
    }
    println!("{} mixed", player.await.unwrap());
}
