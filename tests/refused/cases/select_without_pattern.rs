fn ready() -> std::future::Ready<()> {
    std::future::ready(())
}

#[kettle::main]
async fn main() {
    kettle::select! { //~ ERROR a branch of `select!` is `pattern = future => handler`: there is no `=` in `ready() => ...`
        ready() => {}
    }
}
