//! Does each experiment of the book end as its chapter says?
//!
//! An [`Experiment`] changes an example as its chapter asks. rustc compiles the changed program
//! with the kettle that was built for the examples. The output has to end with `prints`, and the
//! chapter has to contain the sentences in `says`. (Whether the two mean the same, a reader has to
//! judge.) If the chapter says that the program hangs, the doctor has to end it.
//!
//! Not here: experiments whose outcome differs from run to run, and experiments with the rungs of
//! the ladder, because most of these hang, and a rung has no doctor that would end it.

use std::env::consts::EXE_SUFFIX;
use std::path::Path;
use std::process::Command;

use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};
use kettle_kit::cargo::artifacts;
use kettle_kit::report::{Outcome, Report};
use kettle_kit::tally::Tally;
use kettle_kit::{files, process, tree};

use crate::cargo::build;

struct Experiment {
    chapter: &'static str,
    name: &'static str,
    /// `examples/book_EXAMPLE.rs`.
    example: &'static str,
    /// A piece of the example, and its replacement.
    changes: &'static [(&'static str, &'static str)],
    /// Sentences of the chapter: the instruction, if something is to be deleted, and the outcome.
    says: &'static [&'static str],
    /// The end of the output.
    prints: &'static str,
    hangs: bool,
}

/// The fields of an experiment with the example `three_cooks`, unless the experiment has its own
/// (`..COOKS`). [`BELL`] and [`SENDABLE`] are the same for other examples.
const COOKS: Experiment = Experiment {
    chapter: "tasks",
    name: "",
    example: "three_cooks",
    changes: &[],
    says: &[],
    prints: "hired.\nsoup: step 1 of 3\nsoup: step 2 of 3\nsoup: step 3 of 3\nsoup: done\n\
        Dinner.\n",
    hangs: false,
};
const YIELD: &str = "yield_now().await;";

const BELL: Experiment = Experiment { chapter: "wakers", name: "", example: "doorbell", ..COOKS };
const TAKE: (&str, &str) = ("state.waker.clone()", "state.waker.take()");
const LISTEN: &str = "let rings = self.bell.listen(cx.waker());";

const SENDABLE: Experiment =
    Experiment { chapter: "asked", name: "", example: "sendable", ..COOKS };

