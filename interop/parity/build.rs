//! How does an example become a program of tokio's?
//!
//! By putting `tokio::` where it says `kettle::`, and nothing else: the claim is that this is all
//! there is to do. What does not build then is a difference between the two.

use std::path::Path;
use std::{env, fs};

const PROGRAMS: [&str; 6] = ["make_tea", "server", "channel", "select", "errors", "mutex"];

fn main() {
    let package = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    let out = env::var("OUT_DIR").expect("cargo says where to write to");
    for program in PROGRAMS {
        let from = Path::new(&package).join(format!("../../examples/{program}.rs"));
        println!("cargo::rerun-if-changed={}", from.display());
        let source = fs::read_to_string(&from)
            .unwrap_or_else(|e| panic!("cannot read {}: {e}", from.display()));
        let to = Path::new(&out).join(format!("{program}.rs"));
        fs::write(&to, with_tokio(&source))
            .unwrap_or_else(|e| panic!("cannot write {}: {e}", to.display()));
    }
}

/// The copy is included into another file, where a comment on the whole file (`//!`) is not
/// allowed: those become plain comments.
fn with_tokio(source: &str) -> String {
    let mut copy = String::new();
    for line in source.lines() {
        match line.strip_prefix("//!") {
            Some(comment) => copy = copy + "//" + comment,
            None => copy += &line.replace("kettle::", "tokio::"),
        }
        copy.push('\n');
    }
    copy
}
