//! The C types of RFC 2744, appendix A.
use std::ffi::c_void;
use std::{ptr, slice};

pub(super) type Name = *mut c_void;
pub(super) type Credential = *mut c_void;
pub(super) type ContextId = *mut c_void;

/// `gss_buffer_desc`.
#[repr(C)]
pub(super) struct Buffer {
    length: usize,
    value: *mut c_void,
}

impl Buffer {
    /// For reading only: the library must not write to it, and `bytes` must outlive it.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { length: bytes.len(), value: bytes.as_ptr().cast_mut().cast() }
    }

    pub(super) fn empty() -> Self {
        Self { length: 0, value: ptr::null_mut() }
    }

    /// Copies what the library put into it.
    ///
    /// # Safety
    /// `value` must be null or point to `length` readable bytes.
    pub(super) unsafe fn to_vec(&self) -> Vec<u8> {
        if self.value.is_null() || self.length == 0 {
            return Vec::new();
        }
        // SAFETY: by this function's contract; not null as checked above.
        unsafe { slice::from_raw_parts(self.value.cast::<u8>(), self.length) }.to_vec()
    }
}

/// `gss_OID_desc`; Apple packs it to two bytes.
#[cfg_attr(target_vendor = "apple", repr(C, packed(2)))]
#[cfg_attr(not(target_vendor = "apple"), repr(C))]
pub(super) struct Oid {
    length: u32,
    elements: *const c_void,
}

// SAFETY: it points to bytes of the program's text, which nobody writes.
unsafe impl Sync for Oid {}

const fn oid(der: &'static [u8]) -> Oid {
    Oid { length: der.len() as u32, elements: der.as_ptr().cast() }
}

/// `gss_OID_set_desc`; Apple packs it to two bytes.
#[cfg_attr(target_vendor = "apple", repr(C, packed(2)))]
#[cfg_attr(not(target_vendor = "apple"), repr(C))]
pub(super) struct OidSet {
    pub(super) count: usize,
    pub(super) elements: *mut Oid,
}

/// 1.2.840.113554.1.2.1.1, `user@REALM` (RFC 2744, section 4.3).
pub(super) static USER_NAME: Oid = oid(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x01");
/// 1.3.6.1.5.5.2 (RFC 4178).
pub(super) static SPNEGO: Oid = oid(b"\x2b\x06\x01\x05\x05\x02");
/// 1.2.840.113554.1.2.1.4, `service@host` (RFC 2744, section 4.1).
pub(super) static HOST_BASED_SERVICE: Oid = oid(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04");
