//! A model is loaded on first use. That takes most of a second, and all who ask wait for it.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::OnceCell;
use kettle::time::sleep;

struct Model {
    weights: Vec<f32>,
}

#[derive(Default)]
struct Service {
    model: OnceCell<Model>,
}

impl Service {
    async fn model(&self) -> &Model {
        self.model
            .get_or_init(|| async {
                println!("loading");
                sleep(Duration::from_millis(800)).await; // from the disk
                Model { weights: (0..100).map(|n| n as f32 / 100.0).collect() }
            })
            .await
    }

    async fn predict(&self, x: f32) -> f32 {
        let model = self.model().await;
        model.weights.iter().map(|weight| weight * x).sum()
    }
}

#[kettle::main]
async fn main() {
    let service = Arc::new(Service::default());
    let mut requests = Vec::new();
    for n in 0..6 {
        let service = service.clone();
        requests.push(kettle::spawn(async move { service.predict(n as f32).await }));
        sleep(Duration::from_millis(40)).await;
    }
    for request in requests {
        println!("{}", request.await.unwrap());
    }
}
