//! For the tests: a stand-in for a remote desktop program, and a small service that uses one and can be killed.
//!
//! As the program it is deaf to polite signals and forks twice, once into a session of its own. As `service FOLDER
//! PROGRAM ID` it lets somebody in, says `running` and waits for its end.
#![forbid(unsafe_code)]

mod service;

use std::env::current_exe;
use std::io;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Long enough for every test, short enough to leave nothing behind on a developer's machine.
const LIFE: Duration = Duration::from_secs(120);

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["service", folder, program, id] => service::run(folder, program, id),
        ["deaf"] => {
            Command::new("/usr/bin/setsid").arg(current_exe()?).arg("fork").spawn()?;
            Command::new(current_exe()?).arg("fork").spawn()?;
            thread::sleep(LIFE);
            Ok(())
        }
        ["fork"] => {
            thread::sleep(LIFE);
            Ok(())
        }
        _ => go_deaf(),
    }
}

/// Becomes a process that ignores polite signals: what is ignored stays ignored in the program that takes over, and in
/// whatever it starts.
#[cfg(unix)]
fn go_deaf() -> io::Result<()> {
    use std::os::unix::process::CommandExt;
    let script = "trap '' TERM HUP INT; exec \"$0\" deaf";
    Err(Command::new("/bin/sh").args(["-c", script]).arg(current_exe()?).exec())
}

#[cfg(not(unix))]
fn go_deaf() -> io::Result<()> {
    thread::sleep(LIFE);
    Ok(())
}
