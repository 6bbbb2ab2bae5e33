//! Stands in for a remote desktop program, and behaves like one: deaf to polite signals, it forks, once into a session of
//! its own. It ends by itself after two minutes.
#![forbid(unsafe_code)]

use std::env::current_exe;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// Long enough for every test, short enough to leave nothing behind on a developer's machine.
const LIFE: Duration = Duration::from_secs(120);

fn main() -> io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        // What is ignored stays ignored in the program that takes over, and in whatever that starts.
        None => {
            let script = "trap '' TERM HUP INT; exec \"$0\" deaf";
            return Err(Command::new("/bin/sh").args(["-c", script]).arg(current_exe()?).exec());
        }
        Some("deaf") => {
            Command::new("/usr/bin/setsid").arg(current_exe()?).arg("fork").spawn()?;
            Command::new(current_exe()?).arg("fork").spawn()?;
        }
        Some(_) => {}
    }
    sleep(LIFE);
    Ok(())
}
