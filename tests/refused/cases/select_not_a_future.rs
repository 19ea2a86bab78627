#[kettle::main]
async fn main() {
    kettle::select! { //~ ERROR `{integer}` is not a future
        n = 5 => drop(n), //~ ERROR `{integer}` is not a future
    }
}
