//! GSS-API (RFC 2744) with SPNEGO (RFC 4178), as far as an initiator needs it.
mod library;
mod ticket;
mod types;

use std::ptr;
use std::sync::Arc;

use self::library::Library;
pub(crate) use self::ticket::Ticket;
use self::types::{Buffer, ContextId, HOST_BASED_SERVICE, Name, Oid, SPNEGO};
use crate::Error;

/// Asks the peer to prove itself too: `GSS_C_MUTUAL_FLAG`.
const MUTUAL: u32 = 2;
/// Errors of a routine stand in bits 16 to 23, errors of a caller above them (RFC 2744, section 3.9.1).
const ERRORS: u32 = 0xffff_0000;
/// Longest peer's token that is taken.
const MAX_TOKEN: usize = 64 * 1024;

pub(crate) struct Context {
    library: Arc<Library>,
    name: Name,
    /// None = the account's own.
    ticket: Option<Arc<Ticket>>,
    context: ContextId,
}

// SAFETY: a security context and a name may be used by any thread, one at a time (RFC 2744, section 3.1 allows several
// contexts in several threads); `&mut self` keeps it to one at a time.
unsafe impl Send for Context {}

impl Context {
    pub(crate) fn begin(host: &str) -> Result<Self, Error> {
        let library = Library::open()?;
        let name = import(&library, &format!("HTTP@{host}"), &HOST_BASED_SERVICE)?;
        Ok(Self { library, name, ticket: None, context: ptr::null_mut() })
    }

    pub(crate) fn begin_with_ticket(host: &str, ticket: Arc<Ticket>) -> Result<Self, Error> {
        let mut context = Self::begin(host)?;
        context.ticket = Some(ticket);
        Ok(context)
    }

    pub(crate) fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, Error> {
        if token.len() > MAX_TOKEN {
            return Err(Error::Refused { message: "the peer's token is too long".into(), code: 0 });
        }
        let mut input = Buffer::of(token);
        let mut output = Buffer::empty();
        let mut minor = 0;
        // Held for the call, as it may add the proxy's ticket.
        let credential = self.ticket.as_ref().map(|ticket| ticket.lock());
        // SAFETY: name, context and credential are ours and live; buffers are live locals, of which the library reads `input` and
        // allocates `output`; null stands for "default" or "not wanted" in every place where it is given.
        let major = unsafe {
            (self.library.init_sec_context)(
                &mut minor,
                credential.as_ref().map_or(ptr::null_mut(), |credential| credential.handle()),
                &mut self.context,
                self.name,
                &SPNEGO as *const Oid,
                MUTUAL,
                0,
                ptr::null_mut(),
                &mut input,
                ptr::null_mut(),
                &mut output,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        // SAFETY: `output` was filled by the library or is empty, and is not used after its release below.
        let made = unsafe { output.to_vec() };
        let mut ignored = 0;
        // SAFETY: releases what the library allocated; an empty buffer is allowed.
        unsafe { (self.library.release_buffer)(&mut ignored, &mut output) };
        if major & ERRORS != 0 { Err(self.library.refusal(major, minor)) } else { Ok(made) }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let mut minor = 0;
        // SAFETY: the handles came from this library and are released once; a null context is allowed, and the null
        // output buffer means that no token for the peer is wanted.
        unsafe {
            (self.library.delete_sec_context)(&mut minor, &mut self.context, ptr::null_mut());
            (self.library.release_name)(&mut minor, &mut self.name);
        }
    }
}

/// Makes a name of the library's from `text`.
fn import(library: &Library, text: &str, kind: &'static Oid) -> Result<Name, Error> {
    let mut buffer = Buffer::of(text.as_bytes());
    let (mut minor, mut name) = (0, ptr::null_mut());
    // SAFETY: every pointer is to a live local or a static; the library copies text and OID before it returns.
    let major = unsafe { (library.import_name)(&mut minor, &mut buffer, kind, &mut name) };
    if major & ERRORS != 0 { Err(library.refusal(major, minor)) } else { Ok(name) }
}
