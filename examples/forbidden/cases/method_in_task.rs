//! A task calls an async method of a type that it doesn't know.

trait Brew {
    async fn brew(&self);
}

struct Teapot;

impl Brew for Teapot {
    async fn brew(&self) {
        println!("Tea.");
    }
}

async fn serve(maker: impl Brew) {
    maker.brew().await;
}

async fn in_a_task(maker: impl Brew + Send + Sync + 'static) {
    kettle::spawn(serve(maker)).await.unwrap();
}

#[kettle::main]
async fn main() {
    in_a_task(Teapot).await;
}
