//! A kiosk that waits for keys, for Ctrl-C, and for its closing time. Its input is empty today.
//! doctor: silence

use std::time::Duration;

use kettle::io::{AsyncBufReadExt, BufReader, stdin};
use kettle::signal::ctrl_c;
use kettle::sync::mpsc;
use kettle::time::sleep;

#[derive(Debug)]
enum Input {
    Line(String),
    End,
}

async fn keys(inputs: mpsc::Sender<Input>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        if inputs.send(Input::Line(line)).await.is_err() {
            return Ok(());
        }
    }
    let _ = inputs.send(Input::End).await;
    inputs.closed().await; // its light is on as long as the kiosk is open
    println!("the light goes out");
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (tx, mut inputs) = mpsc::channel(4);
    let keys = kettle::spawn(keys(tx));
    let closing = sleep(Duration::from_millis(2800));
    kettle::pin!(closing);
    let mut served = 0;
    let why = loop {
        kettle::select! {
            Some(input) = inputs.recv() => match input {
                Input::Line(line) => {
                    println!("{line} is served");
                    served += 1;
                }
                Input::End => println!("no more keys"),
            },
            stopped = ctrl_c() => {
                stopped?;
                break "Ctrl-C";
            }
            () = &mut closing => break "closing time",
        }
    };
    drop(inputs);
    keys.await.unwrap()?;
    println!("{why}; {served} served");
    Ok(())
}
