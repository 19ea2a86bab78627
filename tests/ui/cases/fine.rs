//! No mistake: what is written as the manual says compiles.

#[kettle::main(flavor = "current_thread", start_paused = false)]
async fn main() {
    kettle::select! {
        () = async {} => {}
        else => {}
    }
    kettle::join!(async {}, async {});
}

#[kettle::test]
async fn test() {}
