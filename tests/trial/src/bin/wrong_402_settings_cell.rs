//! Settings are loaded once, on first use. Loading them logs, and the log level is a setting.
//! doctor: `deadlock`

use std::time::Duration;

use kettle::sync::OnceCell;
use kettle::time::sleep;

struct Settings {
    level: u8,
    port: u16,
}

static SETTINGS: OnceCell<Settings> = OnceCell::const_new();

async fn settings() -> &'static Settings {
    SETTINGS.get_or_init(load).await
}

async fn load() -> Settings {
    sleep(Duration::from_millis(20)).await; // the file
    let settings = Settings { level: 2, port: 8080 };
    log(1, "settings are loaded").await;
    settings
}

async fn log(level: u8, what: &str) {
    let wanted = Box::pin(settings()).await.level;
    if level <= wanted {
        println!("[{level}] {what}");
    }
}

#[kettle::main]
async fn main() {
    let server = kettle::spawn(async {
        let port = settings().await.port;
        println!("would listen on {port}");
    });
    let ticker = kettle::spawn(async {
        for tick in 0..3 {
            sleep(Duration::from_millis(50)).await;
            println!("tick {tick}");
        }
    });
    ticker.await.unwrap();
    server.await.unwrap();
}
