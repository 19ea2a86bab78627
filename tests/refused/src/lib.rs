//! What does the compiler say of programs that it has to refuse?
//!
//! Interface: [`said`].

use std::path::{Path, PathBuf};

use kettle_kit::report::Trouble;
use kettle_kit::{cargo, files, process, tree};

/// What Cargo says of `cases`, which it checks in one call, as programs of a package that is made for
/// them in `folder`; `args` are further words for it.
///
/// # Errors
///
/// Cargo can't be run, or something else than the cases does not compile.
pub fn said(folder: &Path, cases: &[PathBuf], args: &[&str]) -> Result<String, Trouble> {
    let root = tree::root();
    let program = |case: &PathBuf| {
        let name = case.file_stem().unwrap_or_default().display();
        format!("[[bin]]\nname = '{name}'\npath = '{}'\n", case.display())
    };
    let programs: Vec<String> = cases.iter().map(program).collect();
    let manifest = format!(
        "[package]\nname = 'cases'\nversion = '0.0.0'\nedition = '2024'\n[workspace]\n\
         [dependencies]\nkettle = {{ path = '{}' }}\n{}",
        root.display(),
        programs.concat()
    );
    files::put(&folder.join("Cargo.toml"), manifest)?;
    // The same versions as ours, so that nothing has to be fetched.
    files::copy(&root.join("Cargo.lock"), &folder.join("Cargo.lock"))?;
    let mut command = cargo::command(&["check", "--offline", "--keep-going"]);
    command.args(args).arg("--target-dir").arg(folder.join("target")).current_dir(folder);
    let said = process::run(command.env_remove("RUSTFLAGS"))?.transcript;
    if said.contains("could not compile `cases`") {
        Ok(said)
    } else {
        Err(format!("Cargo did not get to the cases:\n{said}").into())
    }
}
