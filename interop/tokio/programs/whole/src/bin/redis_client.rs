// The `redis` client, against mini-redis in the same process, or against a real server: then
// `REDIS_SERVER` has its address.

use redis::AsyncCommands;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[tokio::main]
async fn main() {
    if let Ok(address) = std::env::var("REDIS_SERVER") {
        visit(&address).await;
        all_commands(&address).await;
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(mini_redis::server::run(listener, async { drop(stopped.await) }));
    visit(&address.to_string()).await;
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

/// What mini-redis knows too: `GET` and `SET`, from ten tasks over one connection.
async fn visit(address: &str) {
    let client = redis::Client::open(format!("redis://{address}/")).unwrap();
    let connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut visitors = tokio::task::JoinSet::new();
    for visitor in 0..10 {
        let mut connection = connection.clone();
        visitors.spawn(async move {
            for cup in 0..10 {
                let key = format!("cup-{visitor}-{cup}");
                let () = connection.set(&key, "tea".repeat(cup + 1)).await.unwrap();
                let tea: String = connection.get(&key).await.unwrap();
                assert_eq!(tea.len(), 3 * (cup + 1));
            }
        });
    }
    visitors.join_all().await;
}

/// What only a real server knows.
async fn all_commands(address: &str) {
    let client = redis::Client::open(format!("redis://{address}/")).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let () = connection.del("line").await.unwrap();
    let mut pipe = redis::pipe();
    for cup in 0..100 {
        pipe.rpush("line", cup).ignore();
    }
    let () = pipe.query_async(&mut connection).await.unwrap();
    let line: Vec<u32> = connection.lrange("line", 0, -1).await.unwrap();
    assert_eq!(line, (0..100).collect::<Vec<_>>());
}
