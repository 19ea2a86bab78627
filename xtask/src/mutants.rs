//! Would our own tests notice a fault in the engine?
//!
//! The exercises have a collection of faults that people really make: what was done to each hunt's
//! engine, the fixes that miss, the wrong answers of the spine. Beside them is a
//! sample of those that cargo-mutants makes. All are put into
//! a copy of the tree (`target/mutants/tree`), and the tests run there, one program after the other, until one
//! fails. A fault that none notices is a failure of ours: a test is missing. (Of the sample some change nothing that
//! could be noticed: `docs/records/mutants.md` has them, one by one.)
//!
//! A fault within functions is a switch (`switches.rs`), so one build has all of those. Another takes the place
//! of its file, and needs its own.
//!
//! Before it is asked of a fault, each runs with every switch off: that it passes shows that a failure is the fault's
//! doing. So does what fails, once more, before it counts (`programs.rs`). Few faults need the slow programs.
//!
//! `KETTLE_MUTANTS=twice,run-queue cargo xtask test mutants` tries those of some exercises only, `exercises` of all, and
//! `KETTLE_MUTANTS=sample` the sample. Which test has noticed what is in `target/mutants/caught.txt`. A run that was stopped goes on with
//! `KETTLE_MUTANTS_CAUGHT=keep`, which leaves out what this file names.
//!
//! Invariants: the tree itself is only read; no line of the copy has another number than in the tree; that something
//! doesn't compile is not taken for a test that notices. A wrong answer need not have all that the unit
//! tests look at, nor be all that the API's tests ask of a type: then the other groups have to notice it.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;

use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{files, tree};

mod faults;
mod programs;
mod switches;

use faults::{Mutant, collect};
use programs::{GROUPS, Program, build, place};
use switches::{Switches, blamed};

/// What is said of a change that the compiler refuses, and of one that nothing shows.
const REFUSED: &str = "it does not compile";
const UNSEEN: &str = "nothing shows it";
/// What of the sample nothing shows, each with the reason.
const LISTED: &str = "docs/records/mutants.md";

pub(crate) fn mutants(report: &mut Report) {
    let (mut faults, mut known, mut programs) = (Vec::new(), BTreeMap::new(), Vec::new());
    let command = "cargo test, on a copy of the tree";
    let ready = report.long_check("the tests, with each fault as a switch", command, || {
        files::copy_all(&tree::root(), &place("tree"))?;
        if env::var("KETTLE_MUTANTS_CAUGHT").is_ok_and(|what| what == "keep") {
            let text = files::read(&place(KNOWN))?;
            let lines = text.lines().filter_map(|line| line.split_once('\t'));
            known = lines.map(|(name, how)| (name.to_owned(), how.to_owned())).collect();
        }
        faults = collect(&place("faults"))?;
        let is_refused =
            |fault: &&mut Mutant| known.get(&fault.name).is_some_and(|how| how == REFUSED);
        faults.iter_mut().filter(is_refused).for_each(Mutant::refuse);
        programs = build_with_switches(&mut faults)?;
        Ok(Tally::success())
    });
    let refused = faults.iter().filter(|fault| !fault.compiles);
    known.extend(refused.map(|fault| (fault.name.clone(), REFUSED.to_owned())));
    // Those that need a build of their own come last: so does the build without them.
    let mut rest: Vec<_> = faults.iter().enumerate().collect();
    rest.retain(|(_, fault)| ready && !known.contains_key(&fault.name));
    rest.sort_by_key(|(_, fault)| !fault.switch);
    for (at, fault) in rest {
        report.check(&fault.name, || {
            known.insert(fault.name.clone(), noticed(at, fault, &mut programs)?);
            let lines = known.iter().map(|(name, how)| format!("{name}\t{how}\n"));
            files::put(&place(KNOWN), lines.collect::<String>())?;
            Ok(Tally::success())
        });
    }
    let end = |fault: &Mutant| known.get(&fault.name).map(String::as_str);
    let count = |how| faults.iter().filter(|fault| end(fault) == Some(how)).count();
    let (refused, unseen) = (count(REFUSED), count(UNSEEN));
    let noticed = faults.iter().filter_map(end).count() - refused - unseen;
    let compiled = faults.len() - refused;
    report.show(&format!(
        "{noticed} of {compiled} are noticed, {unseen} can't be; {refused} more don't compile"
    ));
}

