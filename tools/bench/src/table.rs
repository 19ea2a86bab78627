//! What does whoever ran the bench see at its end?
//!
//! A table of the rows that were measured, then what follows from it. Ratios, and no times: those
//! belong to one machine on one day.

use std::fmt::Write;

use crate::figures::{AGAIN, BASE, Figures, Ratio};
use crate::growth;

/// The table and the verdicts, each line with its end.
pub(crate) fn table(all: &[Figures]) -> String {
    let head = ["row", "kettle ÷ tokio", "noise", "target", "", "others ÷ tokio"];
    let mut lines = vec![head.map(str::to_owned)];
    for figures in all {
        let ratio = figures.ratio("kettle").map(Ratio::in_words).unwrap_or_default();
        let line = |name: &str, is: &str| [name, is, "", "", "", ""].map(str::to_owned);
        lines.push(line(&figures.row.name, &ratio));
        if let Some(line) = lines.last_mut() {
            line[2] = format!("{:.2}", figures.noise());
            line[5] = others(figures);
        }
        for target in figures.targets() {
            // A target of something else than the ratio to tokio has a line of its own.
            if target.is != ratio {
                lines.push(line("", &target.is));
            }
            if let Some(line) = lines.last_mut() {
                line[3] = target.words;
                verdict(target.met).clone_into(&mut line[4]);
            }
        }
    }
    aligned(&lines) + "\n" + &verdicts(all)
}

/// The other runtimes' shares of tokio's figure.
pub(crate) fn others(figures: &Figures) -> String {
    let names = figures.runtimes.iter().map(|(name, _)| name.as_str());
    let others = names.filter(|name| !["kettle", BASE, AGAIN].contains(name));
    let shares =
        others.filter_map(|name| Some(format!("{name} {:.2}", figures.ratio(name)?.median)));
    shares.collect::<Vec<_>>().join(", ")
}

pub(crate) fn verdict(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "met",
        Some(false) => "MISSED",
        None => "not judged",
    }
}

fn verdicts(all: &[Figures]) -> String {
    let growth = growth::families(all.iter());
    let mut text: String = growth.iter().map(|family| family.in_words() + "\n").collect();
    let targets: Vec<_> = all.iter().flat_map(Figures::targets).collect();
    for (gated, name) in [(true, "gated"), (false, "other")] {
        let of_kind: Vec<_> = targets.iter().filter(|target| target.gated == gated).collect();
        let met = of_kind.iter().filter(|target| target.met == Some(true)).count();
        let _ = writeln!(text, "{met} of {} {name} targets met", of_kind.len());
    }
    text
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
    use crate::figures::of;

    #[test]
    fn the_table_has_each_target_and_the_sum() {
        let smol = [150.0; 3];
        let one = of(
            "yield",
            "0.36",
            &[("kettle", &[30.0; 3]), (BASE, &[100.0; 3]), (AGAIN, &[101.0; 3]), ("smol", &smol)],
        );
        let two = of(
            "echo",
            "1.03 of raw",
            &[
                ("kettle", &[99.0; 3]),
                (BASE, &[100.0; 3]),
                (AGAIN, &[100.0; 3]),
                ("raw", &[90.0; 3]),
            ],
        );
        let expected = "\
row    kettle ÷ tokio    noise  target        \x20       others ÷ tokio
yield  0.30 (0.30–0.30)  0.01   ≤ 0.36        met     smol 1.50
echo   0.99 (0.99–0.99)  0.00                         raw 0.90
       1.10 (1.10–1.10)         ≤ 1.03 × raw  MISSED

1 of 2 gated targets met
0 of 0 other targets met
";
        assert_eq!(table(&[one, two]), expected);
    }
}
