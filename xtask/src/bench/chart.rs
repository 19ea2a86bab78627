//! How do the rows look beside each other?
//!
//! As bars: kettle's share of tokio's figure, with a mark where the target is and a line where both
//! are equal.

use std::fmt::Write;

use super::figures::Figures;

const WIDTH: f64 = 760.0;
/// Where the bars begin, behind the names.
const LEFT: f64 = 170.0;
/// The length of a bar that is as long as tokio's.
const WHOLE: f64 = 440.0;
/// The longest bar that is drawn.
const LONGEST: f64 = 1.2;
const LINE: f64 = 20.0;
const TOP: f64 = 34.0;

/// The picture, as SVG. Rows without a ratio are left out.
pub(crate) fn draw<'a>(rows: impl Iterator<Item = &'a Figures>) -> String {
    let mut bars = String::new();
    let mut y = TOP;
    for row in rows {
        let Some(ratio) = row.ratio("kettle") else { continue };
        bar(&mut bars, row, ratio.median, y);
        y += LINE;
    }
    let height = y + 12.0;
    let one = LEFT + WHOLE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>kettle's figure divided by tokio's, for each row; shorter is better</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text x=\"{LEFT}\" y=\"18\" fill=\"#333333\">kettle ÷ tokio; shorter is better; \
         | is the target</text>\n{bars}\
         <line x1=\"{one}\" y1=\"{}\" x2=\"{one}\" y2=\"{y}\" stroke=\"#333333\"/>\n\
         <text x=\"{one}\" y=\"18\" text-anchor=\"middle\" fill=\"#333333\">tokio</text>\n</svg>\n",
        TOP - 10.0,
    )
}

fn bar(bars: &mut String, figures: &Figures, ratio: f64, y: f64) {
    let row = &figures.row;
    let length = ratio.min(LONGEST) * WHOLE;
    let (colour, text) = match figures.passes() {
        Some(false) => ("#c8553d", y + 4.0),
        Some(true) => ("#3b7a57", y + 4.0),
        None => ("#8a8a8a", y + 4.0),
    };
    // A `String` takes everything.
    let _ = writeln!(
        bars,
        "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\" fill=\"#333333\">{}</text>\n\
         <rect x=\"{LEFT}\" y=\"{}\" width=\"{length:.1}\" height=\"12\" fill=\"{colour}\"/>\n\
         <text x=\"{:.1}\" y=\"{text}\" fill=\"#333333\">{ratio:.2}</text>",
        LEFT - 8.0,
        row.name,
        y - 6.0,
        LEFT + length.max(row.target.unwrap_or(0.0) * WHOLE) + 6.0,
    );
    if let Some(target) = row.target {
        let at = LEFT + target * WHOLE;
        let (from, to) = (y - 9.0, y + 9.0);
        let _ = writeln!(
            bars,
            "<line x1=\"{at:.1}\" y1=\"{from}\" x2=\"{at:.1}\" y2=\"{to}\" stroke=\"#d99a2b\" \
             stroke-width=\"3\"/>"
        );
    }
}
