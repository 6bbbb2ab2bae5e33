//! A program that behaves like one for remote desktops: deaf to polite signals, it forks twice, once into a session of its
//! own. It ends by itself after two minutes.

use std::env::current_exe;
use std::io;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// Long enough for every test, short enough to leave nothing behind on a developer's machine.
const LIFE: Duration = Duration::from_secs(120);

/// Becomes that program; `argument` is the first of its command line, by which it knows its own children.
pub(super) fn run(argument: Option<&str>) -> io::Result<()> {
    match argument {
        Some("deaf") => fork_twice(),
        Some("fork") => {
            sleep(LIFE);
            Ok(())
        }
        _ => go_deaf(),
    }
}

fn fork_twice() -> io::Result<()> {
    in_a_session_of_its_own(&current_exe()?).arg("fork").spawn()?;
    Command::new(current_exe()?).arg("fork").spawn()?;
    sleep(LIFE);
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
