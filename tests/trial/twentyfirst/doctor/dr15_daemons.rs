// RIGHT. Background tasks without handles that are to live as long as the program: a metrics ticker, a cache cleaner, a subscriber loop, an accept
// loop. When `main` has done its work it returns, and they end with it, as is meant. EXPECT: silence.
use kettle::net::TcpListener;
use kettle::sync::watch;
use std::time::Duration;

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (level, mut seen) = watch::channel(0);
    kettle::spawn(async {
        let mut tick = kettle::time::interval(Duration::from_millis(50));
        loop {
            tick.tick().await;
        }
    });
    kettle::spawn(async {
        loop {
            kettle::time::sleep(Duration::from_millis(700)).await;
            // cleans the cache
            kettle::time::sleep(Duration::from_millis(20)).await;
        }
    });
    kettle::spawn(async move {
        while seen.changed().await.is_ok() {
            let _level = *seen.borrow_and_update();
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    kettle::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream);
        }
    });
    for i in 0..20 {
        level.send_replace(i);
        kettle::time::sleep(Duration::from_millis(100)).await;
    }
    println!("done");
    Ok(())
}
