//! The task owns what it uses.

async fn serve(name: String) {
    println!("Tea for {name}.");
}

#[kettle::main]
async fn main() {
    let name = String::from("Ada");
    let task = kettle::spawn(serve(name));
    task.await.unwrap();
}
