//! For the tests: a stand-in for a remote desktop program, and a small service that uses one and can be killed.
//!
//! As the program it is deaf to polite signals and forks twice, once into a session of its own. As `service FOLDER
//! PROGRAM ID` it lets somebody in, says `running` and waits for its end.
#![forbid(unsafe_code)]

mod service;

use std::env::current_exe;
use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Long enough for every test, short enough to leave nothing behind on a developer's machine.
const LIFE: Duration = Duration::from_secs(120);

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["service", folder, program, id] => service::run(folder, program, id),
        ["deaf"] => fork_twice(),
        ["fork"] => {
            thread::sleep(LIFE);
            Ok(())
        }
        _ => go_deaf(),
    }
}

fn fork_twice() -> io::Result<()> {
    in_a_session_of_its_own(&current_exe()?).arg("fork").spawn()?;
    Command::new(current_exe()?).arg("fork").spawn()?;
    thread::sleep(LIFE);
    Ok(())
}

#[cfg(unix)]
fn in_a_session_of_its_own(program: &Path) -> Command {
    let mut command = Command::new("/usr/bin/setsid");
    command.arg(program);
    command
}

#[cfg(windows)]
fn in_a_session_of_its_own(program: &Path) -> Command {
    use std::os::windows::process::CommandExt;
    const DETACHED_PROCESS_IN_A_GROUP_OF_ITS_OWN: u32 = 0x0000_0208;
    let mut command = Command::new(program);
    command.creation_flags(DETACHED_PROCESS_IN_A_GROUP_OF_ITS_OWN);
    command
}

/// Becomes a process that ignores polite signals: what is ignored stays ignored in the program that takes over, and in
/// whatever it starts.
#[cfg(unix)]
fn go_deaf() -> io::Result<()> {
    use std::os::unix::process::CommandExt;
    let script = "trap '' TERM HUP INT; exec \"$0\" deaf";
    Err(Command::new("/bin/sh").args(["-c", script]).arg(current_exe()?).exec())
}

/// Windows has no polite signals.
#[cfg(windows)]
fn go_deaf() -> io::Result<()> {
    fork_twice()
}
