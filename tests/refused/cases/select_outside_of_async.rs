fn main() {
    kettle::select! { //~ ERROR `await` is only allowed inside `async` functions and blocks
        () = async {} => {}
    }
}
