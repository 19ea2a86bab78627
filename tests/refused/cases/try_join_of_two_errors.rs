#[kettle::main]
async fn main() {
    let _ = kettle::try_join!( //~ ERROR mismatched types: expected `Result<_, u32>`, found `Result<_, &str>`
        async { Err::<(), _>(1_u32) },
        async { Err::<(), _>("two") },
    );
}
