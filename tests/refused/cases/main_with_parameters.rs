#[kettle::main]
async fn main(arguments: Vec<String>) { //~ ERROR `main` takes no arguments
    drop(arguments);
}
