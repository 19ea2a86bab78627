//! Words of three letters, from a channel of letters.
//!
//! This is right as long as the caller is patient. Change it so that both methods are cancel safe:
//! a future that is dropped at any of its awaits loses nothing, and the next call goes on from
//! there. You may change the struct and add functions, about ten lines.

use kettle::sync::mpsc::{Receiver, Sender};

/// Puts letters together into words.
pub struct Words {
    letters: Receiver<char>,
}

impl Words {
    /// The words of these letters.
    pub fn new(letters: Receiver<char>) -> Words {
        Words { letters }
    }

    /// The next word. When no more letters come, what is left is a last, shorter word; then comes
    /// `None`.
    pub async fn word(&mut self) -> Option<String> {
        let mut word = String::new();
        while word.len() < 3 {
            let Some(letter) = self.letters.recv().await else { break };
            word.push(letter);
        }
        (!word.is_empty()).then_some(word)
    }

    /// Sends the next word on. False if there is no next word, or no receiver.
    pub async fn post(&mut self, to: &Sender<String>) -> bool {
        match self.word().await {
            Some(word) => to.send(word).await.is_ok(),
            None => false,
        }
    }
}
