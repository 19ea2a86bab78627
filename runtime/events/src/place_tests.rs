use super::is_outside;

#[test]
fn lines_of_kettle_and_of_std_are_not_the_programs_on_windows_either() {
    for own in ["src/sync/mutex.rs", r"src\sync\mutex.rs", r"runtime\src\lib.rs"] {
        assert!(!is_outside(own, ""), "{own}");
    }
    assert!(!is_outside(r"/rustc/abc/library\core\src\future\future.rs", ""));
    assert!(is_outside(r"examples\tea.rs", "") && is_outside("srcs/main.rs", ""));
    assert!(is_outside("src/main.rs", "/home/me/.cargo/"), "of a program outside");
}
