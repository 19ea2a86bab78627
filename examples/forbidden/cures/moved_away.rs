//! The task gets a copy of its own.

#[kettle::main]
async fn main() {
    let name = String::from("Ada");
    let guest = name.clone();
    let task = kettle::spawn(async move {
        println!("Tea for {guest}.");
    });
    task.await.unwrap();
    println!("{name} has tea.");
}
