// WRONG. A std thread parses and sends by `blocking_send` over a channel of 4; `main` joins the thread (std's `join`, it blocks)
// before it receives. The thread waits for room, main for the thread.
// EXPECT: blocking_poll: main's poll never ends (proven since each thread waits for another); main.
// CURE: receive first, join after the channel's end.
use kettle::sync::mpsc;
use std::thread;

fn parse(line: &str) -> usize {
    line.split_whitespace().count()
}

#[kettle::main]
async fn main() {
    let (sender, mut counts) = mpsc::channel(4);
    let parser = thread::spawn(move || {
        for line in ["a b", "c", "d e f", "g", "h i", "j k l m", "n"] {
            sender.blocking_send(parse(line)).unwrap();
        }
    });
    kettle::time::sleep(std::time::Duration::from_millis(20)).await;
    parser.join().unwrap();
    let mut sum = 0;
    while let Some(count) = counts.recv().await {
        sum += count;
    }
    println!("{sum} words");
}
