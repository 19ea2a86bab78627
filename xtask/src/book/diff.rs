//! What did the next step change?
//!
//! [`diff`] compares two texts line by line (the longest common sequence; our files are short) and
//! gives the lines with `+`, `-` or a blank before them. Where nothing changes for long, only
//! [`AROUND`] lines are left on each side.

/// How many unchanged lines are shown around a change.
const AROUND: usize = 3;
/// A gap of fewer lines than this is shown whole.
const WORTH_A_GAP: usize = 3;

/// `old` into `new`; the empty text if they are the same.
pub(crate) fn diff(old: &str, new: &str) -> String {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    let lines = lines(&old, &new);
    let changed = |at: usize| lines[at].0 != ' ';
    if !(0..lines.len()).any(changed) {
        return String::new();
    }
    let near =
        |at: usize| (at.saturating_sub(AROUND)..(at + AROUND + 1).min(lines.len())).any(changed);
    let mut out = String::new();
    let mut at = 0;
    while at < lines.len() {
        let hidden = (at..lines.len()).take_while(|&at| !near(at)).count();
        if hidden >= WORTH_A_GAP {
            out.extend(["@@ ", &hidden.to_string(), " lines as before @@\n"]);
            at += hidden;
            continue;
        }
        for (sign, line) in &lines[at..(at + hidden.max(1))] {
            out += format!("{sign} {line}").trim_end();
            out.push('\n');
        }
        at += hidden.max(1);
    }
    out
}

/// Every line of both, with its sign; what goes comes before what is new.
fn lines<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let longest = longest(old, new);
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    lines
}

/// How many lines the ends of both have in common, for every pair of beginnings.
fn longest(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i][j] = if old[i] == new[j] {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_line_less_and_a_line_more() {
        assert_eq!(diff("a\nb\nc", "a\nB\nc"), "  a\n- b\n+ B\n  c\n");
        assert_eq!(diff("a\nc", "a\nb\nc"), "  a\n+ b\n  c\n");
        assert_eq!(diff("", "a\nb"), "+ a\n+ b\n");
        assert_eq!(diff("a\n\nb", "b"), "- a\n-\n  b\n");
        assert_eq!(diff("a\nb", "a\nb"), "");
    }

    #[test]
    fn what_stays_for_long_is_left_out() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        let new = format!("{old}\n10");
        assert_eq!(diff(old, &new), "@@ 6 lines as before @@\n  7\n  8\n  9\n+ 10\n");
        let old = "1\n2\n3\n4\n5";
        assert_eq!(diff(old, "1\n2\n3\n4\n5\n6"), "  1\n  2\n  3\n  4\n  5\n+ 6\n");
    }

    #[test]
    fn both_sides_can_be_read_from_it() {
        let old = "fn a() {\n    one();\n    two();\n}\nfn b() {}";
        let new = "fn a() {\n    two();\n    three();\n}\nfn c() {}\nfn b() {}";
        let diff = diff(old, new);
        let side = |other: char| {
            let kept = diff.lines().filter(|line| !line.starts_with(other));
            kept.map(|line| line.get(2..).unwrap_or("")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(side('+'), old);
        assert_eq!(side('-'), new);
    }
}
