//! Floor 1 (see `lib.rs`): how is a run shown in a browser?
//!
//! By the scripts of this folder, which run in the page and read the lines of its trace. These are
//! the ones to read first, in the order in which the data flows:
//!
//! | file | the question it answers |
//! |---|---|
//! | `html.rs` | how is the page put together? (It lists all scripts.) |
//! | `record/model.js` | how are the trace's lines read and indexed? |
//! | `tables/fold.js` | what was the runtime's state after an event? |
//! | `tables/waits.js` | which waits were there, and which event ended each? |
//! | `tables/scopes.js` | which branch of a `select!`, `join!` or `timeout` does what? |
//! | `why/why.js` | which tasks could end a wait, and where did a task's time go? |
//! | `why/bounds.js` | what is the critical path of a task? |
//! | `words/events.js` | which kinds of events are there, and what does each teach? |
//! | `view/boxes.js`, `view/lanes.js` | how is one moment drawn, and how the whole run? |
//! | `view/answer.js` | why did a run, or a part of it, take so long? |
//!
//! Some words recur in them. A *state* has tables of *records*, one for each task, timer, source,
//! primitive and job (`tables/fold.js`). A *row* is the history of one task or branch: a list of
//! *bars*, each a stretch between two events. A *lane* is a row as it is drawn, and the *frame* is
//! the part of the run that is in the window. A *chip* is the sign of a task.

pub(crate) mod html;
