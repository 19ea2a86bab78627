//! A session saves itself when it is dropped.
//! doctor: `unpolled`

use std::time::Duration;

use kettle::time::sleep;

#[derive(Clone, Default)]
struct Draft {
    text: String,
    version: u32,
}

struct Session {
    user: &'static str,
    draft: Draft,
}

async fn save(user: &'static str, draft: Draft) {
    sleep(Duration::from_millis(20)).await;
    println!("saved version {} of {user}: {:?}", draft.version, draft.text);
}

impl Session {
    fn open(user: &'static str) -> Session {
        println!("{user} is here");
        Session { user, draft: Draft::default() }
    }

    async fn write(&mut self, words: &str) {
        sleep(Duration::from_millis(10)).await;
        self.draft.text.push_str(words);
        self.draft.version += 1;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        println!("{} leaves", self.user);
        kettle::spawn(save(self.user, self.draft.clone()));
    }
}

#[kettle::main]
async fn main() {
    let mut session = Session::open("nora");
    for words in ["Dear ", "aunt, ", "thank you"] {
        session.write(words).await;
    }
    println!("good bye");
}
