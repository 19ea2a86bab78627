//! Would a program build that takes kettle from a registry?
//!
//! What is published is packaged, as `cargo publish` would, and unpacked into a folder. A program outside of the
//! workspace takes the place of its user: it names a version of kettle, and `[patch.crates-io]` has the unpacked
//! packages where the registry's would be. (A whole registry of Cargo's own kind would need every package below them as
//! well.) A file that the packages lack, or a dependency that only the workspace has, breaks it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, process, tree};

/// What is published, in the order in which it would be.
const PUBLISHED: &[&str] = &[
    "kettle-events",
    "kettle-macros",
    "kettle-read-buf",
    "kettle-runtime",
    "kettle-trace",
    "kettle",
];

/// Warnings of Cargo that are meant: a test needs the tree around it.
const MEANT: &str = "warning: ignoring test `";

/// With the default features, and as a program that wants little.
const FEATURES: &[(&str, &str)] = &[
    ("full", r#"features = ["full", "test-util"]"#),
    ("few", r#"default-features = false, features = ["macros", "net", "rt", "time", "io-util"]"#),
];

const PROGRAM: &str = r#"
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{Duration, timeout};

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(async move {
        let (mut visitor, _) = listener.accept().await?;
        visitor.write_all(b"tea").await
    });
    let mut text = String::new();
    let mut stream = TcpStream::connect(address).await?;
    timeout(Duration::from_secs(60), stream.read_to_string(&mut text)).await??;
    println!("{text}");
    Ok(())
}
"#;

pub(crate) fn packaged(report: &mut Report) {
    let Ok(target) = tree::target() else { return };
    let folder = target.join("packaged");
    report.check("what is published is packaged without a warning", || package(&folder));
    for (name, features) in FEATURES {
        let about = format!("cargo run, with {features}");
        report.long_check(&format!("a program on the packages: {name}"), &about, || {
            run(&folder, name, features)
        });
    }
    report.check("no other package would be published", || {
        let members = cargo::metadata()?;
        let members = members.workspace_packages();
        let published = members.iter().filter(|member| member.publish != Some(Vec::new()));
        let names = published.map(|member| member.name.as_str());
        let others = names.filter(|name| !PUBLISHED.contains(name));
        none_of(&others.map(str::to_owned).collect::<Vec<_>>())
    });
}

fn package(folder: &Path) -> Outcome {
    let mut command = cargo::command(&["package", "--no-verify", "--allow-dirty"]);
    command.args(PUBLISHED.iter().flat_map(|name| ["-p", name]));
    let finished = cargo::finish(command.env("CARGO_TARGET_DIR", folder), "package")?;
    let warnings = finished.transcript.lines().filter(|line| line.starts_with("warning: "));
    let faults: Vec<String> =
        warnings.filter(|line| !line.starts_with(MEANT)).map(str::to_owned).collect();
    for name in PUBLISHED {
        let file = folder.join(format!("package/{name}-{}.crate", env!("CARGO_PKG_VERSION")));
        let mut tar = Command::new("tar");
        let unpacked = folder.join("unpacked");
        fs::create_dir_all(&unpacked)?;
        tar.arg("-xzf").arg(file).arg("-C").arg(unpacked);
        process::run(&mut tar, Duration::from_mins(1))?.expect_success()?;
    }
    none_of(&faults)
}

fn run(folder: &Path, name: &str, features: &str) -> Outcome {
    let program = folder.join(name);
    fs::create_dir_all(program.join("src"))?;
    let version = env!("CARGO_PKG_VERSION");
    let patch = |name: &&str| format!("{name} = {{ path = \"../unpacked/{name}-{version}\" }}\n");
    let patches = PUBLISHED.iter().map(patch).collect::<Vec<_>>().concat();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         kettle = {{ version = \"{version}\", {features} }}\n\n[patch.crates-io]\n{patches}"
    );
    fs::write(program.join("Cargo.toml"), manifest)?;
    fs::write(program.join("src/main.rs"), PROGRAM)?;
    let mut command = cargo::command(&["run", "--quiet"]);
    command.current_dir(&program).env("CARGO_TARGET_DIR", folder.join("target"));
    match cargo::finish(&mut command, "packaged")?.stdout.trim() {
        "tea" => Ok(Tally::success()),
        other => Err(format!("it prints {other:?}").into()),
    }
}
