//! A driver of an old device lives on a thread of its own, because its library blocks. Commands go to it
//! and answers come back through channels; it polls the device with std's `recv_timeout`.
//!
//! Suspicious: the runtime has nothing to do for seconds, while the thread sleeps in a std channel.
//!
//! doctor: silence

use std::sync::mpsc::{self as blocking, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};

type Command = (u32, oneshot::Sender<u32>);

/// Answers a command when the device has had two seconds of rest.
fn drive(commands: &blocking::Receiver<Command>, alarms: &mpsc::Sender<&'static str>) {
    loop {
        let (number, reply) = match commands.recv_timeout(Duration::from_secs(2)) {
            Ok(command) => command,
            Err(RecvTimeoutError::Timeout) => {
                let _ = alarms.blocking_send("idle");
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let (_never, rest) = blocking::channel::<()>();
        let _ = rest.recv_timeout(Duration::from_secs(2));
        let _ = reply.send(number * 2);
    }
}

#[kettle::main]
async fn main() {
    let (commands, theirs) = blocking::channel();
    let (alarms, mut inbox) = mpsc::channel(1);
    let driver = thread::spawn(move || drive(&theirs, &alarms));
    println!("{:?}", inbox.recv().await);
    for number in [3, 4] {
        let (reply, answer) = oneshot::channel();
        commands.send((number, reply)).expect("the driver is there");
        println!("{:?}", answer.await);
    }
    drop(commands);
    println!("{:?}", inbox.recv().await);
    driver.join().expect("the driver doesn't panic");
}
