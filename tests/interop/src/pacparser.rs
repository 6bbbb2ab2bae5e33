//! The C library pacparser, opened at run time: `apt-get install libpacparser1`.
use std::ffi::{CStr, CString, c_char, c_int};

use libloading::{Library, Symbol};

/// One engine; the library has room for one at a time in a process.
pub struct Pacparser(Library);

type Init = unsafe extern "C" fn() -> c_int;
type Parse = unsafe extern "C" fn(*const c_char) -> c_int;
type Find = unsafe extern "C" fn(*const c_char, *const c_char) -> *mut c_char;
type Cleanup = unsafe extern "C" fn();

impl Pacparser {
    /// Opens the library.
    ///
    /// # Panics
    /// When it is missing; the message names its Debian package.
    pub fn open() -> Self {
        // SAFETY: the library has no constructors that could do harm.
        Self(unsafe { Library::new("libpacparser.so.1") }.expect("apt-get install libpacparser1"))
    }

    /// Starts an engine with `script`, runs `work`, ends the engine.
    pub fn with<T>(&mut self, script: &str, work: impl FnOnce(&dyn Fn(&str, &str) -> String) -> T) -> T {
        let script = CString::new(script).unwrap();
        // SAFETY: names and signatures are those of pacparser.h; every text lives through its call, and `&mut self` keeps
        // a second engine from being started.
        unsafe {
            let init: Symbol<'_, Init> = self.0.get(b"pacparser_init").unwrap();
            let parse: Symbol<'_, Parse> = self.0.get(b"pacparser_parse_pac_string").unwrap();
            let find: Symbol<'_, Find> = self.0.get(b"pacparser_find_proxy").unwrap();
            let cleanup: Symbol<'_, Cleanup> = self.0.get(b"pacparser_cleanup").unwrap();
            assert!(init() == 1 && parse(script.as_ptr()) == 1, "pacparser refuses the script");
            let done = work(&|url, host| {
                let (url, host) = (CString::new(url).unwrap(), CString::new(host).unwrap());
                let answer = find(url.as_ptr(), host.as_ptr());
                if answer.is_null() {
                    String::new()
                } else {
                    CStr::from_ptr(answer).to_string_lossy().into_owned()
                }
            });
            cleanup();
            done
        }
    }
}
