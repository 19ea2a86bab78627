//! Are cycles and upward imports found, and what isn't one left alone?
//!
//! Each test writes the files of a little package, and reads it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Imports, imports};
use crate::house::files;
use crate::house::floors::{Floors, furnished};
use kettle_kit::tree;

/// A package of these files, in a folder that lives as long.
fn package(files: &[(&str, &str)]) -> (tempfile::TempDir, Imports) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join("src").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let imports = imports(&files::read(&folder.path().join("src")).unwrap());
    (folder, imports)
}

/// `from -> to: names`, without the folder, sorted.
fn edges(files: &[(&str, &str)]) -> Vec<String> {
    let (folder, imports) = package(files);
    let short = |path: &Path| {
        let path = path.strip_prefix(folder.path().join("src")).unwrap();
        path.display().to_string().replace('\\', "/")
    };
    let said = imports.edges.iter().map(|((from, to), names)| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!("{} -> {}: {}", short(from), short(to), names.join(", "))
    });
    said.collect()
}

fn cycles(files: &[(&str, &str)]) -> usize {
    package(files).1.cycles().len()
}

#[test]
fn two_files_that_import_each_other_are_a_cycle() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; impl B { fn a(&self) -> super::a::A { todo!() } }"),
        ("c.rs", "use crate::a::A; struct C(A);"),
    ];
    assert_eq!(edges(&files), ["a.rs -> b.rs: B", "b.rs -> a.rs: A", "c.rs -> a.rs: A"]);
    let (_folder, imports) = package(&files);
    let cycles = imports.cycles();
    assert_eq!(cycles.len(), 1);
    let within = imports.within(&cycles[0]);
    assert_eq!(within.len(), 2);
    assert!(within[0].ends_with("b.rs: B") && within[0].contains("a.rs -> "), "{within:?}");
}

#[test]
fn a_re_export_counts_for_the_file_that_defines() {
    let files = [
        ("lib.rs", "mod low; mod high; pub use low::*;"),
        ("low/mod.rs", "mod deep; pub(crate) use self::deep::thing as renamed;"),
        ("low/deep.rs", "pub fn thing() { crate::high::High; }"),
        ("high.rs", "use crate::renamed; pub struct High; fn f() { renamed() }"),
    ];
    assert_eq!(edges(&files), ["high.rs -> low/deep.rs: thing", "low/deep.rs -> high.rs: High"]);
    assert_eq!(cycles(&files), 1);
}

#[test]
fn a_face_is_in_no_cycle_with_what_it_shows() {
    let files = [
        ("lib.rs", "mod time;"),
        ("time/mod.rs", "mod sleep; pub use sleep::Sleep; const FAR: u64 = 1;"),
        ("time/sleep.rs", "pub struct Sleep; fn far() -> u64 { super::FAR }"),
    ];
    assert_eq!(edges(&files), ["time/sleep.rs -> time/mod.rs: FAR"]);
    let used = [
        files[0],
        ("time/mod.rs", "mod sleep; pub use sleep::Sleep; const FAR: u64 = 1; fn f(_: Sleep) {}"),
        files[2],
    ];
    assert_eq!(cycles(&used), 1);
}

#[test]
fn a_glob_imports_its_file_and_what_is_used_of_others() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "pub use crate::b::*; pub struct A;"),
        ("b.rs", "pub struct B; pub struct Unused;"),
        ("c.rs", "use crate::a::*; fn f(_: B) {}"),
    ];
    assert_eq!(edges(&files), ["c.rs -> a.rs: *", "c.rs -> b.rs: B"]);
    let each_other = [files[0], files[1], ("b.rs", "pub use crate::a::*;"), files[3]];
    assert_eq!(edges(&each_other), ["c.rs -> a.rs: *"]);
    // Each glob's first name may come by another one; `other` does not, and is not sought for ever.
    let by_globs = "use crate::a::*; use d::*; use other::x::*; use other::y::*; fn f(_: B) {}";
    let found = edges(&[
        ("lib.rs", "mod a;"),
        ("a.rs", "pub mod d;"),
        ("a/d.rs", "pub struct B;"),
        ("c.rs", by_globs),
    ]);
    assert_eq!(found, ["c.rs -> a/d.rs: B", "c.rs -> a.rs: *"]);
}

#[test]
fn inline_paths_count_wherever_they_are() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c { pub fn here() {} }"),
        (
            "a.rs",
            "fn f(x: crate::b::Type) { use crate::b; b::called(); println!(\"{}\", \
             b::in_a_macro()); x.b::<u8>(); match y { b::PATTERN => {} } }",
        ),
        ("b.rs", "fn up() { super::c::here(); ::a::f(); }"),
    ];
    let names = "PATTERN, Type, called, in_a_macro";
    assert_eq!(edges(&files), [format!("a.rs -> b.rs: {names}"), "b.rs -> lib.rs: here".into()]);
}

#[test]
fn a_child_that_names_its_parents_things_imports_them() {
    let files = [
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b; use b::B; pub struct A(B); macro_rules! say { () => {}; }"),
        ("a/b.rs", "pub struct B; fn f() -> Option<super::A> { say!(); None }"),
    ];
    assert_eq!(edges(&files), ["a/b.rs -> a.rs: A, say", "a.rs -> a/b.rs: B"]);
}

