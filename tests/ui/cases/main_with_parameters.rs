#[kettle::main] //~ ERROR `main` function has wrong type: incorrect number of function parameters
async fn main(arguments: Vec<String>) {
    drop(arguments);
}
