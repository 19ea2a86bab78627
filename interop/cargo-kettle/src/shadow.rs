//! Where does Cargo build a project, so that nothing is written into it?
//!
//! Cargo writes a lock file beside the manifest at the root of the workspace, and can't be told otherwise.
//! So it is given another root, the *shadow*: a folder in `target/kettle` in which each entry of the
//! project's own root is a link, but for `Cargo.lock`. What is outside of the root and named from within
//! (`path = "../other"`) has to be at the same place as seen from the shadow. Therefore the shadow has the
//! project's whole path above it, and beside that path are links to what is named.
//!
//! Interface: [`Shadow::of`], [`Shadow::seen`], [`Shadow::original`], [`Shadow::release`]. Invariants: one process at
//! a time builds in the shadow of a project; a link that is right already is left as it is, because Cargo looks
//! at its time. The shadow of a project that is gone is removed with the next one that is made.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};
use kettle_kit::files;
use toml::{Table, Value};

pub(crate) struct Shadow {
    /// All that is made for this project.
    pub(crate) folder: PathBuf,
    /// The root of the project's workspace.
    root: PathBuf,
    links: BTreeSet<PathBuf>,
    /// Held while it is used. Says whose it is.
    lock: File,
}

/// The file that is locked.
const IN_USE: &str = "in-use";

impl Shadow {
    /// Of this project, below `place`.
    pub(crate) fn of(project: &Metadata, place: &Path) -> Result<Shadow, String> {
        let root = project.workspace_root.clone().into_std_path_buf();
        let mut hash = DefaultHasher::new();
        root.hash(&mut hash);
        let name = root.file_name().unwrap_or_default().display().to_string();
        let folder = place.join("shadows").join(format!("{name}-{:016x}", hash.finish()));
        let failed = |error: io::Error| format!("cannot make {}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = locked(&folder.join(IN_USE), &root).map_err(failed)?;
        sweep_gone(&place.join("shadows"));
        let mut shadow = Shadow { folder: folder.clone(), root, links: BTreeSet::new(), lock };
        shadow.make(project).map_err(failed)?;
        Ok(shadow)
    }

    /// Where a path of the project is in its shadow.
    pub(crate) fn seen(&self, path: &Path) -> PathBuf {
        let names = path.components().filter(|part| matches!(part, Component::Normal(_)));
        self.folder.join(names.collect::<PathBuf>())
    }

    /// And the other way about: a path as the project has it.
    pub(crate) fn original(&self, path: &Path) -> PathBuf {
        let top = self.root.ancestors().last().unwrap_or(&self.root);
        path.strip_prefix(&self.folder).map_or_else(|_| path.to_path_buf(), |path| top.join(path))
    }

    /// From now on another process may build in it.
    pub(crate) fn release(&self) {
        let _ = self.lock.unlock();
    }

    fn make(&mut self, project: &Metadata) -> io::Result<()> {
        let leave = [self.root.join("Cargo.lock"), project.target_directory.clone().into()];
        fs::create_dir_all(self.seen(&self.root))?;
        for entry in entries(&self.root)? {
            if !leave.contains(&entry) {
                self.link(&entry)?;
            }
        }
        // A workspace above it, which may leave it out or tell what its neighbours inherit.
        let above: Vec<PathBuf> =
            self.root.ancestors().skip(1).map(|it| it.join("Cargo.toml")).collect();
        for manifest in above.iter().filter(|manifest| manifest.is_file()) {
            self.link(manifest)?;
        }
        for folder in named_by_path(project) {
            self.link(&folder)?;
        }
        self.sweep(&self.folder.clone())
    }

    /// A path above the root is a folder in the shadow, too; anything else is in one that is a link.
    fn link(&mut self, path: &Path) -> io::Result<()> {
        if self.root.starts_with(path) {
            for entry in entries(path)? {
                if !self.root.starts_with(&entry) {
                    self.link(&entry)?;
                }
            }
            return Ok(());
        }
        let mut ancestors: Vec<&Path> = path.ancestors().collect();
        ancestors.reverse();
        let aside = ancestors.into_iter().find(|it| !self.root.starts_with(it)).unwrap_or(path);
        let link = self.seen(aside);
        if self.links.insert(link.clone()) && fs::read_link(&link).ok().as_deref() != Some(aside) {
            remove(&link)?;
            make_link(aside, &link)?;
        }
        Ok(())
    }

    /// Removes links to what is not there any more.
    fn sweep(&self, folder: &Path) -> io::Result<()> {
        for entry in entries(folder)? {
            if entry.is_symlink() {
                if !self.links.contains(&entry) {
                    remove(&entry)?;
                }
            } else if entry.is_dir() {
                self.sweep(&entry)?;
            }
        }
        Ok(())
    }
}

/// The lock of a shadow, with its project's root in it.
fn locked(path: &Path, root: &Path) -> io::Result<File> {
    let mut file = File::options().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for another `cargo kettle` that builds this project");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    file.set_len(0)?;
    file.write_all(root.as_os_str().as_encoded_bytes())?;
    Ok(file)
}

/// Removes the shadows whose projects are gone, as far as nothing uses them.
fn sweep_gone(shadows: &Path) {
    for folder in entries(shadows).unwrap_or_default() {
        let lock = folder.join(IN_USE);
        let root = fs::read_to_string(&lock).unwrap_or_default();
        let is_gone = !root.is_empty() && matches!(fs::exists(&root), Ok(false));
        if is_gone && File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

/// The folders outside of the workspace's root that manifests name, and those that are named there.
fn named_by_path(project: &Metadata) -> BTreeSet<PathBuf> {
    let root = project.workspace_root.as_std_path();
    let (mut found, mut next) = (BTreeSet::new(), VecDeque::new());
    next.extend(paths_of(project).chain(patched_by_path(root)));
    while let Some(folder) = next.pop_front() {
        if found.insert(folder.clone()) {
            // One that can't be read is Cargo's to complain of.
            let mut metadata = MetadataCommand::new();
            let manifest = folder.join("Cargo.toml");
            let told = metadata.manifest_path(&manifest).no_deps().exec();
            next.extend(told.iter().flat_map(paths_of));
        }
    }
    let members = project.packages.iter().filter_map(|package| package.manifest_path.parent());
    found.extend(members.map(|folder| folder.as_std_path().to_path_buf()));
    found.retain(|folder| !folder.starts_with(root));
    found
}

fn paths_of(metadata: &Metadata) -> impl Iterator<Item = PathBuf> {
    let dependencies = metadata.packages.iter().flat_map(|package| &package.dependencies);
    dependencies.filter_map(|dependency| dependency.path.clone()).map(PathBuf::from)
}

/// The folders in the `[patch]` of a workspace's root.
fn patched_by_path(root: &Path) -> Vec<PathBuf> {
    let text = files::read(&root.join("Cargo.toml")).unwrap_or_default();
    let manifest: Table = text.parse().unwrap_or_default();
    let tables = |of: &Value| of.as_table().cloned().unwrap_or_default();
    let sources = manifest.get("patch").map(tables).unwrap_or_default();
    let packages = sources.values().flat_map(|source| tables(source).into_iter());
    let paths = packages.filter_map(|(_, it)| Some(root.join(it.get("path")?.as_str()?)));
    paths.map(|path| kettle_kit::tree::plain(&path)).collect()
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect())
}

/// Removes a link, or what is in its place.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(it) if it.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path).or_else(|_| fs::remove_dir(path)),
        Err(_) => Ok(()),
    }
}

