// WRONG. A loop over `select!` of commands and a ticker. When all command senders are gone, `recv()` gives None at once, each time:
// the loop spins until the ticks are over.
// EXPECT: busy_loop (warning): main/aggregator asks a closed channel at `commands.recv()`. CURE: `Some(c) = commands.recv()` / break on None.
use kettle::sync::mpsc;
use std::time::Duration;

async fn aggregate(mut commands: mpsc::Receiver<u32>) -> u32 {
    let mut sum = 0;
    let mut tick = kettle::time::interval(Duration::from_millis(500));
    let mut ticks = 0;
    loop {
        kettle::select! {
            command = commands.recv() => {
                if let Some(number) = command {
                    sum += number;
                }
            }
            _ = tick.tick() => {
                ticks += 1;
                println!("sum {sum}");
                if ticks == 8 {
                    return sum;
                }
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (sender, commands) = mpsc::channel(4);
    let aggregator = kettle::spawn(aggregate(commands));
    for i in 0..5 {
        sender.send(i).await.unwrap();
        kettle::time::sleep(Duration::from_millis(40)).await;
    }
    drop(sender);
    println!("{}", aggregator.await.unwrap());
}
