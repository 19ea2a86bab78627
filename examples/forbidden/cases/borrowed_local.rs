//! A task borrows what its parent owns.

async fn serve(name: &str) {
    println!("Tea for {name}.");
}

#[kettle::main]
async fn main() {
    let name = String::from("Ada");
    let task = kettle::spawn(serve(&name));
    task.await.unwrap();
}
