// RIGHT. Ten tasks need the connection in a OnceCell; the first one opens it (700 ms), the others wait for it: that's what the cell is for. EXPECT: silence.
use kettle::sync::OnceCell;
use std::time::Duration;

static CONNECTION: OnceCell<String> = OnceCell::const_new();

async fn connection() -> &'static str {
    CONNECTION
        .get_or_init(|| async {
            kettle::time::sleep(Duration::from_millis(700)).await;
            "connected".to_owned()
        })
        .await
}

#[kettle::main]
async fn main() {
    let mut tasks = kettle::task::JoinSet::new();
    for id in 0..10 {
        tasks.spawn(async move { format!("{id} {}", connection().await) });
    }
    println!("{}", tasks.join_all().await.len());
}
