//! Sequence resets: a vendor's correction of a mistyped sequence, without which the corrected license is refused.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use license_lifecycle::{Trust, manifest};
use signed_envelope::Envelope;

use super::{Decision, reason, reject};
use crate::Acceptance;
use crate::inbox::{Content, Item};
use crate::shelf::Active;

/// Judges the sequence resets; answers what they leave of the marks, too.
pub(super) fn resets<'a, 'i>(
    items: &'i [Item],
    active: &'a [Active],
    acceptance: &Acceptance,
    now: DateTime<Utc>,
    partnered: &mut Vec<&'i str>,
) -> (Vec<Decision>, Cow<'a, [Active]>) {
    let (mut decisions, mut active) = (Vec::new(), Cow::Borrowed(active));
    for item in items {
        let Content::Envelope(bytes) = &item.content else { continue };
        if Envelope::parse(bytes).map_or(true, |envelope| envelope.payload_type() != manifest::RESET_TYPE) {
            continue;
        }
        partnered.push(&item.name);
        let names = vec![item.name.clone()];
        let opened = match acceptance {
            Acceptance::Signed(keys) => manifest::open_reset(bytes, &Trust::new(keys.clone(), now)).map(Some),
            // Bare files have no sequence.
            Acceptance::Unsigned => Ok(None),
        };
        decisions.push(match opened {
            Err(why) => reject(&names, reason(&why)),
            Ok(None) => Decision::AlreadyActive { names },
            Ok(Some(reset)) => {
                let product = Some(&reset.product);
                let lowered = active.iter().enumerate().find_map(|(at, one)| {
                    let mark = one.mark().filter(|_| one.license.product.as_ref() == product);
                    Some((at, reset.lower(mark.as_ref()).ok()?))
                });
                match lowered {
                    Some((at, mark)) => {
                        let one = &mut active.to_mut()[at];
                        one.mark = Some(mark.clone());
                        Decision::Lower { digest: one.digest, mark, names }
                    }
                    None => Decision::AlreadyActive { names },
                }
            }
        });
    }
    (decisions, active)
}
