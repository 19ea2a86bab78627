// WRONG. A global OnceCell for settings; its initialiser logs, and the logger asks for the settings: waits for its own initialisation.
// EXPECT: deadlock: main waits for the cell at the `get_or_init` in `settings()` that it itself initialises. CURE: no call of settings() in the init.
use kettle::sync::OnceCell;
use std::time::Duration;

struct Settings {
    verbose: bool,
}

static SETTINGS: OnceCell<Settings> = OnceCell::const_new();

async fn settings() -> &'static Settings {
    SETTINGS.get_or_init(load).await
}

async fn log(text: &str) {
    let settings = Box::pin(settings()).await;
    if settings.verbose {
        println!("{text}");
    }
}

async fn load() -> Settings {
    kettle::time::sleep(Duration::from_millis(10)).await; // reads the file
    log("settings are loaded").await;
    Settings { verbose: true }
}

#[kettle::main]
async fn main() {
    log("start").await;
    println!("end");
}