const EXPERIMENTS: &[Experiment] = &[
    Experiment {
        chapter: "compiler",
        name: "a",
        example: "half_a_tea",
        changes: &[("let _pot = Dish(\"pot\");", "let _ = Dish(\"pot\");")],
        says: &["The pot is washed *before* `Putting the kettle on.`"],
        prints: "ready.\n  The pot is washed.\n  Putting the kettle on.\n  Water boiled. Making tea.\n  \
            The cup is washed.\n",
        ..COOKS
    },
    Experiment {
        chapter: "compiler",
        name: "b",
        example: "half_a_tea",
        changes: &[(
            "tea.await;",
            "let _ = kettle::time::timeout(Duration::from_millis(100), tea).await;",
        )],
        says: &["`Putting the kettle on.`, then after 100 ms the pot and the cup."],
        prints: "ready.\n  Putting the kettle on.\n  The pot is washed.\n  The cup is washed.\n",
        ..COOKS
    },
    Experiment {
        chapter: "pin",
        name: "a",
        example: "moved",
        changes: &[("Box::pin(sip())", "std::pin::pin!(sip())")],
        says: &["The future stays in its nameless place, so the lines are the same."],
        prints: STAYS,
        ..COOKS
    },
    Experiment {
        chapter: "pin",
        name: "b",
        example: "moved",
        changes: &[
            ("assert!(poll_once(pinned.as_mut()).await.is_pending());", ""),
            ("let mut pinned = Box::pin(sip());", "let pinned = sip();"),
        ],
        says: &["Delete the line that polls once", "`cup` is at one place in both async lines."],
        prints: STAYS,
        ..COOKS
    },
    Experiment {
        name: "a",
        changes: &[(YIELD, "")],
        says: &[
            "Delete the `yield_now().await`.",
            "The soup is cooked without interruption, and then comes `Dinner.`",
            "rice and cake are dropped before their first poll",
        ],
        ..COOKS
    },
    Experiment {
        name: "b",
        changes: &[(YIELD, "std::thread::sleep(std::time::Duration::from_millis(300));")],
        says: &["(b) prints the same lines as (a)"],
        ..COOKS
    },
    Experiment {
        name: "c",
        changes: &[(YIELD, "kettle::time::sleep(std::time::Duration::from_millis(300)).await;")],
        says: &["(c) prints the original order in three sleeps."],
        prints: "hired.\nsoup: step 1 of 3\nrice: step 1 of 1\ncake: step 1 of 2\nsoup: step 2 of 3\n\
            rice: done\ncake: step 2 of 2\nsoup: step 3 of 3\ncake: done\nsoup: done\n\
            Dinner.\n",
        ..COOKS
    },
    Experiment {
        name: "take",
        changes: &[TAKE],
        says: &["With `take` alone, the output is the same."],
        prints: "poll 3 of the guest: 4 rings so far\na boy rings, on another thread\n  \
            poll 4 of the guest: 5 rings so far\nThe guest is in, after 4 polls.\n\
            main rings once more\n",
        ..BELL
    },
    Experiment {
        name: "a gap",
        changes: &[TAKE, (LISTEN, GAP)],
        says: &[
            "With the gap the program hangs. Its last two lines are `a boy rings` and *poll 3 of the guest: 4 rings so far*",
        ],
        prints: "a boy rings, on another thread\n  poll 3 of the guest: 4 rings so far\n",
        hangs: true,
        ..BELL
    },
    Experiment {
        name: "the waker first",
        changes: &[TAKE, (LISTEN, WAKER_FIRST)],
        says: &["the program ends after three polls of the guest"],
        prints: "a boy rings, on another thread\n  poll 3 of the guest: 5 rings so far\n\
            The guest is in, after 3 polls.\nmain rings once more\n",
        ..BELL
    },
    Experiment {
        chapter: "select",
        name: "340 ms",
        example: "lost",
        changes: &[("240", "340"), ("240", "340")],
        says: &["change 240 to 340 in both places", "With 340, all three"],
        prints: "careless: [\"tea\", \"jam\", \"egg\"]\ncareful:  [\"tea\", \"jam\", \"egg\"]\n",
        ..COOKS
    },
    Experiment {
        chapter: "select",
        name: "50 ms",
        example: "lost",
        changes: &[("240", "50"), ("240", "50")],
        says: &["Then try 50.", "With 50 there are no words at all."],
        prints: "careless: []\ncareful:  [\"tea\", \"jam\", \"egg\"]\n",
        ..COOKS
    },
    Experiment {
        name: "a",
        changes: &[("println!(\"{cup}\");\n    drop(cup);", "drop(cup);")],
        says: &["Delete the `println!` in `dropped`.", "(a) `dropped` is `Send`."],
        prints: "dropped        is Send\nin_a_condition is Send\nin_a_pattern   is not Send\n",
        ..SENDABLE
    },
    Experiment {
        name: "b",
        changes: &[(
            "let cup = Rc::new(\"cup\");\n    println!(\"{cup}\");\n    sleep(BOILING).await;",
            "sleep(BOILING).await;\n    let cup = Rc::new(\"cup\");\n    println!(\"{cup}\");",
        )],
        says: &["In `in_scope`, make the cup after the sleep.", "(b) `in_scope` is `Send`"],
        prints: "in_scope       is Send\nin_a_block     is Send\ndropped        is not Send\n\
            in_a_condition is Send\nin_a_pattern   is not Send\n",
        ..SENDABLE
    },
    Experiment {
        name: "c",
        changes: &[(
            "while let Some(_order) = orders.lock().unwrap().pop() {",
            "while let Some(_order) = { orders.lock().unwrap().pop() } {",
        )],
        says: &["(c) `in_a_pattern` is `Send`."],
        prints: "dropped        is not Send\nin_a_condition is Send\nin_a_pattern   is Send\n",
        ..SENDABLE
    },
];

const STAYS: &str = "\
    async, first poll : `cup` is at C, `rest` holds C + 1\n\
    async, last poll  : `cup` is at C, `rest` holds C + 1\n";

const GAP: &str = r#"let rings = self.bell.0.lock().expect("no panic").rings;
if self.polls == 3 {
    thread::sleep(Duration::from_secs(1));
}
self.bell.0.lock().expect("no panic").waker = Some(cx.waker().clone());"#;

/// The lines of [`GAP`], with the first and the last exchanged.
const WAKER_FIRST: &str = r#"self.bell.0.lock().expect("no panic").waker = Some(cx.waker().clone());
if self.polls == 3 {
    thread::sleep(Duration::from_secs(1));
}
let rings = self.bell.0.lock().expect("no panic").rings;"#;

