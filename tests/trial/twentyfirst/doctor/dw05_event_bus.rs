// WRONG. `main` collects what the workers report until the channel closes. But the bus (which is alive in main, since it is used
// for the count after the loop) has a sender of its own.
// EXPECT: deadlock: main waits for a value from the channel, a sender is left (main's own, in `bus`).
// CURE: drop the bus (its sender) before the loop.
use kettle::sync::mpsc;
use std::time::Duration;

struct Bus {
    sender: mpsc::Sender<String>,
    started: usize,
}

impl Bus {
    fn start(&mut self, name: &'static str) {
        let sender = self.sender.clone();
        self.started += 1;
        kettle::spawn(async move {
            for i in 0..3 {
                kettle::time::sleep(Duration::from_millis(15)).await;
                if sender.send(format!("{name} {i}")).await.is_err() {
                    return;
                }
            }
        });
    }
}

#[kettle::main]
async fn main() {
    let (sender, mut reports) = mpsc::channel(4);
    let mut bus = Bus { sender, started: 0 };
    bus.start("disk");
    bus.start("net");
    while let Some(report) = reports.recv().await {
        println!("{report}");
    }
    println!("{} reporters are over", bus.started);
}
