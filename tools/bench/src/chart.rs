//! How do the rows look beside each other?
//!
//! As bars: kettle's share of tokio's figure, with the quartiles as a thin line, a mark where the
//! target is, as far behind it as noise allows, and a line where both are equal. In light and in
//! dark, as the reader's page is.

use std::fmt::Write;

use crate::figures::{Figures, Ratio};
use crate::tables;

const WIDTH: f64 = 760.0;
/// Where the bars begin, behind the names.
const LEFT: f64 = 150.0;
/// The length of a bar that is as long as tokio's.
const WHOLE: f64 = 440.0;
/// The longest bar that is drawn; a longer one ends in an arrow.
const LONGEST: f64 = 1.2;
/// Where the ratios end.
const RIGHT: f64 = 740.0;
const LINE: f64 = 20.0;
const TOP: f64 = 66.0;

const STYLE: &str = "\
text { font-family: system-ui, -apple-system, \"Segoe UI\", \"DejaVu Sans\", sans-serif; \
font-size: 12px; fill: #1f2328 }
.paper { fill: #ffffff; stroke: #d1d9e0 }
.name, .ratio { text-anchor: end }
.room { fill: #bc4c00; opacity: 0.35 }
.gated { font-weight: 600 }
.one, .spread { stroke: #59636e; stroke-width: 1.5 }
.target { stroke: #bc4c00; stroke-width: 3 }
.met { fill: #54a66a }
.missed { fill: #d1695a }
.plain { fill: #afb8c1 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.paper { fill: #0d1117; stroke: #3d444d }
.one, .spread { stroke: #b7bdc8 }
.target { stroke: #f0a35e }
.room { fill: #f0a35e }
.met { fill: #2f8049 }
.missed { fill: #b8483a }
.plain { fill: #57606a }
}";

/// The picture, as SVG. Rows without a ratio, and those of other tables, are left out.
pub(crate) fn draw<'a>(rows: impl Iterator<Item = &'a Figures>) -> String {
    let mut bars = String::new();
    let mut y = TOP;
    for row in rows.filter(|row| tables::is_plain(row)) {
        let Some(ratio) = row.ratio("kettle") else { continue };
        bar(&mut bars, row, ratio, y);
        y += LINE;
    }
    let (height, one) = (y + 4.0, LEFT + WHOLE);
    let (from, to) = (TOP - 12.0, y - 8.0);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"title\">\n\
         <title id=\"title\">kettle's figure divided by tokio's, row by row</title>\n\
         <style>\n{STYLE}\n</style>\n\
         <rect class=\"paper\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\"/>\n\
         <text x=\"20\" y=\"22\">kettle ÷ tokio: shorter is better. Bold rows are gated.</text>\n\
         {}\
         <text x=\"{one}\" y=\"{}\" text-anchor=\"middle\">tokio = 1</text>\n{bars}\
         <line class=\"one\" x1=\"{one}\" y1=\"{from}\" x2=\"{one}\" y2=\"{to}\"/>\n</svg>\n",
        WIDTH - 1.0,
        height - 1.0,
        legend(),
        TOP - 18.0,
    )
}

/// What the colours and marks mean.
fn legend() -> String {
    let parts = [("met", "target met"), ("missed", "missed"), ("plain", "no target")];
    let mut text = String::new();
    let mut x = 20.0;
    for (class, words) in parts {
        let _ = writeln!(
            text,
            "<rect class=\"{class}\" x=\"{x}\" y=\"34\" width=\"12\" height=\"12\"/>\
             <text x=\"{}\" y=\"44\">{words}</text>",
            x + 17.0
        );
        x += 92.0;
    }
    let marks = [("target", 31.0, 49.0, "target, + noise"), ("spread", 36.0, 44.0, "quartiles")];
    for (class, from, to, words) in marks {
        let (x2, y2) = if class == "spread" { (x + 12.0, 40.0) } else { (x, to) };
        let y1 = if class == "spread" { 40.0 } else { from };
        let _ = writeln!(
            text,
            "<line class=\"{class}\" x1=\"{x}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>\
             <text x=\"{}\" y=\"44\">{words}</text>",
            x + 17.0
        );
        x += 120.0;
    }
    text
}

fn bar(bars: &mut String, figures: &Figures, ratio: Ratio, y: f64) {
    let Ratio { lower, median, upper } = ratio;
    let targets = figures.targets();
    let (class, sign) = match targets.iter().map(|target| target.met).collect::<Vec<_>>()[..] {
        ref met if met.contains(&Some(false)) => ("missed", " ✗"),
        ref met if met.contains(&Some(true)) => ("met", " ✓"),
        _ => ("plain", ""),
    };
    let place = |share: f64| LEFT + share.min(LONGEST) * WHOLE;
    let (text, top, length) = (y + 4.0, y - 6.0, place(median) - LEFT);
    let gated = if figures.row.gated { "name gated" } else { "name" };
    let arrow = if median > LONGEST { "→ " } else { "" };
    // Writing to a `String` can't fail.
    let _ = writeln!(
        bars,
        "<text class=\"{gated}\" x=\"{}\" y=\"{text}\">{}</text>\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{top}\" width=\"{length:.1}\" height=\"12\"/>\
         <line class=\"spread\" x1=\"{:.1}\" y1=\"{y}\" x2=\"{:.1}\" y2=\"{y}\"/>\
         <text class=\"ratio\" x=\"{RIGHT}\" y=\"{text}\">{arrow}{median:.2}{sign}</text>",
        LEFT - 8.0,
        figures.row.name,
        place(lower),
        place(upper),
    );
    if let Some(target) = target(figures) {
        let (at, end) = (place(target), place(target + figures.noise()));
        let (from, to, width) = (y - 9.0, y + 9.0, end - at);
        let _ = writeln!(
            bars,
            "<rect class=\"room\" x=\"{at:.1}\" y=\"{from}\" width=\"{width:.1}\" height=\"18\"/>\
             <line class=\"target\" x1=\"{at:.1}\" y1=\"{from}\" x2=\"{at:.1}\" y2=\"{to}\"/>"
        );
    }
}

/// The target as a share of tokio's figure, whose part it may not be.
fn target(figures: &Figures) -> Option<f64> {
    let beside = figures.ratio(&figures.row.beside)?.median;
    figures.row.target.map(|target| target * beside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{BASE, of};

    #[test]
    fn a_bar_has_the_colour_of_its_verdict_and_its_target_in_place() {
        let row = |name: &str, target: &str, kettle: f64| {
            of(name, target, &[("kettle", &[kettle]), (BASE, &[100.0]), ("raw", &[50.0])])
        };
        let rows = [
            row("fast", "0.5", 40.0),
            row("slow", "1.2 of raw", 70.0),
            row("huge", "-", 900.0),
            row("growth-f:1", "-", 1.0),
        ];
        let chart = draw(rows.iter());
        let bar = |class: &str, share: f64| {
            format!("class=\"{class}\" x=\"150\" y=\"{}\" width=\"{:.1}\"", 60, share * WHOLE)
        };
        assert!(chart.contains(&bar("met", 0.4)), "{chart}");
        assert!(chart.contains("class=\"missed\" x=\"150\" y=\"80\""), "{chart}");
        let mark = format!("x1=\"{:.1}\" y1=\"77\"", LEFT + 0.6 * WHOLE);
        assert!(chart.contains(&mark), "the target of raw's figure: {chart}");
        assert!(chart.contains(">→ 9.00<") && chart.contains(">0.40 ✓<"), "{chart}");
        assert!(!chart.contains("growth"), "{chart}");
    }
}
