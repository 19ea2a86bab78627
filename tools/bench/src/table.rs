//! What is printed at the end of a run?
//!
//! A table of the rows that were measured, then how many keep the rules. Ratios, and no times: those
//! belong to one machine on one day.

use crate::figures::Figures;
use crate::rule::{is_slower, rules};

/// The table and the verdict, each line with its end.
pub(crate) fn table(all: &[Figures]) -> String {
    let head = ["row", "kettle ÷ tokio", "noise", "rule", "", "others ÷ tokio"];
    let mut lines = vec![head.map(str::to_owned)];
    for figures in all {
        let name = figures.row.name.clone();
        let noise = format!("{:.2}", figures.noise());
        let mut line = [name, String::new(), noise, String::new(), String::new(), figures.others()];
        for rule in rules(figures) {
            let verdict = if rule.kept { "kept" } else { "BROKEN" };
            [line[1], line[3], line[4]] = [rule.is, rule.words, verdict.to_owned()];
            // A second rule has a line of its own.
            lines.push(std::mem::take(&mut line));
        }
        if !line[0].is_empty() {
            lines.push(line);
        }
    }
    let slower = all.iter().filter(|figures| is_slower(figures)).count();
    format!("{}\n{} rows, {slower} of them break a rule\n", aligned(&lines), all.len())
}

fn aligned<const N: usize>(lines: &[[String; N]]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or(0));
    let cell = |(text, width): (&String, usize)| format!("{text:width$}");
    let line = |line: &[String; N]| {
        let cells: Vec<String> = line.iter().zip(widths).map(cell).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{AGAIN, BASE, of};
    use crate::row::{Limit, Most};

    #[test]
    fn the_table_has_each_rule_and_the_sum() {
        let all = |kettle| [("kettle", kettle), (BASE, &[100.0; 3][..]), (AGAIN, &[101.0; 3])];
        let mut one = of("yield", &all(&[30.0; 3]));
        one.row.limit = Some(Limit { note: "calls".to_owned(), most: Most::Number(0.0) });
        one.runtimes[0].notes.push(("calls".to_owned(), 1.0));
        let two = of("echo", &[&all(&[99.0; 3])[..], &[("raw", &[90.0; 3])]].concat());
        let alone = of("alone", &[("kettle", &[1.0])]);
        let expected = "\
row    kettle ÷ tokio    noise  rule               others ÷ tokio
yield  0.30 (0.30–0.30)  0.01   ≤ 1.02     kept
       1.00                     calls ≤ 0  BROKEN
echo   0.99 (0.99–0.99)  0.01   ≤ 1.02     kept    raw 0.90
alone                    0.00

3 rows, 1 of them break a rule
";
        assert_eq!(table(&[one, two, alone]), expected);
    }
}
