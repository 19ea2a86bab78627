// WRONG (extra): as wrong-3, but the budget is no cause any more.
// WRONG. Breaks 2, "A `post` that is dropped while it waits for room in the channel has lost no word": it waits
// until there is room, but gives the place back before it sends. If another sender stands in line, that one has
// the place now, and `send` waits while it owns the word.

use std::mem;

use kettle::sync::mpsc::{Receiver, Sender};

/// Puts letters together to words.
pub struct Words {
    letters: Receiver<char>,
    part: String,
}

impl Words {
    /// The words of these letters.
    pub fn new(letters: Receiver<char>) -> Words {
        Words { letters, part: String::new() }
    }

    async fn fill(&mut self) {
        while self.part.len() < 3 {
            let Some(letter) = self.letters.recv().await else { break };
            self.part.push(letter);
        }
    }

    /// The next word. When no more letters come: a last one that is shorter, if any are left, then `None`.
    pub async fn word(&mut self) -> Option<String> {
        self.fill().await;
        let word = mem::take(&mut self.part);
        (!word.is_empty()).then_some(word)
    }

    /// Sends the next word on. False if there is no next word, or no receiver.
    pub async fn post(&mut self, to: &Sender<String>) -> bool {
        self.fill().await;
        if self.part.is_empty() {
            return false;
        }
        // Wait until the channel has room. The word stays in the struct meanwhile.
        if to.reserve().await.is_err() {
            return false;
        }
        // There is room, so this does not wait.
        kettle::task::coop::unconstrained(to.send(mem::take(&mut self.part))).await.is_ok()
    }
}
