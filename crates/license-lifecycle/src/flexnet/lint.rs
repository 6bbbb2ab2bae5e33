//! What a license server would stumble over in statements that were read.
use super::{Attributes, Content, Grant, Line, Package, Server, date, warnings::Warnings};
use crate::{Count, Expiry, version};

/// Judges one statement.
pub(super) fn content(content: &Content<'_>, line: u32, warnings: &mut Warnings) {
    match content {
        Content::Grant(found) => grant(found, line, warnings),
        Content::Package(found) => package(found, line, warnings),
        Content::Server(found) => server(found, line, warnings),
        _ => {}
    }
}

/// FlexNet knows one server, or three that are redundant.
pub(super) fn servers(lines: &[Line<'_>], warnings: &mut Warnings) {
    let mut servers = lines.iter().filter(|line| matches!(line.content, Content::Server(_)));
    if let (Some(second), count) = (servers.nth(1), 2 + servers.count())
        && count != 3
    {
        warnings.add(second.number, "server_count", || {
            format!("{count} SERVER lines: one or three are expected")
        });
    }
}

fn grant(grant: &Grant<'_>, line: u32, warnings: &mut Warnings) {
    let Grant { expires_text, version, attributes, .. } = grant;
    if grant.expires == Expiry::Unknown {
        warnings.add(line, "date_unreadable", || format!("expiry {expires_text:?} is no date as d-mmm-yyyy"));
    }
    dates(attributes, line, warnings);
    if version::decimal(version).is_none() {
        warnings.add(line, "version_not_decimal", || format!("version {version:?} is no decimal number"));
    }
    if grant.count == Count::Uncounted && attributes.get("HOSTID").is_none() {
        warnings.add(line, "uncounted_without_hostid", || "uncounted, but without HOSTID=".to_owned());
    }
    if let Some(sort) = attributes.value("sort")
        && sort.parse::<u32>().is_err()
    {
        warnings.add(line, "sort_unreadable", || format!("sort={sort:?} is no number: 100 is taken"));
    }
    supersede(attributes, line, warnings);
}

fn package(package: &Package<'_>, line: u32, warnings: &mut Warnings) {
    dates(&package.attributes, line, warnings);
    supersede(&package.attributes, line, warnings);
}

fn supersede(attributes: &Attributes<'_>, line: u32, warnings: &mut Warnings) {
    if attributes.get("SUPERSEDE").is_some() && attributes.dated().is_none() {
        warnings.add(line, "supersede_without_date", || {
            "SUPERSEDE without a readable ISSUED= or START= retires nothing".to_owned()
        });
    }
}

fn server(server: &Server<'_>, line: u32, warnings: &mut Warnings) {
    if let Some(first) = server.attributes.iter().next()
        && server.port.is_none()
        && first.value.is_none()
        && first.key.bytes().all(|byte| byte.is_ascii_digit())
    {
        warnings.add(line, "port_unreadable", || format!("{} is no TCP port", first.key));
    }
}

fn dates(attributes: &Attributes<'_>, line: u32, warnings: &mut Warnings) {
    for key in ["ISSUED", "START"] {
        if let Some(text) = attributes.value(key)
            && date::day(text).is_none()
        {
            warnings.add(line, "date_unreadable", || format!("{key}={text:?} is no date as d-mmm-yyyy"));
        }
    }
}
