// WRONG. Breaks 4, "While `post` waits for letters, or is dropped, it takes no room in the channel away from
// other senders": it waits for the letters and for room at the same time, to save time.

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
        if self.part.is_empty() {
            // Nothing of a word is there yet: no reason to stand in line. One letter first.
            let Some(letter) = self.letters.recv().await else { return false };
            self.part.push(letter);
        }
        // A word is begun, so there will be a word: both waits side by side.
        let ((), room) = kettle::join!(self.fill(), to.reserve());
        let Ok(room) = room else { return false };
        room.send(mem::take(&mut self.part));
        true
    }
}
