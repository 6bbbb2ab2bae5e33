//! The judgement over the inbox: a pure function of what lies there, what is active, and the time.

use chrono::{DateTime, TimeDelta, Utc};
use license_lifecycle::{FileName, License, Mark, Plan, Refusal, Trust, Verified, flexnet, manifest, plan};
use signed_envelope::{Digest, Envelope, KeyRing};

mod resets;

use resets::resets;

use crate::Acceptance;
use crate::inbox::{Content, Item};
use crate::shelf::Active;

/// How long a file or an envelope waits for its partner, from its last change.
pub(crate) const PARTNER_WAIT: TimeDelta = TimeDelta::seconds(10);

/// How long a bare file must stay as it is before it is taken: no envelope tells when it is whole, and whoever copies it
/// may still be at it.
pub(crate) const SETTLED: TimeDelta = TimeDelta::seconds(2);

/// What is to be done about files of the inbox. Each file stands in one decision at most.
#[derive(Clone, Debug)]
pub(crate) enum Decision {
    /// Put it into use and empty the inbox of these names.
    Activate { active: Box<Active>, file: Vec<u8>, envelope: Option<Vec<u8>>, names: Vec<String> },
    /// Lower the mark of the active license with this digest, and empty the inbox of the reset.
    Lower { digest: Digest, mark: Mark, names: Vec<String> },
    /// It is in use already, or a reset that does not apply any more: only empty the inbox.
    AlreadyActive { names: Vec<String> },
    /// Move these names to `Rejected/`.
    Reject { names: Vec<String>, reason: String },
    /// Its partner may still come; look again then.
    Wait { until: DateTime<Utc> },
}

/// Judges the whole inbox. `active` is what is in use now.
pub(crate) fn judge(
    items: &[Item],
    active: &[Active],
    acceptance: &Acceptance,
    now: DateTime<Utc>,
) -> Vec<Decision> {
    let envelopes: Vec<(&Item, Digest)> =
        items.iter().filter_map(|item| Some((item, file_named_by(item)?))).collect();
    let mut partnered: Vec<&str> = Vec::new();
    // Resets first: they are dropped ahead of the license that needs them.
    let (mut decisions, mut active) = resets(items, active, acceptance, now, &mut partnered);
    for item in items {
        let decision = match &item.content {
            Content::TooLarge { limit } => {
                reject([&item.name], format!("too_large: more than {limit} bytes"))
            }
            Content::File { bytes, sha256 } => {
                let named = envelopes.iter().filter(|(_, file)| file == sha256);
                let envelopes: Vec<&Item> = named.map(|(envelope, _)| *envelope).collect();
                partnered.extend(envelopes.iter().map(|envelope| envelope.name.as_str()));
                match acceptance {
                    Acceptance::Signed(_) if envelopes.is_empty() => continue,
                    Acceptance::Signed(keys) => signed(item, bytes, &envelopes, &active, keys, now),
                    Acceptance::Unsigned => unsigned(item, bytes, &envelopes, &active, now),
                }
            }
            Content::Envelope(_) => continue,
        };
        partnered.push(&item.name);
        if let Decision::Activate { active: new, .. } = &decision {
            // The next one in the inbox is judged by this one.
            Active::clone(new).take_its_place(active.to_mut());
        }
        decisions.push(decision);
    }
    decisions.extend(
        items
            .iter()
            .filter(|item| !partnered.contains(&item.name.as_str()))
            .map(|item| alone(item, &active, now)),
    );
    decisions
}

/// The file that an envelope names. What it says is not believed here.
fn file_named_by(item: &Item) -> Option<Digest> {
    let Content::Envelope(bytes) = &item.content else { return None };
    Some(manifest::read_unverified(bytes).ok()?.file?.sha256)
}

