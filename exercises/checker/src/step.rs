//! What is a step of the ladder?
//!
//! A file of `examples/steps`, whose head has its question and its flaw, a section of the README
//! there that says what to type, and the learner's own file.
//!
//! Interface: [`Step`], [`LAST`], [`steps`], [`folder`].

use std::path::PathBuf;

use kettle_kit::{files, tree};

use crate::places::{learn, root};
use crate::progress;

/// How many steps there are.
pub(crate) const LAST: usize = 7;

/// A step of the ladder.
pub(crate) struct Step {
    pub(crate) number: usize,
    /// The project's own: its path and its text.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Step {
    /// The step that is called so: `3`, `step3`.
    pub(crate) fn find(called: &str) -> Result<Step, String> {
        let number = called.trim_start_matches("step").parse().unwrap_or_default();
        if !(1..=LAST).contains(&number) {
            return Err(format!(
                "no step is called `{called}`; the ladder has the steps 1 to {LAST}"
            ));
        }
        let begin = format!("step{number}_");
        let files = tree::files(&root().join("examples/steps"), "rs");
        let named = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&begin))
        };
        let path = files.into_iter().find(named).ok_or("the project has no such step")?;
        let text = files::read(&path)?;
        Ok(Step { number, path, text })
    }

    pub(crate) fn all() -> Result<Vec<Step>, String> {
        (1..=LAST).map(|number| Step::find(&number.to_string())).collect()
    }

    /// `step3`: in the progress and among the files.
    pub(crate) fn name(&self) -> String {
        format!("step{}", self.number)
    }

    /// The learner's file.
    pub(crate) fn mine(&self) -> PathBuf {
        folder().join(format!("{}.rs", self.name()))
    }

    pub(crate) fn question(&self) -> String {
        let head = self.text.lines().next().unwrap_or_default();
        sentence(head.split_once(": ").map_or("", |(_, question)| question))
    }

    pub(crate) fn title(&self) -> String {
        format!("Step {} of {LAST}: {}", self.number, self.question())
    }

    /// A paragraph of the head: what follows `Flaw:`, up to `Next:`.
    pub(crate) fn flaw(&self) -> String {
        let lines = self.text.lines().map_while(|line| line.strip_prefix("//!"));
        let head: Vec<&str> = lines.map(str::trim).collect();
        let head = head.join(" ");
        let flaw = head.split_once("Flaw: ").map_or("", |(_, flaw)| flaw);
        sentence(flaw.split(" Next: ").next().unwrap_or_default())
    }

    /// The section of the README that says what to type.
    pub(crate) fn task(&self) -> Result<String, String> {
        let readme = files::read(&steps().join("README.md"))?;
        let heading = format!("\n### Step {}:", self.number);
        let (_, section) = readme.split_once(&heading).ok_or("the README has no such step")?;
        let (_, section) = section.split_once('\n').unwrap_or_default();
        Ok(section.split("\n##").next().unwrap_or_default().trim().to_owned())
    }

    /// What the learner's file begins with, and whose it is.
    pub(crate) fn beginning(&self) -> Result<(String, String), String> {
        let head = format!(
            "//! {}\n//!\n//! `cargo exercise step {}` says what to type, and judges this file.\n",
            self.title(),
            self.number
        );
        if self.number == 1 {
            return Ok((head + FIRST, "three empty functions".to_owned()));
        }
        let before = Step::find(&(self.number - 1).to_string())?;
        let (text, whose) = match progress::passed_answer(&before.name()) {
            Some(own) => (own, format!("your own step {}", before.number)),
            None => (before.text, format!("the project's step {}", before.number)),
        };
        let body = text.split_inclusive('\n').skip_while(|line| line.starts_with("//!"));
        Ok((head + &body.collect::<String>(), whose))
    }
}

/// With a capital letter: after a colon there is none.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Where step 1 begins.
const FIRST: &str = r#"
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Runs `future` on this thread, to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    todo!("step 1")
}

/// A future that is ready when `duration` has passed, counted from this call.
pub fn sleep(duration: Duration) -> Sleep {
    todo!("step 1")
}

pub struct Sleep {}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        todo!("step 1")
    }
}

// The programs that this runtime can run; `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors }
"#;

pub(crate) fn steps() -> PathBuf {
    root().join("examples/steps")
}

pub(crate) fn folder() -> PathBuf {
    learn().join("steps")
}
