#[kettle::test]
#[test] //~ ERROR `#[kettle::test]` makes this function a test: leave this one out
async fn twice() {}

fn main() {}