fn signed(
    item: &Item,
    file: &[u8],
    envelopes: &[&Item],
    active: &[Active],
    keys: &KeyRing,
    now: DateTime<Utc>,
) -> Decision {
    let names = || std::iter::once(&item.name).chain(envelopes.iter().map(|envelope| &envelope.name));
    let trust = Trust::new(keys.clone(), now);
    // Several envelopes may name one file; the first that opens counts, the others are copies or forgeries.
    let mut refused = None;
    for envelope in envelopes {
        let Content::Envelope(bytes) = &envelope.content else { continue };
        match manifest::open(bytes, file, &trust) {
            Ok(license) => {
                return weigh(item, &license, file, bytes, active, names().cloned().collect(), now);
            }
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    match refused {
        Some(why) => reject(names(), reason(&why)),
        None => reject(names(), "no_envelope".to_owned()),
    }
}

fn weigh(
    item: &Item,
    license: &Verified<License>,
    file: &[u8],
    envelope: &[u8],
    active: &[Active],
    names: Vec<String>,
    now: DateTime<Utc>,
) -> Decision {
    let candidate = Active {
        digest: license.digest(),
        sha256: Digest::of(file),
        name: license.file.as_ref().map_or_else(|| item.name.clone(), |bound| bound.name.to_string()),
        activated_at: now,
        license: with_vendors(License::clone(license), file, now),
        mark: None,
    };
    let rival = active.iter().find(|active| active.is_for_the_same_as(&candidate));
    let (in_force, mark) = (rival.map(Active::accepted), rival.and_then(Active::mark));
    match plan(in_force.as_ref(), license, mark.as_ref(), false) {
        Plan::Keep => Decision::AlreadyActive { names },
        Plan::Deliver => activate(candidate, file, Some(envelope), names),
        Plan::Refuse { why } => reject(&names, reason(&why)),
    }
}

/// A manifest names no vendors: its features get those of the FlexNet file, where that names one for the feature.
fn with_vendors(mut license: License, file: &[u8], now: DateTime<Utc>) -> License {
    let Ok(read) = flexnet::read(file) else { return license };
    let in_file = read.license(&flexnet::Rules::default(), now.date_naive()).features;
    for feature in license.features.iter_mut().filter(|feature| feature.vendor.is_none()) {
        let mut vendors = in_file
            .iter()
            .filter(|other| other.name == feature.name)
            .filter_map(|other| other.vendor.as_ref());
        if let Some(vendor) = vendors.next().filter(|first| vendors.all(|other| other == *first)) {
            feature.vendor = Some(vendor.clone());
        }
    }
    license
}

fn unsigned(
    item: &Item,
    bytes: &[u8],
    envelopes: &[&Item],
    active: &[Active],
    now: DateTime<Utc>,
) -> Decision {
    let mut names = vec![item.name.clone()];
    names.extend(envelopes.iter().map(|envelope| envelope.name.clone()));
    let sha256 = Digest::of(bytes);
    if active.iter().any(|active| active.sha256 == sha256) {
        return Decision::AlreadyActive { names };
    }
    let until = item.unchanged_since + SETTLED;
    if now < until {
        return Decision::Wait { until };
    }
    let read = FileName::new(&item.name).ok().zip(flexnet::read(bytes).ok());
    let Some((_, file)) = read.filter(|(_, file)| file.has_licenses()) else {
        return reject(&names, "malformed: no license line".to_owned());
    };
    let license = file.license(&flexnet::Rules::default(), now.date_naive());
    let name = item.name.clone();
    let candidate = Active { digest: sha256, sha256, name, activated_at: now, license, mark: None };
    activate(candidate, bytes, None, names)
}

fn activate(active: Active, file: &[u8], envelope: Option<&[u8]>, names: Vec<String>) -> Decision {
    Decision::Activate {
        active: Box::new(active),
        file: file.to_vec(),
        envelope: envelope.map(<[u8]>::to_vec),
        names,
    }
}

/// A file or envelope without its partner. What is left of a pair that is in use (a kill came while the inbox was
/// emptied) only goes; a file waits even then, because a new envelope for the same file may be on its way.
fn alone(item: &Item, active: &[Active], now: DateTime<Utc>) -> Decision {
    let names = vec![item.name.clone()];
    let until = item.changed_at + PARTNER_WAIT;
    match &item.content {
        Content::Envelope(bytes) if is_of_active(bytes, active) => Decision::AlreadyActive { names },
        _ if now < until => Decision::Wait { until },
        Content::File { sha256, .. } if active.iter().any(|active| active.sha256 == *sha256) => {
            Decision::AlreadyActive { names }
        }
        Content::Envelope(_) => {
            let reason = "no_file: no license file here has the SHA-256 that the envelope names";
            reject(&names, reason.to_owned())
        }
        _ => reject(&names, "no_envelope: no envelope here names this file's SHA-256".to_owned()),
    }
}

fn is_of_active(envelope: &[u8], active: &[Active]) -> bool {
    Envelope::parse(envelope)
        .is_ok_and(|envelope| active.iter().any(|active| active.digest == envelope.digest()))
}

fn reject<'a>(names: impl IntoIterator<Item = &'a String>, reason: String) -> Decision {
    Decision::Reject { names: names.into_iter().cloned().collect(), reason }
}

fn reason(why: &Refusal) -> String {
    format!("{}: {why}", why.code())
}

#[cfg(test)]
mod tests;
