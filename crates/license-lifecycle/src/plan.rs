use signed_envelope::Digest;

use crate::{Accepted, License, Mark, Refusal, Verified};

/// What to do with a license that was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing: it is in force already, or waits in the outbox.
    Keep,
    /// Put it into the outbox and deliver it.
    Deliver,
    /// Leave everything as it is, and tell the back office why.
    Refuse {
        /// Why.
        why: Refusal,
    },
}

/// Decides about a verified license.
///
/// `mark` is the one recorded for the offered serial number; `kept` says whether the license (by its digest) is still
/// in the outbox. The license in force is never judged again: it is kept whatever the mark says.
///
/// - A lower sequence than the mark is refused, and so is the same sequence with another digest.
/// - The same digest as the mark is kept only if it is in force or in the outbox; otherwise it was lost, and is
///   delivered.
/// - A license without a sequence (Keygen) is ordered by `issued_at` against the license in force.
pub fn plan(
    in_force: Option<&Accepted>,
    offered: &Verified<License>,
    mark: Option<&Mark>,
    kept: bool,
) -> Plan {
    let digest = offered.digest();
    if kept || in_force.is_some_and(|accepted| accepted.digest == digest) {
        return Plan::Keep;
    }
    match rolled_back(in_force, offered, mark) {
        Some(why) => Plan::Refuse { why },
        None => Plan::Deliver,
    }
}

fn rolled_back(
    in_force: Option<&Accepted>,
    offered: &Verified<License>,
    mark: Option<&Mark>,
) -> Option<Refusal> {
    let mark = mark.filter(|mark| offered.serial_number.as_ref() == Some(&mark.serial_number));
    match (offered.sequence, mark) {
        (Some(sequence), Some(mark)) if sequence < mark.sequence => {
            Some(Refusal::LowerSequence { offered: sequence, mark: mark.sequence })
        }
        (Some(sequence), Some(mark)) if sequence == mark.sequence && mark.digest != offered.digest() => {
            Some(Refusal::Equivocation { sequence })
        }
        (Some(_), _) => None,
        (None, _) => issued_earlier(in_force?, offered),
    }
}

/// Without a sequence only dates can tell a renewal from a replay.
fn issued_earlier(in_force: &Accepted, offered: &License) -> Option<Refusal> {
    let in_force = in_force.signed.then_some(in_force.license.issued_at)??;
    match offered.issued_at {
        Some(issued_at) if issued_at >= in_force => None,
        offered => Some(Refusal::IssuedEarlier { offered, in_force }),
    }
}

/// Decides about an unsigned license that an operator imports: it never replaces a signed one unless the operator
/// `confirmed` that it shall.
pub fn plan_unsigned(in_force: Option<&Accepted>, digest: Digest, confirmed: bool) -> Plan {
    match in_force {
        Some(accepted) if accepted.digest == digest => Plan::Keep,
        Some(accepted) if accepted.signed && !confirmed => Plan::Refuse { why: Refusal::ReplacesSigned },
        _ => Plan::Deliver,
    }
}

#[cfg(test)]
mod tests;
