//! How are many faults put into one build?
//!
//! A fault within functions is a *switch*: the body is there twice, and a variable of the process's
//! environment says which of the two runs. The body with the fault is all in the line where the other
//! begins, so no other line gets a new number.
//!
//! Interface: [`Switches`], [`blamed`], [`VARIABLE`], [`REACHED`]. What is no switch: a fault in a type or a signature, in a
//! `const fn`, which can't look at the environment, and where the type of what is returned has no name: two
//! bodies have two of those.

use std::iter;
use std::ops::Range;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Block, ImplItem, Item, Signature, TraitItem, TraitItemFn};

/// Says which switch is on: its number.
pub(super) const VARIABLE: &str = "KETTLE_FAULT";
/// Names a folder, where each switch that the process comes to leaves a file of its number.
pub(super) const REACHED: &str = "KETTLE_REACHED";
/// Before the number, and after it. A process looks once: what is called 100,000 times must not take longer by that.
const IS_ON: &str = "static ON: ::std::sync::OnceLock<bool> = ::std::sync::OnceLock::new(); \
     *ON.get_or_init(|| { let number = \"";
const NUMBERED: &str = "\"; if let Ok(to) = ::std::env::var(\"KETTLE_REACHED\") \
     { let _ = ::std::fs::write(to + \"/\" + number, number); } \
     ::std::env::var(\"KETTLE_FAULT\").is_ok_and(|on| on == number) }) } ";

/// A file, and the switches that go into it.
pub(super) struct Switches {
    text: String,
    file: Functions,
    /// In front of each body.
    before: Vec<String>,
}

impl Switches {
    pub(super) fn new(text: String) -> Result<Switches, String> {
        let file = Functions::of(&text)?;
        Ok(Switches { before: vec![String::new(); file.bodies.len()], text, file })
    }

    /// One more; false: it can't be one.
    pub(super) fn add(&mut self, number: usize, fault: &str) -> Result<bool, String> {
        let fault = Functions::of(fault)?;
        let fits = fault.between == self.file.between;
        let bodies = iter::zip(fault.bodies, &self.file.bodies).zip(&mut self.before);
        for (((_, body), (_, own)), before) in bodies.filter(|_| fits) {
            if body != *own {
                before.extend(["if { ", IS_ON, &number.to_string(), NUMBERED, &body, " else "]);
            }
        }
        Ok(fits)
    }

    /// The whole file.
    pub(super) fn text(mut self) -> String {
        for ((place, _), before) in iter::zip(self.file.bodies, self.before).rev() {
            if !before.is_empty() {
                self.text.insert_str(place.end, " }");
                self.text.insert_str(place.start, &format!("{{ {before}"));
            }
        }
        self.text
    }
}

/// The switch in which the compiler found an error, if that is what the line says; `read` reads a file.
pub(super) fn blamed(line: &str, read: impl FnOnce(&str) -> Option<String>) -> Option<usize> {
    let mut place = line.split_once(": error")?.0.rsplitn(3, ':');
    let column: usize = place.next()?.parse().ok()?;
    let line: usize = place.next()?.parse().ok()?;
    let text = read(place.next()?)?;
    let before: String = text.lines().nth(line - 1)?.chars().take(column).collect();
    before.rsplit_once(IS_ON)?.1.split('"').next()?.parse().ok()
}

struct Functions {
    /// Where each body is, and its words.
    bodies: Vec<(Range<usize>, String)>,
    /// The text between them.
    between: Vec<String>,
}

impl Functions {
    fn of(text: &str) -> Result<Functions, String> {
        let mut bodies = Vec::new();
        let mut add = |sig: &Signature, body: &Block| {
            let output = sig.output.to_token_stream().to_string();
            if sig.constness.is_none() && !output.contains("impl ") {
                bodies.push((body.span().byte_range(), body.to_token_stream().to_string()));
            }
        };
        each(&syn::parse_file(text).map_err(|error| error.to_string())?.items, &mut add);
        let ends = bodies.iter().map(|(place, _)| place.end);
        let begins = bodies.iter().map(|(place, _)| place.start).chain([text.len()]);
        let between = iter::once(0).chain(ends).zip(begins);
        let between = between.map(|(end, begin)| text[end..begin].to_owned()).collect();
        Ok(Functions { bodies, between })
    }
}

/// Calls `add` for each function that has a body, in their order.
fn each(items: &[Item], add: &mut impl FnMut(&Signature, &Block)) {
    for item in items {
        match item {
            Item::Fn(it) => add(&it.sig, &it.block),
            Item::Impl(it) => it.items.iter().for_each(|part| {
                if let ImplItem::Fn(it) = part {
                    add(&it.sig, &it.block);
                }
            }),
            Item::Trait(it) => it.items.iter().for_each(|part| {
                if let TraitItem::Fn(TraitItemFn { sig, default: Some(body), .. }) = part {
                    add(sig, body);
                }
            }),
            Item::Mod(it) => each(it.content.as_ref().map_or(&[], |(_, items)| items), add),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_functions_is_a_switch_and_moves_no_line() {
        let own =
            "fn a() -> u8 {\n    // why\n    1\n}\n\nstruct B(u8);\n\nmod c {\n    fn d() {}\n}\n";
        let mut switches = Switches::new(own.to_owned()).unwrap();
        assert_eq!(switches.add(7, &own.replace("    1", "    2")), Ok(true));
        assert_eq!(switches.add(8, &own.replace("(u8)", "(u16)")), Ok(false));
        let text = switches.text();
        let expected = format!("fn a() -> u8 {{ if {{ {IS_ON}7{NUMBERED}{{ 2 }} else {{");
        assert_eq!(text.lines().next(), Some(&*expected));
        assert!(own.lines().skip(1).take(2).eq(text.lines().skip(1).take(2)), "{text}");
        let column = text.find('2').unwrap();
        let told = |line: &str| blamed(line, |_| Some(text.clone()));
        assert_eq!(told(&format!("src/a.rs:1:{column}: error[E0308]: mismatched types")), Some(7));
        assert_eq!(told("error: could not compile `a` (lib) due to 1 previous error"), None);
    }
}
