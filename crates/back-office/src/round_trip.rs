//! For the tests of the wire types.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads `json`, checks that writing gives the same again, and that a field from a later version is passed over.
pub(crate) fn read<T: Serialize + DeserializeOwned>(json: &str) -> T {
    let wire: serde_json::Value = serde_json::from_str(json).unwrap();
    let value: T = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), wire);

    let mut later = wire.clone();
    later["from_a_later_version"] = serde_json::json!({"a": [1]});
    let read_later: T = serde_json::from_value(later).unwrap();
    assert_eq!(serde_json::to_value(&read_later).unwrap(), wire);
    value
}

/// Reads each of `texts` as something else than a `T`.
pub(crate) fn refused<T: DeserializeOwned>(texts: &[&str]) {
    for text in texts {
        assert!(serde_json::from_str::<T>(text).is_err(), "{text}");
    }
}
