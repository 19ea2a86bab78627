//! Words of three letters, from a channel of letters, that survive an impatient caller.

use std::mem;

use kettle::sync::mpsc::{Receiver, Sender};

/// Puts letters together to words.
pub struct Words {
    letters: Receiver<char>,
    /// What was received and has not come out yet. It is no local variable, because a future
    /// that is dropped takes its locals with it.
    part: String,
}

impl Words {
    /// The words of these letters.
    pub fn new(letters: Receiver<char>) -> Words {
        Words { letters, part: String::new() }
    }

    /// The next word. When no more letters come: a shorter last one, if any are left, then `None`.
    pub async fn word(&mut self) -> Option<String> {
        self.fill().await;
        // No await from here on: what leaves `part` reaches the caller.
        let word = mem::take(&mut self.part);
        (!word.is_empty()).then_some(word)
    }

    /// Sends the next word on. False if there is no next word, or no receiver.
    pub async fn post(&mut self, to: &Sender<String>) -> bool {
        self.fill().await;
        if self.part.is_empty() {
            return false;
        }
        // It waits with empty hands: the word is still in `part`.
        let Ok(room) = to.reserve().await else { return false };
        room.send(mem::take(&mut self.part));
        true
    }

    /// Receives letters until a word is whole, or no more come.
    async fn fill(&mut self) {
        while self.part.len() < 3 {
            let Some(letter) = self.letters.recv().await else { return };
            self.part.push(letter);
        }
    }
}
