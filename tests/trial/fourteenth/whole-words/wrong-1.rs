// WRONG. Breaks "words of three letters" (and the order of what comes out): it believes that `recv_many(…, 3)`
// stops at three letters of the word; it stops at three MORE letters. Half a word and a handful of letters
// make a word of four or five.

use std::mem;

use kettle::sync::mpsc::{Receiver, Sender};

/// Puts letters together to words.
pub struct Words {
    letters: Receiver<char>,
    part: Vec<char>,
}

impl Words {
    /// The words of these letters.
    pub fn new(letters: Receiver<char>) -> Words {
        Words { letters, part: Vec::new() }
    }

    async fn fill(&mut self) {
        while self.part.len() < 3 {
            if self.letters.recv_many(&mut self.part, 3).await == 0 {
                break;
            }
        }
    }

    /// The next word. When no more letters come: a last one that is shorter, if any are left, then `None`.
    pub async fn word(&mut self) -> Option<String> {
        self.fill().await;
        let word: String = mem::take(&mut self.part).into_iter().collect();
        (!word.is_empty()).then_some(word)
    }

    /// Sends the next word on. False if there is no next word, or no receiver.
    pub async fn post(&mut self, to: &Sender<String>) -> bool {
        self.fill().await;
        if self.part.is_empty() {
            return false;
        }
        let Ok(room) = to.reserve().await else { return false };
        room.send(mem::take(&mut self.part).into_iter().collect());
        true
    }
}
