// The `redis` client against a real server, whose address is in `REDIS_SERVER`: ten tasks share one
// connection.

use redis::AsyncCommands;
use tokio::task::JoinSet;

#[tokio::main]
async fn main() {
    let address = std::env::var("REDIS_SERVER").expect("REDIS_SERVER has the address of a server");
    let client = redis::Client::open(format!("redis://{address}/")).unwrap();
    let connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut visitors = JoinSet::new();
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
