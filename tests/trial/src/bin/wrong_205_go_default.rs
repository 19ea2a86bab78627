//! A player, ported from Go: its loop takes a command if there is one, and else mixes on (`select` with a `default`).
//!
//! Wrong: a branch that is always ready takes the place of `default`, and a paused player has nothing to mix: the loop never lets
//! another task run.
//!
//! Expected: `never_yields` (a poll that never ends), or `busy_loop` if the select gives way. The cure: without a `default`
//! (await the command), or a pause in it.
//!
//! doctor: `never_yields` | `busy_loop`
//! ends: killed

use std::future::ready;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

enum Command {
    Play,
    Pause,
    Stop,
}

async fn player(mut commands: mpsc::Receiver<Command>) -> u32 {
    let (mut playing, mut mixed) = (false, 0);
    loop {
        kettle::select! {
            biased;
            command = commands.recv() => match command {
                Some(Command::Play) => playing = true,
                Some(Command::Pause) => playing = false,
                Some(Command::Stop) | None => return mixed,
            },
            () = ready(()) => { // default
                if playing {
                    sleep(Duration::from_millis(5)).await;
                    mixed += 1;
                }
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (commands, taken) = mpsc::channel(4);
    let player = kettle::spawn(player(taken));
    for command in [Command::Play, Command::Pause, Command::Stop] {
        let _ = commands.send(command).await;
        sleep(Duration::from_millis(50)).await;
    }
    println!("{} mixed", player.await.unwrap());
}
