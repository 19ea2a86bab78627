//! The same steps with tokio's `ReadBuf`: is the model right?

use tokio::io::ReadBuf;

mod steps;
