//! The attributes that the guide names. Unknown ones are kept as well; these tell a line of attributes from prose.

/// Attributes that have a value, always or at times.
const WITH_VALUE: [&str; 32] = [
    "SIGN",
    "SIGN2",
    "AUTH",
    "HOSTID",
    "ISSUED",
    "START",
    "ISSUER",
    "NOTICE",
    "SN",
    "VENDOR_STRING",
    "SUPERSEDE",
    "SUPERSEDE_SIGN",
    "DUP_GROUP",
    "SUITE_DUP_GROUP",
    "FLOAT_OK",
    "BORROW",
    "OVERDRAFT",
    "LINGER",
    "PLATFORMS",
    "HOST_BASED",
    "USER_BASED",
    "COMPONENTS",
    "OPTIONS",
    "CAPACITY",
    "VM_PLATFORMS",
    "ck",
    "asset_info",
    "dist_info",
    "user_info",
    "vendor_info",
    "sort",
    "TS_OK",
];

/// Attributes that may stand alone.
const FLAGS: [&str; 8] =
    ["SUPERSEDE", "FLOAT_OK", "BORROW", "TS_OK", "HOST_BASED", "USER_BASED", "CAPACITY", "PLATFORMS"];

/// Whether the key of `KEY=…` is one that the guide names.
pub(super) fn is_key(word: &[u8]) -> bool {
    WITH_VALUE.iter().any(|key| key.as_bytes() == word)
}

/// Whether the word is an attribute that may stand alone.
pub(super) fn is_flag(word: &[u8]) -> bool {
    FLAGS.iter().any(|flag| flag.as_bytes() == word)
}
