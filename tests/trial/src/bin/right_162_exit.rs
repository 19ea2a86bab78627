//! A daemon: `main` starts its tasks and then waits for nothing, forever. The task that is told to stop ends the process.
//!
//! Right: `main` can't be woken, and the tasks have no handles. In the middle of the run all of them only wait for a command, which
//! a thread sends after more than a second.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::future::pending;
use std::process::exit;
use std::thread;
use std::time::Duration;

use kettle::sync::{broadcast, mpsc};
use kettle::time::sleep;

async fn plug_in(number: u32, mut commands: broadcast::Receiver<&'static str>) {
    while let Ok(command) = commands.recv().await {
        sleep(Duration::from_millis(10)).await;
        println!("plug-in {number}: {command}");
    }
}

async fn control(mut commands: mpsc::Receiver<&'static str>) {
    let (tell, _) = broadcast::channel(8);
    for number in 1..=3 {
        kettle::spawn(plug_in(number, tell.subscribe()));
    }
    while let Some(command) = commands.recv().await {
        if command == "stop" {
            exit(0);
        }
        tell.send(command).expect("there are plug-ins");
    }
}

fn operator(send: &mpsc::Sender<&'static str>) {
    for (pause, command) in [(50, "reload"), (1500, "rotate"), (100, "stop")] {
        thread::sleep(Duration::from_millis(pause));
        send.blocking_send(command).expect("the daemon listens");
    }
    thread::sleep(Duration::from_secs(20));
}

#[kettle::main]
async fn main() {
    let (send, commands) = mpsc::channel(1);
    kettle::spawn(control(commands));
    thread::spawn(move || operator(&send));
    pending::<()>().await;
}
