#[kettle::main]
async fn main() {
    kettle::select! {} //~ ERROR `select!` needs at least one branch
    kettle::select! { biased; } //~ ERROR `select!` needs at least one branch
}
