//! FlexNet's error numbers in running text.
use super::Fault;

/// Reads `text (-15,570:111 "Connection refused")`; what the system said is added to the text.
pub(super) fn fault(line: &str) -> Option<Fault> {
    let (text, numbers) = line.rsplit_once("(-")?;
    let (major, rest) = numbers.split_once(',')?;
    let minor_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let mut text = text.trim().to_owned();
    if let Some((_, system)) = rest.split_once('"') {
        let system = system.split('"').next().unwrap_or_default();
        text = format!("{text} {system}").trim().to_owned();
    }
    Some(Fault {
        major: major.parse::<i32>().ok()?.checked_neg()?,
        minor: rest[..minor_end].parse().ok()?,
        text,
    })
}
