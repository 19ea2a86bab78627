//! Does the legend of the replay know each key of the replay?
//!
//! The page's own help lists its keys (`controls.js`, `HELP`); `docs/book/src/legend.md` has a row
//! for each.

use regex_lite::Regex;

use crate::blocks::Fault;

pub(crate) const LEGEND: &str = "docs/book/src/legend.md";
pub(crate) const CONTROLS: &str = "trace/src/file/replay/controls.js";

/// The keys of the page that the legend has no row for.
pub(crate) fn faults(legend: &str, controls: &str) -> Vec<Fault> {
    let help = controls.split("const HELP = [").nth(1).and_then(|rest| rest.split("];").next());
    let entry = Regex::new(r#"\["([^"]+)", "[^"]*"\]"#).expect("it is constant");
    let keys: Vec<&str> = entry
        .captures_iter(help.unwrap_or_default())
        .flat_map(|entry| entry.get(1).map_or("", |keys| keys.as_str()).split(' '))
        .collect();
    if keys.is_empty() {
        return vec![(1, format!("{CONTROLS} has no list `HELP` of keys"))];
    }
    let rows: Vec<&str> = legend.lines().filter(|line| line.starts_with('|')).collect();
    let has = |key: &&&str| rows.iter().any(|row| row.contains(&format!("`{key}`")));
    let missing = keys.iter().filter(|key| !has(key));
    missing.map(|key| (1, format!("no row for the key `{key}`"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_a_row() {
        let controls =
            "const HELP = [[\"→ ←\", \"forward, back\"],\n  [\"?\", \"why?\"]];\nx[\"z\", \"\"]";
        let legend = "| key | |\n|---|---|\n| `→` `←` | step |\n| `?` | why |\n";
        assert_eq!(faults(legend, controls), []);
        assert_eq!(faults(&legend.replace("| `?` |", "`?`"), controls).len(), 1);
        assert_eq!(faults(legend, "none").len(), 1);
    }
}
