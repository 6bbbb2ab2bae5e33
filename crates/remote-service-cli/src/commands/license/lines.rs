use std::path::PathBuf;

use clap::Args;
use remote_service::license::{
    Expiry,
    flexnet::{self, Attributes, Content, Grant, GrantKind, Keyword, Line},
};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Exit, Stop, refused, table},
    input, opened,
};

/// Shows the lines of a FlexNet license file as written, before any rule about what counts
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license lines prismadirect.lic
  remote-service license lines prismadirect.lic --json")]
pub(crate) struct Lines {
    /// The FlexNet license file
    file: PathBuf,
}

impl Lines {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        let bytes = input::license(&self.file)?;
        let file = flexnet::read(&bytes).map_err(|refusal| refused(&refusal, None, Exit::Unreadable))?;
        if !file.has_licenses() {
            return Err(opened::no_license(&self.file).into());
        }
        let lines: Vec<_> = file.lines.iter().filter_map(line).collect();
        let mut rows = vec![["line", "keyword", "name", "version", "count", "expires"].map(str::to_owned)];
        rows.extend(lines.iter().map(|line| {
            ["line", "keyword", "name", "version", "count_text", "expires_text"].map(|key| match &line[key] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            })
        }));
        Ok(Answer::yes(
            json!({ "format": "flexnet", "lines": lines, "warnings": file.warnings }),
            table(&rows),
        ))
    }
}

/// One statement; fields that its kind does not have are null.
fn line(line: &Line<'_>) -> Option<Value> {
    let mut json = json!({
        "line": line.number, "keyword": null, "name": null, "vendor": null, "version": null, "expires": null,
        "count": null, "attributes": [],
    });
    let mut set = |key: &str, value: Value| json[key] = value;
    match &line.content {
        Content::Blank | Content::Comment | Content::Decimal => return None,
        Content::Server(server) => {
            set("keyword", json!(Keyword::Server.as_str()));
            set("name", json!(server.host));
            set("host", json!(server.host));
            set("hostid", json!(server.hostid));
            set("port", json!(server.port));
            set("attributes", attributes(&server.attributes));
        }
        Content::Vendor(vendor) => {
            set("keyword", json!(vendor.keyword.as_str()));
            set("name", json!(vendor.name));
            set("vendor", json!(vendor.name));
            set("attributes", attributes(&vendor.attributes));
        }
        Content::UseServer => set("keyword", json!(Keyword::UseServer.as_str())),
        Content::Grant(found) => grant(found, &mut set),
        Content::Package(package) => {
            set("keyword", json!(Keyword::Package.as_str()));
            set("name", json!(package.name));
            set("vendor", json!(package.vendor));
            set("version", json!(package.version));
            set("license_key", json!(package.license_key));
            set("attributes", attributes(&package.attributes));
        }
        Content::FeatureSet(seal) => {
            set("keyword", json!(Keyword::FeatureSet.as_str()));
            set("vendor", json!(seal.vendor));
            set("attributes", attributes(&seal.attributes));
        }
        Content::Unreadable(keyword) => {
            set("keyword", json!(keyword.as_str()));
            set("unreadable", json!(true));
        }
    }
    Some(json)
}

fn grant(grant: &Grant<'_>, set: &mut impl FnMut(&str, Value)) {
    let keyword = match grant.kind {
        GrantKind::Feature => Keyword::Feature,
        GrantKind::Increment => Keyword::Increment,
        GrantKind::Upgrade => Keyword::Upgrade,
    };
    set("keyword", json!(keyword.as_str()));
    set("name", json!(grant.name));
    set("vendor", json!(grant.vendor));
    if let Some(from) = &grant.from_version {
        set("from_version", json!(from));
    }
    set("version", json!(grant.version));
    set(
        "expires",
        match grant.expires {
            Expiry::On(date) => json!(date),
            Expiry::Never => json!("never"),
            Expiry::Unknown => Value::Null,
        },
    );
    set("expires_text", json!(grant.expires_text));
    set("count", json!(grant.count));
    set("count_text", json!(grant.count_text));
    if let Some(key) = &grant.license_key {
        set("license_key", json!(key));
    }
    set("attributes", attributes(&grant.attributes));
}

fn attributes(attributes: &Attributes<'_>) -> Value {
    let pairs: Vec<(&str, Option<&str>)> =
        attributes.iter().map(|attribute| (attribute.key.as_ref(), attribute.value.as_deref())).collect();
    json!(pairs)
}
