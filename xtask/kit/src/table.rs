//! How are the tables of a Markdown file read?

/// The rows of all tables with their line numbers, without the heads and the rules below these.
pub fn rows(paper: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_body = false;
    paper.lines().enumerate().filter_map(move |(at, line)| {
        let is_rule = line.starts_with("|-") || line.starts_with("|:");
        let is_row = in_body && line.starts_with('|');
        in_body = is_rule || is_row;
        is_row.then_some((at + 1, line))
    })
}

/// The cells of a row.
pub fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.split('|').skip(1).map(str::trim)
}

/// The texts in backquotes.
pub fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