/// Each fault that is done with, and what was found.
const KNOWN: &str = "caught.txt";

/// All programs, with each fault that can be a switch as one.
fn build_with_switches(faults: &mut [Mutant]) -> Result<Vec<Program>, Trouble> {
    let mut programs: Vec<Program> = Vec::new();
    put_switches(faults)?;
    let mut group = 0;
    while group < GROUPS.len() {
        match build(group)? {
            Ok(built) => {
                let is_new = |program: &Program| programs.iter().all(|it| it.path != program.path);
                let new: Vec<Program> = built.into_iter().filter(is_new).collect();
                programs.extend(new);
                group += 1;
            }
            Err(words) => {
                let read = |path: &str| files::read(&place("tree").join(path)).ok();
                let mut blamed = words.lines().filter_map(|line| blamed(line, read)).peekable();
                if blamed.peek().is_none() {
                    return Err(words.into());
                }
                blamed.for_each(|at| faults[at].refuse());
                put_switches(faults)?;
            }
        }
    }
    Ok(programs)
}

/// Puts all switches into the copy of their files.
fn put_switches(faults: &mut [Mutant]) -> Result<(), Trouble> {
    let changed: BTreeSet<String> = faults.iter().map(|fault| fault.replaces.clone()).collect();
    for file in changed {
        let mut switches = Switches::new(files::read(&tree::root().join(&file))?)?;
        let of_file = |(_, fault): &(usize, &mut Mutant)| fault.switch && fault.replaces == file;
        for (at, fault) in faults.iter_mut().enumerate().filter(of_file) {
            fault.switch = switches.add(at, &fault.text)?;
        }
        files::put(&place("tree").join(&file), switches.text())?;
    }
    Ok(())
}

/// Runs the programs with a fault until one notices it, and says how that failed.
fn noticed(at: usize, fault: &Mutant, programs: &mut [Program]) -> Result<String, Trouble> {
    let words: Vec<&str> = fault.replaces.trim_end_matches(".rs").split('/').collect();
    let words = &words[words.len().saturating_sub(2)..];
    if fault.switch {
        for program in programs {
            program.get_to_know()?;
            let reaches = program.reaches.contains(&at);
            if reaches && let Some(how) = program.notices(Some(at), words)? {
                return Ok(how);
            }
        }
        return nobody(fault);
    }
    // From now on they are built with faults.
    programs.iter_mut().try_for_each(Program::get_to_know)?;
    let path = place("tree").join(&fault.replaces);
    let own = fs::read(&path)?;
    files::put(&path, &fault.text)?;
    let noticed = alone(fault, programs, words);
    files::put(&path, &own)?;
    noticed
}

/// The same for a fault that is in its file, and needs a build of its own.
fn alone(fault: &Mutant, programs: &[Program], words: &[&str]) -> Result<String, Trouble> {
    let mut refused = None;
    // The engine's own tests know nothing of what is built on it.
    for group in usize::from(!fault.replaces.starts_with("runtime/"))..GROUPS.len() {
        if let Err(words) = build(group)? {
            refused = Some(words);
            continue;
        }
        for program in programs.iter().filter(|program| program.group == group) {
            if let Some(how) = program.notices(None, words)? {
                return Ok(how);
            }
        }
    }
    match refused {
        None => nobody(fault),
        Some(_) if fault.may_be_refused() => Ok(REFUSED.to_owned()),
        Some(said) => Err(format!("{REFUSED}:\n{said}").into()),
    }
}

fn nobody(fault: &Mutant) -> Result<String, Trouble> {
    if tree::read(LISTED)?.contains(&format!("`{}`", fault.change())) {
        return Ok(UNSEEN.to_owned());
    }
    Err(format!("no test notices it (in {})", fault.replaces).into())
}
