use crate::signature::SignatureError;

/// Names of the headers, in lower case.
pub(super) const CONTENT_DIGEST: &str = "content-digest";
pub(super) const RETRY_AFTER: &str = "retry-after";
pub(super) const SIGNATURE: &str = "signature";
pub(super) const SIGNATURE_INPUT: &str = "signature-input";
/// The longest value that is looked at, in bytes. Our own are below 400.
const MAX_VALUE: usize = 2048;

/// The headers that make a message a signed one: written by the signer, read by the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHeaders {
    /// `Content-Digest` (RFC 9530).
    pub content_digest: Option<String>,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
}

impl SignatureHeaders {
    /// Takes the headers out of a message; `values` gives all values of a header by its name in lower case.
    ///
    /// # Errors
    /// [`SignatureError::Missing`], [`SignatureError::Repeated`], [`SignatureError::Malformed`] for a value that is not
    /// visible ASCII or above 2 KiB.
    pub fn collect<'a, V: IntoIterator<Item = &'a [u8]>>(
        values: impl Fn(&'static str) -> V,
    ) -> Result<Self, SignatureError> {
        let required = |header| single(header, values(header))?.ok_or(SignatureError::Missing { header });
        Ok(Self {
            signature_input: required(SIGNATURE_INPUT)?,
            signature: required(SIGNATURE)?,
            content_digest: single(CONTENT_DIGEST, values(CONTENT_DIGEST))?,
        })
    }

    /// The headers to be set on a message.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let digest = self.content_digest.as_deref().map(|digest| (CONTENT_DIGEST, digest));
        digest
            .into_iter()
            .chain([(SIGNATURE_INPUT, self.signature_input.as_str()), (SIGNATURE, self.signature.as_str())])
    }
}

fn single<'a>(
    header: &'static str,
    values: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Option<String>, SignatureError> {
    let mut values = values.into_iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(SignatureError::Repeated { header });
    }
    let visible = |byte: &u8| matches!(byte, b' '..=b'~');
    match std::str::from_utf8(value) {
        Ok(text) if text.len() <= MAX_VALUE && value.iter().all(visible) => Ok(Some(text.trim().to_owned())),
        _ => Err(SignatureError::Malformed { header }),
    }
}
