//! What was moved into a task is used by its parent.

#[kettle::main]
async fn main() {
    let name = String::from("Ada");
    let task = kettle::spawn(async move {
        println!("Tea for {name}.");
    });
    task.await.unwrap();
    println!("{name} has tea.");
}
