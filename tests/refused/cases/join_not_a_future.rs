#[kettle::main]
async fn main() {
    kettle::join!( //~ ERROR `{integer}` is not a future
        async {},
        5, //~ ERROR `{integer}` is not a future
    );
}
