//! A function calls an async closure for each name, and lends it the name.

async fn for_each<F, Fut>(names: &[String], serve: F)
where
    F: Fn(&str) -> Fut,
    Fut: Future<Output = ()>,
{
    for name in names {
        serve(name).await;
    }
}

#[kettle::main]
async fn main() {
    let names = [String::from("Ada"), String::from("Bert")];
    for_each(&names, |name| async move { println!("Tea for {name}.") }).await;
}
