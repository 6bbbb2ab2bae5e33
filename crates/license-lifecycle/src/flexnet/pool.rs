//! Pools: lines that are counted together.
use std::{collections::HashMap, hash::Hash};

use chrono::NaiveDate;

use super::{Rules, stock::Stock};
use crate::{
    Count, Expiry, Feature,
    version::{Whole, decimal},
};

/// Beside vendor, name and version: the attributes in which lines of one pool agree (End User Guide, "FEATURE and
/// INCREMENT lines").
const POOLED: [&str; 6] = ["HOSTID", "DUP_GROUP", "FLOAT_OK", "HOST_BASED", "USER_BASED", "PLATFORMS"];

#[derive(PartialEq, Eq, Hash)]
struct Key<'f> {
    vendor: &'f str,
    name: &'f str,
    version: Version<'f>,
    attributes: [Option<Option<&'f str>>; POOLED.len()],
    vendor_string: Option<&'f str>,
    is_counted: bool,
    expires: Expiry,
    /// Two dates that cannot be read are the same only when they are the same text.
    unreadable: Option<&'f str>,
    starts: Option<NaiveDate>,
}

#[derive(PartialEq, Eq, Hash)]
enum Version<'f> {
    Decimal(Whole<'f>, &'f str),
    Other(&'f str),
}

/// One feature for each pool, expiry and start, at the place of its first line. Counts are added.
pub(super) fn features(stocks: &[Stock<'_>], rules: &Rules) -> Vec<Feature> {
    let mut features: Vec<Feature> = Vec::new();
    let mut places = HashMap::new();
    for stock in stocks {
        let place = *places.entry(key(stock, rules)).or_insert(features.len());
        match features.get_mut(place) {
            Some(feature) => feature.count = sum(feature.count, stock.count),
            None => features.push(feature(stock)),
        }
    }
    features
}

fn key<'f>(stock: &Stock<'f>, rules: &Rules) -> Key<'f> {
    let attributes = &stock.grant.attributes;
    Key {
        vendor: &stock.grant.vendor,
        name: stock.name,
        version: match decimal(stock.version) {
            Some((whole, fraction)) => Version::Decimal(whole, fraction),
            None => Version::Other(stock.version),
        },
        attributes: POOLED.map(|key| attributes.get(key).map(|attribute| attribute.value.as_deref())),
        vendor_string: attributes.value("VENDOR_STRING").filter(|_| rules.pools_by_vendor_string),
        is_counted: stock.count != Count::Uncounted,
        expires: stock.expires(),
        unreadable: (stock.expires() == Expiry::Unknown).then_some(stock.grant.expires_text.as_ref()),
        starts: stock.grant.starts,
    }
}

fn feature(stock: &Stock<'_>) -> Feature {
    Feature {
        name: stock.name.to_owned(),
        vendor: Some(stock.grant.vendor.to_string()),
        version: Some(stock.version.to_owned()),
        count: stock.count,
        expires: stock.expires(),
        starts: stock.grant.starts,
    }
}

fn sum(one: Count, other: Count) -> Count {
    match (one, other) {
        (Count::Of(one), Count::Of(other)) => Count::Of(one.saturating_add(other)),
        _ => Count::Uncounted,
    }
}
