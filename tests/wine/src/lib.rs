//! Wine is not Windows. A test whose expectation differs there asks [`differs`] and holds Wine to what it does, so that the
//! difference is known and its end is noticed; `scripts/test-windows` lists them all.
use std::io::Write;
use std::path::Path;

/// Whether this is Wine. If so, `because` is put into the list of `scripts/test-windows`, with the name of the test.
pub fn differs(because: &str) -> bool {
    let wine = cfg!(windows) && Path::new(r"C:\windows\system32\winecfg.exe").exists();
    if wine {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        // Straight to the handle: what a test prints is shown only when it fails.
        let _ = writeln!(std::io::stderr().lock(), "\ndiffers under Wine: {test}: {because}");
    }
    wine
}
