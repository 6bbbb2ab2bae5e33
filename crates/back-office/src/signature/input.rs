use std::borrow::Cow;

use base64ct::{Base64, Encoding};
use chrono::{DateTime, Utc};
use sfv::{Dictionary, FieldType, InnerList, Item, ListEntry, Parser};
use signed_envelope::{KeyId, PublicKey, SigningKey};

use crate::signature::headers::{SIGNATURE, SIGNATURE_INPUT};
use crate::signature::{Nonce, SignatureError, SignatureHeaders};

/// A covered component: its identifier as it stands in the signature base (section 2.5), and its value.
pub(super) type Line<'a> = (&'static str, Cow<'a, str>);

/// What a message says of its signature, read and not yet believed.
#[derive(Clone, Debug)]
pub(super) struct Input {
    list: InnerList,
    signature: [u8; 64],
}

impl Input {
    pub(super) fn read(headers: &SignatureHeaders) -> Result<Self, SignatureError> {
        let (label, list) = single(SIGNATURE_INPUT, &headers.signature_input)?;
        let (signature_label, signature) = single(SIGNATURE, &headers.signature)?;
        if label != signature_label {
            return Err(SignatureError::Labels);
        }
        let ListEntry::InnerList(list) = list else {
            return Err(SignatureError::Malformed { header: SIGNATURE_INPUT });
        };
        let signature = match &signature {
            ListEntry::Item(Item { bare_item, params }) if params.is_empty() => bare_item.as_byte_sequence(),
            _ => None,
        };
        let signature = signature
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(SignatureError::Malformed { header: SIGNATURE })?;
        Ok(Self { list, signature })
    }

    /// Refuses a parameter that is not among `names`.
    pub(super) fn only(&self, names: &[&str]) -> Result<(), SignatureError> {
        if self.list.params.keys().all(|key| names.contains(&key.as_str())) {
            Ok(())
        } else {
            Err(SignatureError::Parameter { name: "*" })
        }
    }

    /// A whole number of seconds since 1970.
    pub(super) fn time(&self, name: &'static str) -> Result<DateTime<Utc>, SignatureError> {
        self.list
            .params
            .get(name)
            .and_then(|value| DateTime::from_timestamp(value.as_integer()?.into(), 0))
            .ok_or(SignatureError::Parameter { name })
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&str, SignatureError> {
        self.list
            .params
            .get(name)
            .and_then(|value| Some(value.as_string()?.as_str()))
            .ok_or(SignatureError::Parameter { name })
    }

    pub(super) fn key_id(&self) -> Result<KeyId, SignatureError> {
        self.text("keyid")?.parse().map_err(|_| SignatureError::Parameter { name: "keyid" })
    }

    pub(super) fn tag(&self, expected: &str) -> Result<(), SignatureError> {
        match self.text("tag")? {
            tag if tag == expected => Ok(()),
            _ => Err(SignatureError::Parameter { name: "tag" }),
        }
    }

    /// The identifiers of the covered components, in their order.
    pub(super) fn components(&self) -> Vec<String> {
        self.list.items.iter().map(FieldType::serialize).collect()
    }

    /// Whether exactly these components are covered, in this order, and `key` signed them.
    pub(super) fn verify(&self, lines: &[Line<'_>], key: &PublicKey) -> Result<(), SignatureError> {
        if !self.components().iter().eq(lines.iter().map(|(identifier, _)| identifier)) {
            return Err(SignatureError::Components);
        }
        // Serialised anew, the parameters in the order in which they came (section 2.5, step 4).
        let params = vec![ListEntry::from(self.list.clone())].serialize().unwrap_or_default();
        if key.verify(&base(lines, &params), &self.signature) { Ok(()) } else { Err(SignatureError::Untrue) }
    }
}

/// Signs the lines. `params` stands after the list of components: `;created=…`.
pub(super) fn sign(
    lines: &[Line<'_>],
    params: &str,
    content_digest: Option<String>,
    key: &SigningKey,
) -> SignatureHeaders {
    let identifiers: Vec<&str> = lines.iter().map(|(identifier, _)| *identifier).collect();
    let params = format!("({}){params}", identifiers.join(" "));
    let signature = key.sign(&base(lines, &params));
    SignatureHeaders {
        content_digest,
        signature_input: format!("sig={params}"),
        signature: format!("sig=:{}:", Base64::encode_string(&signature)),
    }
}

/// The value of the parameter `nonce` for an answer to a request that had none.
pub(super) fn nonce_text(nonce: Option<&Nonce>) -> &str {
    nonce.map_or("", Nonce::as_str)
}

/// The signature base (section 2.5).
fn base(lines: &[Line<'_>], params: &str) -> Vec<u8> {
    let mut base = String::with_capacity(512);
    for (identifier, value) in lines {
        base.extend([*identifier, ": ", value, "\n"]);
    }
    base.extend(["\"@signature-params\": ", params]);
    base.into_bytes()
}

/// The one member of a dictionary.
fn single(header: &'static str, text: &str) -> Result<(String, ListEntry), SignatureError> {
    let members =
        Parser::new(text).parse::<Dictionary>().map_err(|_| SignatureError::Malformed { header })?;
    let mut members = members.into_iter();
    match (members.next(), members.next()) {
        (Some((label, member)), None) => Ok((label.to_string(), member)),
        _ => Err(SignatureError::Labels),
    }
}
