// WRONG. As dw18, another shape: two uploads run in tasks without handles, straight-line code with three steps; main waits for a
// fixed 60 ms ("that should be enough") and returns: the bigger upload is cut off at its third step.
// EXPECT: cut_short (note): the task of the second upload, at `commit`'s sleep. CURE: keep and await the handles.
use std::time::Duration;

async fn step(name: &str, size: u64, text: &str) {
    kettle::time::sleep(Duration::from_millis(size)).await;
    println!("{name}: {text}");
}

async fn upload(name: &'static str, size: u64) {
    step(name, size, "opened").await;
    kettle::time::sleep(Duration::from_millis(size)).await;
    println!("{name}: sent");
    kettle::time::sleep(Duration::from_millis(size)).await;
    println!("{name}: committed");
}

#[kettle::main]
async fn main() {
    kettle::spawn(upload("small", 10));
    kettle::spawn(upload("big", 25));
    kettle::time::sleep(Duration::from_millis(60)).await;
    println!("bye");
}
