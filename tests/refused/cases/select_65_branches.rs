#[kettle::main]
async fn main() {
    kettle::select! { //~ ERROR `select!` takes at most 64 branches
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
        () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {} () = async {} => {}
    }
}
