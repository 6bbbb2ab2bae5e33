//! For the tests: a stand-in for a remote desktop program, and a small service that uses one and can be killed.
//!
//! As `service FOLDER PROGRAM ID` it lets somebody in, says `running` and waits for its end; otherwise it is the program.
#![forbid(unsafe_code)]

mod program;
mod service;

use std::io;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["service", folder, program, id] => service::run(folder, program, id),
        ref others => program::run(others.first().copied()),
    }
}
