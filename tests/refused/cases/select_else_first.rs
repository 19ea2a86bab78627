#[kettle::main]
async fn main() {
    kettle::select! { //~ ERROR `else` must be the last branch of `select!`
        else => {}
        () = async {} => {}
    }
}
