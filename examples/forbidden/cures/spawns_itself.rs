//! The function says `Send` itself, so that nothing has to be found out.

#[expect(clippy::manual_async_fn, reason = "an `async fn` would not say it")]
fn wash(dishes: u32) -> impl Future<Output = ()> + Send {
    async move {
        if dishes > 0 {
            println!("{dishes} left");
            kettle::spawn(wash(dishes - 1)).await.unwrap();
        }
    }
}

#[kettle::main]
async fn main() {
    wash(2).await;
}
