//! SSPI, with the credentials of the log-on session or with given ones.
use std::{io, ptr};

use windows_sys::Win32::Foundation::SEC_I_CONTINUE_NEEDED;
use windows_sys::Win32::Security::Authentication::Identity::{
    AcquireCredentialsHandleW, DeleteSecurityContext, FreeContextBuffer, FreeCredentialsHandle,
    ISC_REQ_ALLOCATE_MEMORY, ISC_REQ_CONNECTION, InitializeSecurityContextW, SECBUFFER_TOKEN,
    SECBUFFER_VERSION, SECPKG_CRED_OUTBOUND, SECURITY_NATIVE_DREP, SecBuffer, SecBufferDesc,
};
use windows_sys::Win32::Security::Credentials::SecHandle;
use windows_sys::Win32::System::Rpc::{SEC_WINNT_AUTH_IDENTITY_UNICODE, SEC_WINNT_AUTH_IDENTITY_W};
use zeroize::Zeroizing;

use crate::{Error, Package, Password};

/// Longest peer's token that is taken.
const MAX_TOKEN: usize = 64 * 1024;

pub(crate) struct Context {
    credentials: SecHandle,
    context: Option<SecHandle>,
    /// UTF-16 with a zero at its end.
    target: Vec<u16>,
}

impl Context {
    pub(crate) fn begin(package: Package, host: &str) -> Result<Self, Error> {
        Self::acquire(package, host, ptr::null())
    }

    pub(crate) fn begin_with_password(
        package: Package,
        host: &str,
        Password { domain, user, password }: Password<'_>,
    ) -> Result<Self, Error> {
        let (user, domain, password) = (wide(user), wide(domain), Zeroizing::new(wide(password)));
        let identity = SEC_WINNT_AUTH_IDENTITY_W {
            User: user.as_ptr().cast_mut(),
            UserLength: length(&user)?,
            Domain: domain.as_ptr().cast_mut(),
            DomainLength: length(&domain)?,
            Password: password.as_ptr().cast_mut(),
            PasswordLength: length(&password)?,
            Flags: SEC_WINNT_AUTH_IDENTITY_UNICODE,
        };
        Self::acquire(package, host, &identity)
    }

    /// `identity` is null for the account of the process, else it is valid for the call.
    fn acquire(
        package: Package,
        host: &str,
        identity: *const SEC_WINNT_AUTH_IDENTITY_W,
    ) -> Result<Self, Error> {
        let package = match package {
            Package::Negotiate => wide("Negotiate"),
            Package::Ntlm => wide("NTLM"),
        };
        let mut credentials = SecHandle { dwLower: 0, dwUpper: 0 };
        let mut expiry = 0_i64;
        // SAFETY: the strings end with a zero and outlive the call; the identity is null, which means the account of the
        // process, or points to a live local whose strings are live too and which SSPI copies; the two last pointers are to
        // live locals.
        let status = unsafe {
            AcquireCredentialsHandleW(
                ptr::null(),
                package.as_ptr(),
                SECPKG_CRED_OUTBOUND,
                ptr::null(),
                identity.cast(),
                None,
                ptr::null(),
                &mut credentials,
                &mut expiry,
            )
        };
        if status < 0 {
            return Err(refusal(status));
        }
        Ok(Self { credentials, context: None, target: wide(&format!("HTTP/{host}")) })
    }

    pub(crate) fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, Error> {
        let length = u32::try_from(token.len()).ok().filter(|_| token.len() <= MAX_TOKEN);
        let length = length.ok_or_else(|| too_long("the peer's token"))?;
        let mut input = SecBuffer {
            cbBuffer: length,
            BufferType: SECBUFFER_TOKEN,
            pvBuffer: token.as_ptr().cast_mut().cast(),
        };
        let input = SecBufferDesc { ulVersion: SECBUFFER_VERSION, cBuffers: 1, pBuffers: &mut input };
        let mut made = SecBuffer { cbBuffer: 0, BufferType: SECBUFFER_TOKEN, pvBuffer: ptr::null_mut() };
        let mut output = SecBufferDesc { ulVersion: SECBUFFER_VERSION, cBuffers: 1, pBuffers: &mut made };
        let mut next = self.context.unwrap_or(SecHandle { dwLower: 0, dwUpper: 0 });
        let (mut attributes, mut expiry) = (0, 0_i64);
        // SAFETY: handles are ours; both descriptions point to live locals, the input to `token`, which SSPI only reads;
        // on the first call context and input are null, as the manual of the function asks for.
        let status = unsafe {
            InitializeSecurityContextW(
                &self.credentials,
                self.context.as_ref().map_or(ptr::null(), |context| ptr::from_ref(context)),
                self.target.as_ptr(),
                ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_CONNECTION,
                0,
                SECURITY_NATIVE_DREP,
                if self.context.is_some() { &input } else { ptr::null() },
                0,
                &mut next,
                &mut output,
                &mut attributes,
                &mut expiry,
            )
        };
        if status >= 0 {
            self.context = Some(next);
        }
        let mut bytes = Vec::new();
        if !made.pvBuffer.is_null() {
            // SAFETY: SSPI allocated `cbBuffer` bytes there; they are copied, then released once.
            unsafe {
                bytes.extend_from_slice(std::slice::from_raw_parts(
                    made.pvBuffer.cast::<u8>(),
                    made.cbBuffer as usize,
                ));
                FreeContextBuffer(made.pvBuffer);
            }
        }
        if status == 0 || status == SEC_I_CONTINUE_NEEDED { Ok(bytes) } else { Err(refusal(status)) }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: both handles came from SSPI and are released once.
        unsafe {
            if let Some(context) = &self.context {
                DeleteSecurityContext(context);
            }
            FreeCredentialsHandle(&self.credentials);
        }
    }
}

/// UTF-16 with a zero at its end.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// The length of such a text, without the zero.
fn length(text: &[u16]) -> Result<u32, Error> {
    u32::try_from(text.len().saturating_sub(1)).map_err(|_| too_long("a name or password"))
}

fn too_long(what: &str) -> Error {
    Error::Refused { message: format!("{what} is too long"), code: 0 }
}

/// The status in the words of the system.
fn refusal(status: i32) -> Error {
    Error::Refused { message: io::Error::from_raw_os_error(status).to_string(), code: status.cast_unsigned() }
}