#[cfg(unix)]
fn make_link(to: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, link)
}

/// Windows allows links in its developer mode, and its error says so.
#[cfg(windows)]
fn make_link(to: &Path, link: &Path) -> io::Result<()> {
    use std::os::windows::fs::{symlink_dir, symlink_file};

    if to.is_dir() { symlink_dir(to, link) } else { symlink_file(to, link) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shadows_of_projects_that_are_gone_are_removed() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("project");
        fs::create_dir(&root).unwrap();
        let shadow = |name: &str, root: &Path| {
            let folder = place.path().join("shadows").join(name);
            fs::create_dir_all(&folder).unwrap();
            locked(&folder.join(IN_USE), root).unwrap()
        };
        let gone = place.path().join("gone");
        drop(shadow("there", &root));
        drop(shadow("gone", &gone));
        let in_use = shadow("gone-but-in-use", &gone);
        let left = || {
            sweep_gone(&place.path().join("shadows"));
            let mut left = entries(&place.path().join("shadows")).unwrap();
            left.sort();
            left.into_iter().map(|it| it.file_name().unwrap().to_owned()).collect::<Vec<_>>()
        };
        // A child that another test starts has a lock's file, too, until it runs its program.
        let wait_for = |expected: &[&str]| {
            while left() != expected {
                std::thread::yield_now();
            }
        };
        wait_for(&["gone-but-in-use", "there"]);
        drop(in_use);
        wait_for(&["there"]);
    }
}
