//! How are many mutants built into one engine, of which a run switches one on?
//!
//! Each place where one may be asks for its name: a body begins with `if is_mutant("…") { return …
//! }`, and an expression becomes `if is_mutant("…") { with the other operator } else { as it was }`.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::process::Command;

use kettle_kit::report::Trouble;
use kettle_kit::{cargo as kit, files};
use serde_json::Value;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{ExprBinary, ExprUnary};

use crate::cargo;

/// The variable of the environment that has the name of the mutant that is on.
pub(super) const SWITCH: &str = "KETTLE_MUTANT";
const IS_MUTANT: &str = "
pub(crate) fn is_mutant(name: &str) -> bool {
    static ON: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    ON.get_or_init(|| std::env::var(\"KETTLE_MUTANT\").ok()).as_deref() == Some(name)
}
";

/// One way to make a line wrong.
pub(super) struct Mutant {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) lines: RangeInclusive<usize>,
    /// And those of all that it replaces.
    pub(super) body: RangeInclusive<usize>,
    /// The bytes of the file whose place it takes, with the switch.
    bytes: Range<usize>,
    /// `None`: this kind can't be switched on.
    pub(super) text: Option<String>,
}

/// Mutants of the engine, in an order that the seed decides.
pub(super) fn sample(tree: &Path, seed: u64, most: usize) -> Result<Vec<Mutant>, Trouble> {
    restore(tree)?;
    let mut list = Command::new(cargo::built("cargo-mutants")?);
    list.args(["mutants", "--list", "--json", "-p", "kettle-runtime"]);
    list.args(["--exclude", "*_checks.rs"]).current_dir(tree);
    let listed = kit::finish(&mut list, "cargo-mutants")?.stdout;
    let mut all: Vec<Value> =
        serde_json::from_str(&listed).map_err(|error| format!("cargo-mutants: {error}"))?;
    all.sort_by_key(|mutant| mutant["name"].to_string());
    fastrand::Rng::with_seed(seed).shuffle(&mut all);
    all.iter().take(most).map(|mutant| Ok(read(mutant, tree)?)).collect()
}

/// Takes all mutants out.
fn restore(tree: &Path) -> Result<(), Trouble> {
    let mut git = Command::new("git");
    git.args(["checkout", "--quiet", "--", "runtime"]).current_dir(tree);
    kit::finish(&mut git, "git").map(drop)
}

/// Reads what cargo-mutants says of one.
fn read(mutant: &Value, tree: &Path) -> Result<Mutant, String> {
    let [name, file, kind, new] = ["name", "file", "genre", "replacement"]
        .map(|field| mutant[field].as_str().unwrap_or_default());
    let source = files::read(&tree.join(file))?;
    let number = |at: &Value| at.to_string().parse::<usize>().unwrap_or(1);
    let place = |at: &Value| {
        let lines: usize =
            source.split_inclusive('\n').take(number(&at["line"]) - 1).map(str::len).sum();
        let before = source[lines..].chars().take(number(&at["column"]) - 1);
        lines + before.map(char::len_utf8).sum::<usize>()
    };
    let (start, end) = (place(&mutant["span"]["start"]), place(&mutant["span"]["end"]));
    let whole = match kind {
        // It would make an assertion weaker, not the engine wrong.
        _ if source[..start].lines().next_back().is_some_and(|it| it.contains("holds(")) => None,
        "FnValue" => Some(start..start),
        "MatchArmGuard" => Some(start..end),
        "BinaryOperator" | "UnaryOperator" => expression(&source, start)?,
        _ => None,
    };
    let bytes = whole.clone().unwrap_or(start..end);
    let line = |at: usize| source[..at].matches('\n').count() + 1;
    let (lines, body) = (line(bytes.start)..=line(bytes.end), line(start)..=line(end));
    let text = whole.map(|whole| {
        let on = format!("if crate::is_mutant({name:?})");
        let old = &source[whole.clone()];
        if kind == "FnValue" {
            return format!("{on} {{ return {new}; }} ");
        }
        // On one line, so that the lines of errors stay right.
        let wrong = [&source[whole.start..start], new, &source[end..whole.end]].concat();
        format!("({on} {{ {} }} else {{ {old} }})", wrong.replace('\n', " "))
    });
    Ok(Mutant { name: name.to_owned(), file: file.to_owned(), lines, body, bytes, text })
}

/// The whole expression whose operator begins at this byte.
fn expression(source: &str, operator: usize) -> Result<Option<Range<usize>>, String> {
    struct Finder(usize, Option<Range<usize>>);
    impl Finder {
        fn look(&mut self, operator: proc_macro2::Span, whole: proc_macro2::Span) {
            if operator.byte_range().start == self.0 {
                self.1 = Some(whole.byte_range());
            }
        }
    }
    impl<'ast> Visit<'ast> for Finder {
        fn visit_expr_binary(&mut self, it: &'ast ExprBinary) {
            self.look(it.op.span(), it.span());
            visit::visit_expr_binary(self, it);
        }
        fn visit_expr_unary(&mut self, it: &'ast ExprUnary) {
            self.look(it.op.span(), it.span());
            visit::visit_expr_unary(self, it);
        }
    }
    let mut finder = Finder(operator, None);
    finder.visit_file(&syn::parse_file(source).map_err(|error| error.to_string())?);
    Ok(finder.1)
}

/// Puts these mutants into the engine, but of those that overlap only the first. Returns those that
/// are in it in the order of the sample, so that a run that is stopped has asked a sample, too.
pub(super) fn put<'a>(tree: &Path, left: &[&'a Mutant]) -> Result<Vec<&'a Mutant>, Trouble> {
    restore(tree)?;
    let mut inside = Vec::new();
    for file in left.iter().map(|it| &it.file).collect::<BTreeSet<_>>() {
        let source = files::read(&tree.join(file))?;
        let mut here: Vec<&Mutant> = left.iter().copied().filter(|it| it.file == *file).collect();
        here.sort_by_key(|it| (it.bytes.start, it.bytes.end));
        let (mut text, mut end) = (String::new(), 0);
        for mutant in here.into_iter().filter(|it| it.text.is_some()) {
            if mutant.bytes.start >= end {
                text += &source[end..mutant.bytes.start];
                text += mutant.text.as_deref().unwrap_or_default();
                end = mutant.bytes.end;
                inside.push(mutant);
            }
        }
        files::put(&tree.join(file), text + &source[end..])?;
    }
    let library = tree.join("runtime/src/lib.rs");
    files::put(&library, files::read(&library)? + IS_MUTANT)?;
    inside.sort_by_key(|mutant| left.iter().position(|it| it.name == mutant.name));
    Ok(inside)
}
