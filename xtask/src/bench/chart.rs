//! How do the rows look beside each other?
//!
//! As bars: kettle's share of tokio's figure, with a mark where the target is and a line where both
//! are equal.

use std::fmt::Write;

use super::figures::Figures;

const WIDTH: f64 = 760.0;
/// Where the bars begin, behind the names.
const LEFT: f64 = 150.0;
/// The length of a bar that is as long as tokio's.
const WHOLE: f64 = 460.0;
/// The longest bar that is drawn.
const LONGEST: f64 = 1.15;
const LINE: f64 = 20.0;
const TOP: f64 = 44.0;

const STYLE: &str = "\
text { font-family: system-ui, -apple-system, \"Segoe UI\", \"DejaVu Sans\", sans-serif; \
font-size: 12px; fill: #1f2328 }
.paper { fill: #ffffff; stroke: #d1d9e0 }
.name { text-anchor: end }
.one { stroke: #59636e; stroke-width: 1.5 }
.target { stroke: #bc4c00; stroke-width: 3 }
.met { fill: #54a66a }
.missed { fill: #d1695a }
.plain { fill: #afb8c1 }";

/// The picture, as SVG. Rows without a ratio are left out.
pub(crate) fn draw<'a>(rows: impl Iterator<Item = &'a Figures>) -> String {
    let mut bars = String::new();
    let mut y = TOP;
    for row in rows {
        let Some(ratio) = row.ratio("kettle") else { continue };
        bar(&mut bars, row, ratio.median, y);
        y += LINE;
    }
    let (height, one, middle) = (y + 4.0, LEFT + WHOLE, LEFT + WHOLE / 2.0);
    let (from, to) = (TOP - 12.0, y - 8.0);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"title\">\n\
         <title id=\"title\">kettle's figure divided by tokio's, row by row</title>\n\
         <style>\n{STYLE}\n</style>\n\
         <rect class=\"paper\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\"/>\n\
         <text x=\"{middle}\" y=\"22\" text-anchor=\"middle\">kettle ÷ tokio: shorter is better; \
         the mark is the target</text>\n\
         <text x=\"{one}\" y=\"22\" text-anchor=\"middle\">tokio</text>\n{bars}\
         <line class=\"one\" x1=\"{one}\" y1=\"{from}\" x2=\"{one}\" y2=\"{to}\"/>\n</svg>\n",
        WIDTH - 1.0,
        height - 1.0,
    )
}

fn bar(bars: &mut String, figures: &Figures, ratio: f64, y: f64) {
    let class = match figures.passes() {
        Some(true) => "met",
        Some(false) => "missed",
        None => "plain",
    };
    let length = ratio.min(LONGEST) * WHOLE;
    let target = figures.row.target.map_or(0.0, |target| target * WHOLE);
    let (name, text, top) = (&figures.row.name, y + 4.0, y - 6.0);
    // Writing to a `String` can't fail.
    let _ = writeln!(
        bars,
        "<text class=\"name\" x=\"{}\" y=\"{text}\">{name}</text>\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{top}\" width=\"{length:.1}\" height=\"12\"/>\
         <text x=\"{:.1}\" y=\"{text}\">{ratio:.2}</text>",
        LEFT - 8.0,
        LEFT + length.max(target) + 6.0,
    );
    if target > 0.0 {
        let (at, from, to) = (LEFT + target, y - 9.0, y + 9.0);
        let _ = writeln!(
            bars,
            "<line class=\"target\" x1=\"{at:.1}\" y1=\"{from}\" x2=\"{at:.1}\" y2=\"{to}\"/>"
        );
    }
}
