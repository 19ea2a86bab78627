#[kettle::main]
async fn main() {
    kettle::select! { //~ ERROR a branch of `select!` is `pattern = future => handler`: there is no `=` in `default => ...`
        () = async {} => {}
        default => {}
    }
}