/// Tries all experiments. The examples have to be built already.
pub(crate) fn experiments(report: &mut Report) {
    let kettle = library();
    for experiment in EXPERIMENTS {
        let Experiment { chapter, name, .. } = experiment;
        report.check(&format!("experiment of {chapter}.md: {name}"), || {
            try_out(experiment, kettle.as_ref().map_err(Clone::clone)?)
        });
    }
}

fn try_out(experiment: &Experiment, kettle: &Utf8Path) -> Outcome {
    let Experiment { chapter, example, changes, prints, hangs, .. } = experiment;
    let chapter = tree::read(&format!("docs/book/src/{chapter}.md"))?;
    check_words(experiment, &chapter)?;
    let mut program = in_one_file(tree::read(&format!("examples/book_{example}.rs"))?)?;
    for (old, new) in *changes {
        if !program.contains(old) {
            return Err(format!("the example has no `{old}`").into());
        }
        program = program.replacen(old, new, 1);
    }
    let folder = tempfile::tempdir_in(tree::target()?)?;
    files::put(&folder.path().join("changed.rs"), program)?;
    let mut changed = compile(folder.path(), kettle)?;
    changed.env_remove("KETTLE_TRACE").env("KETTLE_DOCTOR", if *hangs { "panic" } else { "off" });
    let finished = process::run(&mut changed)?;
    let is_expected = match finished.status {
        Some(status) if *hangs => !status.success() && finished.transcript.contains("deadlock"),
        _ => finished.success(),
    };
    if is_expected && finished.stdout.ends_with(prints) {
        return Ok(Tally::success());
    }
    Err(format!("{}\nand should end with:\n{prints}", finished.failure()).into())
}

/// The example as one file: the program of the ladder that it names by `#[path]` is put into it.
fn in_one_file(example: String) -> Result<String, String> {
    let Some((before, rest)) = example.split_once("#[path = \"") else { return Ok(example) };
    let (path, rest) = rest.split_once("\"]\n").ok_or("no path")?;
    let (module, after) = rest.split_once(";\n").ok_or("no module")?;
    let program = tree::read(&format!("examples/{path}"))?;
    Ok(format!("{before}{module} {{\n{program}}}\n{after}"))
}

/// Does the chapter contain the changes and their outcome?
fn check_words(experiment: &Experiment, chapter: &str) -> Result<(), String> {
    // Each line must be in the chapter, whatever its indentation.
    let mut lines = experiment.changes.iter().flat_map(|(_, new)| new.lines());
    if let Some(line) = lines.find(|line| !chapter.contains(line.trim())) {
        return Err(format!("the chapter does not say `{line}`"));
    }
    let deletes = experiment.changes.iter().any(|(_, new)| new.is_empty());
    if deletes && !experiment.says.iter().any(|words| words.starts_with("Delete ")) {
        return Err("it deletes something, but `says` has no sentence about it".to_owned());
    }
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let chapter = joined(chapter);
    match experiment.says.iter().find(|words| !chapter.contains(**words)) {
        Some(words) => Err(format!("the chapter does not say: {words}")),
        None if experiment.says.is_empty() => Err("`says` is empty".to_owned()),
        None => Ok(()),
    }
}

/// The library of kettle with which the examples were built.
fn library() -> Result<Utf8PathBuf, String> {
    let built = build(&["--example", "book_doorbell", "--message-format=json"]);
    let built = built.map_err(|_| "no kettle is built")?;
    let files = artifacts(&built).filter(|it| it.target.name == "kettle");
    let mut files = files.flat_map(|it| it.filenames);
    let library = files.find(|file| file.extension() == Some("rlib"));
    library.ok_or_else(|| "Cargo names no library of kettle".to_owned())
}

/// Compiles `changed.rs` of this folder, and returns the command that runs it.
fn compile(folder: &Path, kettle: &Utf8Path) -> Result<Command, String> {
    let program = folder.join(format!("changed{EXE_SUFFIX}"));
    let mut rustc = Command::new("rustc");
    rustc
        .current_dir(tree::root())
        .args(["--edition=2024", "--allow=warnings", "-o"])
        .arg(&program);
    rustc.arg(folder.join("changed.rs")).arg(format!("--extern=kettle={kettle}"));
    rustc.arg(format!("-Ldependency={}", kettle.with_file_name("")));
    process::run(&mut rustc).map_err(|error| error.to_string())?.expect_success()?;
    Ok(Command::new(program))
}
