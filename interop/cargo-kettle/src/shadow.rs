//! Where does Cargo build a project, so that nothing is written into it?
//!
//! Cargo always writes a lock file beside the manifest at the root of the workspace. So it gets a
//! *shadow* of the project: a folder in `target/kettle` in which every entry of the root is a link,
//! except `Cargo.lock`. The shadow has the project's whole path above it, and what lies beside that
//! path is linked as well. Therefore a path that leads out of the root (`path = "../other"`) leads
//! to the same folder from the shadow.
//!
//! [`Shadow::of`] makes it, [`Shadow::in_shadow`] and [`Shadow::original`] convert paths. Only one
//! process at a time uses the shadow of a project.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Component, Path, PathBuf};

pub(crate) struct Shadow {
    /// The folder for all that is made for this project. The links are below it.
    pub(crate) folder: PathBuf,
    /// The root of the project's workspace.
    root: PathBuf,
    /// Locked until [`release`](Shadow::release).
    lock: File,
}

impl Shadow {
    /// Makes or updates the shadow of the workspace at `root`, in a folder below `place`.
    pub(crate) fn of(root: &Path, place: &Path) -> Result<Shadow, String> {
        let mut hash = DefaultHasher::new();
        root.hash(&mut hash);
        let name = root.file_name().unwrap_or_default().display().to_string();
        let folder = place.join("shadows").join(format!("{name}-{:016x}", hash.finish()));
        let make = || {
            fs::create_dir_all(&folder)?;
            let lock = File::create(folder.join("in-use"))?;
            if lock.try_lock().is_err() {
                eprintln!("waiting for another `cargo kettle` that builds this project");
                lock.lock()?;
            }
            let shadow = Shadow { folder: folder.clone(), root: root.to_path_buf(), lock };
            shadow.link_beside()?;
            Ok(shadow)
        };
        make().map_err(|error: io::Error| format!("cannot make {}: {error}", folder.display()))
    }

    /// Where a path of the project is in its shadow.
    pub(crate) fn in_shadow(&self, path: &Path) -> PathBuf {
        let names = path.components().filter(|part| matches!(part, Component::Normal(_)));
        self.folder.join(names.collect::<PathBuf>())
    }

    /// The path in the project for a path in the shadow; any other path stays as it is.
    pub(crate) fn original(&self, path: &Path) -> PathBuf {
        let top = self.root.ancestors().last().unwrap_or(&self.root);
        path.strip_prefix(&self.folder).map_or_else(|_| path.to_path_buf(), |path| top.join(path))
    }

    /// Lets another process build in the shadow.
    pub(crate) fn release(&self) {
        let _ = self.lock.unlock();
    }

    /// Links each entry of the root, and of every folder above it, except the folders that lead to
    /// the root.
    fn link_beside(&self) -> io::Result<()> {
        for folder in self.root.ancestors() {
            let shadow = self.in_shadow(folder);
            fs::create_dir_all(&shadow)?;
            remove_dead_links(&shadow)?;
            // If a folder above can't be read, Cargo can't use it in the project, either.
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let is_lock = folder == self.root && entry.file_name() == "Cargo.lock";
                if !is_lock && !self.root.starts_with(&path) {
                    link(&path, &shadow.join(entry.file_name()))?;
                }
            }
        }
        Ok(())
    }
}

fn remove_dead_links(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if path.is_symlink() && !path.exists() {
            fs::remove_file(&path).or_else(|_| fs::remove_dir(&path))?;
        }
    }
    Ok(())
}

/// Makes a link, unless there is one: a new link would have a new time, and Cargo would build
/// again. A program that ran in the shadow may have made a file in its root. If the project now has
/// a file of that name, the link replaces the program's file.
fn link(to: &Path, link: &Path) -> io::Result<()> {
    if link.is_symlink() {
        return Ok(());
    }
    let made = if link.is_file() { fs::remove_file(link) } else { Ok(()) };
    made.and_then(|()| make_link(to, link)).map_err(|error| {
        let (to, link, why) = (to.display(), link.display(), why(&error));
        io::Error::new(error.kind(), format!("no link to {to} can be made at {link}: {why}"))
    })
}

/// The reason for a failure. Windows allows links in its developer mode, but its error names only a
/// privilege.
fn why(error: &io::Error) -> String {
    const NO_PRIVILEGE: i32 = 1314;
    let is_refused = error.raw_os_error() == Some(NO_PRIVILEGE);
    let help =
        if is_refused { ". Windows' developer mode allows it: please turn that on" } else { "" };
    format!("{error}{help}")
}

#[cfg(unix)]
fn make_link(to: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, link)
}

#[cfg(windows)]
fn make_link(to: &Path, link: &Path) -> io::Result<()> {
    use std::os::windows::fs::{symlink_dir, symlink_file};

    if to.is_dir() { symlink_dir(to, link) } else { symlink_file(to, link) }
}

#[cfg(all(test, unix))] // a link needs a privilege on Windows
mod tests {
    use super::*;

    #[test]
    fn the_privilege_that_windows_asks_for_is_explained() {
        assert!(why(&io::Error::from_raw_os_error(1314)).contains("developer mode"));
        assert!(!why(&io::Error::from_raw_os_error(2)).contains("developer mode"));
    }

    /// A build script, for example, writes into the folder of its manifest, which is the shadow.
    #[test]
    fn the_projects_own_file_replaces_what_a_program_left_in_the_shadow() {
        let place = tempfile::tempdir().unwrap();
        let (project, kept) = (place.path().join("tea"), place.path().join("kept"));
        fs::create_dir(&project).unwrap();
        let path_in_shadow =
            |name: &str| Shadow::of(&project, &kept).unwrap().in_shadow(&project.join(name));
        fs::write(path_in_shadow("stock.db"), "the shadow's").unwrap();
        fs::write(project.join("stock.db"), "the project's").unwrap();
        assert_eq!(fs::read_to_string(path_in_shadow("stock.db")).unwrap(), "the project's");

        fs::create_dir(path_in_shadow("cups")).unwrap();
        fs::write(project.join("cups"), "twelve").unwrap();
        let error = Shadow::of(&project, &kept).err().unwrap();
        assert!(error.contains(&format!("{}/cups: ", project.display())), "{error}");
    }
}
