#[kettle::main(flavor = "local")] //~ ERROR the flavor `local` is not supported yet: leave `flavor` out, and use a `LocalSet` for `spawn_local`
async fn main() {}
