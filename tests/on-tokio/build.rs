//! Says to the tests which side they are compiled for: `#[cfg_attr(on_tokio, ignore = "why")]` is for
//! a test that tokio does not pass.

fn main() {
    println!("cargo::rustc-cfg=on_tokio");
}
