//! Floor 1: how is a run shown in a browser?
//!
//! By the scripts of this folder, which run in the page and read the lines of its trace. Each opens
//! with the question that it answers; here are those to begin with, in the order in which data
//! flows.
//!
//! | file | the question it answers |
//! |---|---|
//! | `html.rs` | how is the page put together? (It lists all scripts.) |
//! | `record/model.js` | what stands in the file, and where is it found again? |
//! | `tables/fold.js` | what was the state after an event? |
//! | `tables/waits.js` | which waits were there, and which event ended each? |
//! | `tables/scopes.js` | which branch of a `select!`, `join!` or `timeout` does what? |
//! | `why/why.js` | who could end a wait, and where did the time go? |
//! | `why/bounds.js` | what bounded the run? |
//! | `words/events.js` | which kinds of events are there, and what does each teach? |
//! | `view/boxes.js`, `view/lanes.js` | how is a moment drawn, and how the whole run? |
//! | `view/answer.js` | what does the page say of a bar? |

pub(crate) mod html;
