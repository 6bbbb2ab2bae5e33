//! The system's library, opened once for the process.
use std::ffi::c_void;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use super::types::{Buffer, ContextId, Credential, Name, Oid, OidSet};
use crate::Error;

/// MIT first, Heimdal after it; both speak the C bindings of RFC 2744.
const NAMES: [&str; 4] = [
    "libgssapi_krb5.so.2",
    "libgssapi.so.3",
    "/System/Library/Frameworks/GSS.framework/GSS",
    "/opt/homebrew/opt/krb5/lib/libgssapi_krb5.dylib",
];
/// What `gss_display_status` is asked about.
const OF_GSS: i32 = 1;
const OF_MECHANISM: i32 = 2;
/// More messages than this about one status are not read.
const MAX_MESSAGES: usize = 4;

type ImportName = unsafe extern "C" fn(*mut u32, *mut Buffer, *const Oid, *mut Name) -> u32;
type InitSecContext = unsafe extern "C" fn(
    *mut u32,
    *mut c_void,
    *mut ContextId,
    Name,
    *const Oid,
    u32,
    u32,
    *mut c_void,
    *mut Buffer,
    *mut *mut Oid,
    *mut Buffer,
    *mut u32,
    *mut u32,
) -> u32;
/// MIT's and Heimdal's addition to RFC 2744.
type AcquireWithPassword = unsafe extern "C" fn(
    *mut u32,
    Name,
    *mut Buffer,
    u32,
    *mut OidSet,
    i32,
    *mut Credential,
    *mut *mut OidSet,
    *mut u32,
) -> u32;
type ReleaseCredential = unsafe extern "C" fn(*mut u32, *mut Credential) -> u32;
type ReleaseBuffer = unsafe extern "C" fn(*mut u32, *mut Buffer) -> u32;
type DeleteSecContext = unsafe extern "C" fn(*mut u32, *mut ContextId, *mut Buffer) -> u32;
type ReleaseName = unsafe extern "C" fn(*mut u32, *mut Name) -> u32;
type DisplayStatus = unsafe extern "C" fn(*mut u32, u32, i32, *const Oid, *mut u32, *mut Buffer) -> u32;

pub(super) struct Library {
    pub(super) import_name: ImportName,
    pub(super) init_sec_context: InitSecContext,
    pub(super) acquire_with_password: AcquireWithPassword,
    pub(super) release_credential: ReleaseCredential,
    pub(super) release_buffer: ReleaseBuffer,
    pub(super) delete_sec_context: DeleteSecContext,
    pub(super) release_name: ReleaseName,
    display_status: DisplayStatus,
    /// Last, so that it is closed last; the functions above are code in it.
    _code: libloading::Library,
}

static OPENED: Mutex<Option<Arc<Library>>> = Mutex::new(None);

impl Library {
    pub(super) fn open() -> Result<Arc<Self>, Error> {
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(library) = &*opened {
            return Ok(library.clone());
        }
        let library = Arc::new(Self::load().map_err(|source| Error::Library { source: source.into() })?);
        Ok(opened.insert(library).clone())
    }

    fn load() -> Result<Self, libloading::Error> {
        let mut last = None;
        for name in NAMES {
            // SAFETY: opening runs the library's initialisers; these are the system's own GSS-API libraries, by their
            // versioned names from the system's search path.
            match unsafe { libloading::Library::new(name) } {
                Ok(code) => return Self::bind(code),
                Err(error) => last = last.or(Some(error)),
            }
        }
        Err(last.unwrap_or(libloading::Error::DlOpenUnknown))
    }

    fn bind(code: libloading::Library) -> Result<Self, libloading::Error> {
        // SAFETY: each symbol is bound to the type that RFC 2744, appendix A, declares for its name; the pointers are kept
        // no longer than the library itself, which is held in the same struct.
        unsafe {
            Ok(Self {
                import_name: *code.get::<ImportName>(b"gss_import_name\0")?,
                init_sec_context: *code.get::<InitSecContext>(b"gss_init_sec_context\0")?,
                acquire_with_password: *code
                    .get::<AcquireWithPassword>(b"gss_acquire_cred_with_password\0")?,
                release_credential: *code.get::<ReleaseCredential>(b"gss_release_cred\0")?,
                release_buffer: *code.get::<ReleaseBuffer>(b"gss_release_buffer\0")?,
                delete_sec_context: *code.get::<DeleteSecContext>(b"gss_delete_sec_context\0")?,
                release_name: *code.get::<ReleaseName>(b"gss_release_name\0")?,
                display_status: *code.get::<DisplayStatus>(b"gss_display_status\0")?,
                _code: code,
            })
        }
    }

    /// Both statuses in words.
    pub(super) fn refusal(&self, major: u32, minor: u32) -> Error {
        let mut words = self.words(major, OF_GSS);
        words.extend(self.words(minor, OF_MECHANISM).into_iter().filter(|word| !word.is_empty()));
        Error::Refused { message: words.join("; "), code: major }
    }

    fn words(&self, status: u32, of: i32) -> Vec<String> {
        let mut words = Vec::new();
        let mut more = 0;
        while words.len() < MAX_MESSAGES {
            let mut text = Buffer::empty();
            let mut minor = 0;
            // SAFETY: live locals, of which the library fills `text`; a null OID means the default mechanism.
            let major =
                unsafe { (self.display_status)(&mut minor, status, of, ptr::null(), &mut more, &mut text) };
            if major != 0 {
                break;
            }
            // SAFETY: `text` was just filled by the library and is not used after its release.
            let bytes = unsafe { text.to_vec() };
            // SAFETY: releases what the library allocated.
            unsafe { (self.release_buffer)(&mut minor, &mut text) };
            words.push(String::from_utf8_lossy(&bytes).into_owned());
            if more == 0 {
                break;
            }
        }
        words
    }
}
