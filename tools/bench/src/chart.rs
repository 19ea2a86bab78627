//! How do the rows look beside each other?
//!
//! As bars: kettle's share of tokio's figure, with the quartiles as a thin line, a mark where it was
//! before, and a line where both are equal. In light and in dark, as the reader's page is.

use std::fmt::Write;

use crate::record::Kept;
use crate::rule::is_slower;
use crate::tables;

const WIDTH: f64 = 760.0;
/// Where the bars begin, beside the names.
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
.one, .spread { stroke: #59636e; stroke-width: 1.5 }
.before { stroke: #bc4c00; stroke-width: 3 }
.kept { fill: #54a66a }
.broken { fill: #d1695a }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.paper { fill: #0d1117; stroke: #3d444d }
.one, .spread { stroke: #b7bdc8 }
.before { stroke: #f0a35e }
.kept { fill: #2f8049 }
.broken { fill: #b8483a }
}";

/// The picture, as SVG. Rows without a ratio, and those of other tables, are left out.
pub(crate) fn draw(rows: &[Kept]) -> String {
    let mut bars = String::new();
    let mut y = TOP;
    for kept in rows.iter().filter(|kept| tables::is_plain(kept)) {
        if let Some(bar) = bar(kept, y) {
            bars += &bar;
            y += LINE;
        }
    }
    let (height, one) = (y + 4.0, LEFT + WHOLE);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"title\">\n\
         <title id=\"title\">kettle's figure divided by tokio's, row by row</title>\n\
         <style>\n{STYLE}\n</style>\n\
         <rect class=\"paper\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\"/>\n\
         <text x=\"20\" y=\"22\">kettle ÷ tokio: shorter is better. Thin line: quartiles.</text>\n\
         <line class=\"before\" x1=\"20\" y1=\"31\" x2=\"20\" y2=\"49\"/>\
         <text x=\"30\" y=\"44\">before</text>\n\
         <text x=\"{one}\" y=\"{}\" text-anchor=\"middle\">tokio = 1</text>\n{}\
         <line class=\"one\" x1=\"{one}\" y1=\"{}\" x2=\"{one}\" y2=\"{}\"/>\n</svg>\n",
        WIDTH - 1.0,
        height - 1.0,
        TOP - 18.0,
        bars,
        TOP - 12.0,
        y - 8.0,
    )
}

fn bar(kept: &Kept, y: f64) -> Option<String> {
    let ratio = kept.figures.ratio("kettle")?;
    let place = |share: f64| LEFT + share.min(LONGEST) * WHOLE;
    let (text, length) = (y + 4.0, place(ratio.median) - LEFT);
    let class = if is_slower(&kept.figures) { "broken" } else { "kept" };
    let arrow = if ratio.median > LONGEST { "→ " } else { "" };
    let mut bar = format!(
        "<text class=\"name\" x=\"{}\" y=\"{text}\">{}</text>\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{}\" width=\"{length:.1}\" height=\"12\"/>\
         <line class=\"spread\" x1=\"{:.1}\" y1=\"{y}\" x2=\"{:.1}\" y2=\"{y}\"/>\
         <text class=\"ratio\" x=\"{RIGHT}\" y=\"{text}\">{arrow}{:.2}</text>",
        LEFT - 8.0,
        kept.figures.row.name,
        y - 6.0,
        place(ratio.lower),
        place(ratio.upper),
        ratio.median,
    );
    if let Some(before) = &kept.before {
        let (x, from, to) = (place(before.ratio), y - 9.0, y + 9.0);
        // Writing to a `String` can't fail.
        let _ = write!(
            bar,
            "<line class=\"before\" x1=\"{x:.1}\" y1=\"{from}\" x2=\"{x:.1}\" y2=\"{to}\"/>"
        );
    }
    Some(bar + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::BASE;
    use crate::record::kept;

    #[test]
    fn a_bar_has_the_colour_of_its_verdict_and_its_mark_in_place() {
        let row = |name: &str, kettle: f64| kept(name, &[("kettle", &[kettle]), (BASE, &[100.0])]);
        let chart = draw(&[row("fast", 40.0), row("growth-f:1", 1.0), row("huge", 900.0)]);
        let bar = |class: &str, y: u32, share: f64| {
            format!("class=\"{class}\" x=\"150\" y=\"{y}\" width=\"{:.1}\"", share * WHOLE)
        };
        assert!(chart.contains(&bar("kept", 60, 0.4)), "{chart}");
        assert!(chart.contains(&bar("broken", 80, LONGEST)), "{chart}");
        assert!(chart.contains(&format!("x1=\"{:.1}\" y1=\"57\"", LEFT + 0.5 * WHOLE)), "{chart}");
        assert!(chart.contains(">→ 9.00<") && !chart.contains("growth"), "{chart}");
    }
}
