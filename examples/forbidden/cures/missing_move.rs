//! The block takes what it mentions.

#[kettle::main]
async fn main() {
    let name = String::from("Ada");
    let task = kettle::spawn(async move {
        println!("Tea for {name}.");
    });
    task.await.unwrap();
}