#[test]
fn a_file_under_another_name_is_found() {
    let files = [
        ("lib.rs", "mod a; #[path = \"b.rs\"] pub(crate) mod c;"),
        ("a.rs", "use crate::c::B;"),
        ("b.rs", "pub struct B;"),
    ];
    assert_eq!(edges(&files), ["a.rs -> b.rs: B"]);
}

#[test]
fn documentation_and_tests_do_not_count() {
    let files = [
        ("lib.rs", "mod a; mod b; #[cfg(test)] mod tests;"),
        (
            "a.rs",
            "/// [`crate::b::B`]\npub(in crate::a) struct A; #[cfg(all(test, unix))] use \
             crate::b::B; #[cfg(test)] #[path = \"a_tests.rs\"] mod tests; impl A { #[cfg(test)] \
             fn f() { crate::b::f() } } fn g() { #[cfg(test)] crate::b::g(); }",
        ),
        ("a_tests.rs", "use crate::b::B;"),
        ("b.rs", "use crate::a::A; pub struct B(A); #[test] fn t() {}"),
        ("tests.rs", "mod more;"),
        ("tests/more.rs", "use crate::b::B;"),
    ];
    assert_eq!(edges(&files), ["b.rs -> a.rs: A"]);
    let both = [files[0], ("a.rs", "#[cfg(not(test))] use crate::b::B; struct A;"), files[3]];
    assert_eq!(edges(&both).len(), 2, "what isn't only a test's counts");
}

const TABLE: &str = "//! # Floors\n//!\n//! | floor | folder | question |\n//! |---|---|---|\n\
    //! | 2 | `top/` | what for? |\n//! | 1 | `left/`, `right/` | how? |\n\
    //! | 0 | `base/` | on what? |\n\nmod base; mod left; mod right; mod top;\n";

fn upward(files: &[(&str, &str)]) -> Vec<String> {
    let base = [("base/mod.rs", "pub mod b;"), ("right/mod.rs", "pub struct R;")];
    let mut all = vec![("lib.rs", TABLE)];
    all.extend(base.iter().filter(|(name, _)| files.iter().all(|(other, _)| other != name)));
    all.extend(files);
    let (folder, imports) = package(&all);
    Floors::read(&folder.path().join("src")).unwrap().upward(&imports)
}

#[test]
fn an_import_goes_down_or_stays_in_its_folder() {
    let fine = [
        ("base/b.rs", "pub struct B;"),
        ("left/mod.rs", "mod l; mod m; fn f(_: crate::base::b::B) {}"),
        ("left/l.rs", "use super::m::M; struct L(M);"),
        ("left/m.rs", "pub struct M;"),
        ("top/mod.rs", "pub use crate::right::R;"),
    ];
    assert_eq!(upward(&fine), [""; 0]);
    let up = [("base/b.rs", "use crate::top::T;"), fine[1], fine[2], fine[3]];
    let up = [up[0], up[1], up[2], up[3], ("top/mod.rs", "pub struct T;")];
    let faults = upward(&up);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("base/b.rs -> "), "{faults:?}");
    assert!(faults[0].ends_with("top/mod.rs: T (from floor 0 to a file on floor 2)"), "{faults:?}");
    let aside = [fine[0], ("left/mod.rs", "pub use crate::right::R;"), fine[4]];
    assert_eq!(upward(&aside).len(), 1, "another folder of the floor, by a re-export only");
}

#[test]
fn the_table_counts_each_floor_and_the_crate_below() {
    let (folder, imports) = package(&[
        ("lib.rs", TABLE),
        ("base/mod.rs", "pub struct B;"),
        ("left/mod.rs", ""),
        ("right/mod.rs", ""),
        ("top/mod.rs", "//! What?\n\nuse crate::base::B;\nstruct T(B);\n"),
    ]);
    let source = folder.path().join("src");
    assert_eq!(Floors::read(&source).unwrap().floors.len(), 4, "without the crate below");
    fs::create_dir_all(folder.path().join("events/src")).unwrap();
    let floors = Floors::read(&source).unwrap();
    let names: Vec<&str> = floors.floors.iter().map(|floor| floor.name.as_str()).collect();
    assert_eq!(names, ["top", "left", "right", "base", "events"]);
    let stray = source.join("stray.rs");
    let files = tree::files(&source, ".rs");
    let files = files.iter().chain([&stray]).map(PathBuf::as_path).collect();
    assert_eq!(
        floors.strangers(&files),
        [format!("{}: in no folder of the table", tree::shown(&stray))]
    );
    fs::write(&stray, "").unwrap();
    let table = floors.table(&files, &[imports]).unwrap();
    let top = "    2  top/              1       4       2  base\n";
    assert!(table.contains(top), "{table}");
}

#[test]
fn a_face_defines_nothing() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "//! What?\nmod c;\npub use c::C;\n#[cfg(test)]\nmod tests {}\n"),
        ("a/c.rs", "pub struct C;"),
        ("b/mod.rs", "pub use crate::a::C;\nuse std::fmt;\npub fn f() {}\n"),
    ];
    let (folder, _) = package(&files);
    assert_eq!(furnished(&folder.path().join("src/a/mod.rs")).unwrap(), [""; 0]);
    let faults = furnished(&folder.path().join("src/b/mod.rs")).unwrap();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("mod.rs:2") && faults[1].contains("mod.rs:3"), "{faults:?}");
}
