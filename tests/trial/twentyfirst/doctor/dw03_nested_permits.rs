// WRONG. At most three requests at a time; but each request, while it has its permit, makes a sub-request
// by the same limited client. Three requests begin at once: no permit is left for any sub-request.
// EXPECT: deadlock: the tasks wait for a permit of the semaphore (sub-request's `acquire`), all permits taken by the same
// tasks at the outer acquire. CURE: give the permit back before the sub-request (or a second semaphore for those).
use kettle::sync::Semaphore;
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone)]
struct Client {
    limit: Arc<Semaphore>,
}

impl Client {
    async fn get(&self, path: &str) -> String {
        let _permit = self.limit.acquire().await.unwrap();
        kettle::time::sleep(Duration::from_millis(30)).await;
        format!("page {path}")
    }

    async fn get_with_author(&self, path: &str) -> String {
        let _permit = self.limit.acquire().await.unwrap();
        kettle::time::sleep(Duration::from_millis(30)).await;
        let author = self.get("author").await;
        format!("page {path} by {author}")
    }
}

#[kettle::main]
async fn main() {
    let client = Client { limit: Arc::new(Semaphore::new(3)) };
    let mut all = Vec::new();
    for i in 0..6 {
        let client = client.clone();
        all.push(kettle::spawn(async move { client.get_with_author(&i.to_string()).await }));
    }
    for one in all {
        println!("{}", one.await.unwrap());
    }
}
