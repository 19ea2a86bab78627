//! What did the next step change?

use similar::{ChangeTag, TextDiff};

/// How many unchanged lines are shown around a change.
const AROUND: usize = 3;

/// `old` into `new`, each line with `+`, `-` or a blank before it; empty if they are the same. What
/// stays for long is left out, and counted.
pub(crate) fn diff(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let gap = |lines: usize| match lines {
        0 => String::new(),
        lines => format!("@@ {lines} lines as before @@\n"),
    };
    let mut out = String::new();
    let mut shown = 0;
    for group in diff.grouped_ops(AROUND) {
        out += &gap(group.first().map_or(0, |op| op.old_range().start - shown));
        shown = group.last().map_or(shown, |op| op.old_range().end);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            out += format!("{sign} {}", change.value().trim_end()).trim_end();
            out.push('\n');
        }
    }
    if out.is_empty() { out } else { out + &gap(old.lines().count() - shown) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_line_less_and_a_line_more() {
        assert_eq!(diff("a\nb\nc\n", "a\nB\nc\n"), "  a\n- b\n+ B\n  c\n");
        assert_eq!(diff("", "a\nb"), "+ a\n+ b\n");
        assert_eq!(diff("a\n\nb\n", "b\n"), "- a\n-\n  b\n");
        assert_eq!(diff("a\nb", "a\nb"), "");
    }

    #[test]
    fn what_stays_for_long_is_left_out() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = format!("0\n{old}10\n");
        let expected = "+ 0\n  1\n  2\n  3\n@@ 3 lines as before @@\n  7\n  8\n  9\n+ 10\n";
        assert_eq!(diff(old, &new), expected);
        assert!(diff(old, &format!("0\n{old}")).ends_with("  3\n@@ 6 lines as before @@\n"));
    }
}
