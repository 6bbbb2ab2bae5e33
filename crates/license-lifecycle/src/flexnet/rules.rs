//! What a product knows about its vendor's license files.
use std::str::FromStr;

/// Where in a vendor's files to find what FlexNet has no field for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The feature whose expiry is the license's. Default: none, then all features must agree.
    pub base_feature: Option<String>,
    /// Where the end of maintenance stands. Default: the expiry of a feature `MAINTENANCE`.
    pub maintenance: MaintenanceSource,
    /// Where the serial number stands when no line has `SN=`. Default: nowhere.
    pub serial_number: Option<SerialSource>,
    /// Whether lines that differ in `VENDOR_STRING` are counted apart. Default: no.
    pub pools_by_vendor_string: bool,
}

/// Where the end of maintenance stands. As text: `feature:NAME`, `vendor-string:KEY` or `version`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaintenanceSource {
    /// It is the expiry of the feature of that name.
    Feature(String),
    /// It is the date of that key in `VENDOR_STRING`.
    VendorString(String),
    /// It is the version of the base feature, which is a date such as `2027.1130`.
    Version,
}

impl Default for MaintenanceSource {
    fn default() -> Self {
        Self::Feature("MAINTENANCE".to_owned())
    }
}

/// Where the serial number stands. As text: `vendor-string:KEY` or `notice:KEY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SerialSource {
    /// It is the value of that key in `VENDOR_STRING`.
    VendorString(String),
    /// It is the value of that key in `NOTICE`.
    Notice(String),
}

/// A text names no place in a FlexNet file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is none of {expected}")]
pub struct UnknownSource {
    text: String,
    expected: &'static str,
}

impl FromStr for MaintenanceSource {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("feature", name)) if !name.is_empty() => Ok(Self::Feature(name.to_owned())),
            Some(("vendor-string", key)) if !key.is_empty() => Ok(Self::VendorString(key.to_owned())),
            None if text == "version" => Ok(Self::Version),
            _ => Err(UnknownSource {
                text: text.to_owned(),
                expected: "feature:NAME, vendor-string:KEY, version",
            }),
        }
    }
}

impl FromStr for SerialSource {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("vendor-string", key)) if !key.is_empty() => Ok(Self::VendorString(key.to_owned())),
            Some(("notice", key)) if !key.is_empty() => Ok(Self::Notice(key.to_owned())),
            _ => Err(UnknownSource { text: text.to_owned(), expected: "vendor-string:KEY, notice:KEY" }),
        }
    }
}
