//! Stands in for a remote desktop program: the one that `remote-assistance` is tested with.
#![forbid(unsafe_code)]

#[path = "../../../../crates/remote-assistance/stand-in/program.rs"]
mod program;

fn main() -> std::io::Result<()> {
    program::run(std::env::args().nth(1).as_deref())
}
