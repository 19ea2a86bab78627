//! The same, without a `&` to be seen.

#[kettle::main]
async fn main() {
    let name = String::from("Ada");
    let task = kettle::spawn(async {
        println!("Tea for {name}.");
    });
    task.await.unwrap();
}
