// RIGHT. main waits for Ctrl-C and nothing else goes on for 3 s; then another process (`kill`) sends it. A worker waits for the stop word. EXPECT: silence.
use kettle::sync::watch;
use std::process::Command;

#[kettle::main]
async fn main() {
    let (stop, mut stopped) = watch::channel(false);
    let worker = kettle::spawn(async move {
        stopped.wait_for(|stop| *stop).await.unwrap();
        println!("worker ends");
    });
    let script = format!("sleep 3; kill -INT {}", std::process::id());
    let mut other = Command::new("sh").arg("-c").arg(script).spawn().unwrap();
    kettle::signal::ctrl_c().await.unwrap();
    stop.send_replace(true);
    worker.await.unwrap();
    other.wait().unwrap();
}
