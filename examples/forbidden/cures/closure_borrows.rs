//! `AsyncFn` lets the future borrow from the argument.

async fn for_each(names: &[String], serve: impl AsyncFn(&str)) {
    for name in names {
        serve(name).await;
    }
}

#[kettle::main]
async fn main() {
    let names = [String::from("Ada"), String::from("Bert")];
    for_each(&names, async |name| println!("Tea for {name}.")).await;
}
