/// What a setting's text means where it comes from an environment variable or a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Taken as it is.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// Entries separated by commas.
    List,
}

/// One key of `settings.toml`.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Dotted, as in the file: `proxy.mode`.
    pub name: &'static str,
    /// How its text is read.
    pub kind: Kind,
}

impl Key {
    /// The environment variable of the same meaning: `REMOTE_SERVICE_PROXY_MODE`.
    #[must_use]
    pub fn environment_variable(&self) -> String {
        format!("REMOTE_SERVICE_{}", self.name.replace('.', "_").to_uppercase())
    }
}

const fn key(name: &'static str, kind: Kind) -> Key {
    Key { name, kind }
}

/// Every key there is, in the order of the manual.
pub const KEYS: &[Key] = &[
    key("enabled", Kind::Flag),
    key("product.name", Kind::Text),
    key("product.version", Kind::Text),
    key("product.checked_since", Kind::Text),
    key("product.base_feature", Kind::Text),
    key("product.trusted_key_files", Kind::List),
    key("console.listen", Kind::Text),
    key("back_office.url", Kind::Text),
    key("back_office.service_organization_id", Kind::Text),
    key("back_office.ca_files", Kind::List),
    key("proxy.mode", Kind::Text),
    key("proxy.address", Kind::Text),
    key("proxy.bypass", Kind::List),
    key("proxy.pac_url", Kind::Text),
    key("proxy.wpad", Kind::Flag),
    key("proxy.login", Kind::Text),
    key("proxy.domain", Kind::Text),
    key("proxy.user", Kind::Text),
    key("license.server", Kind::Text),
    key("license.folder", Kind::Text),
    key("license.share", Kind::Text),
    key("license.status", Kind::Text),
    key("license.status_address", Kind::Text),
    key("license.with_envelope", Kind::Flag),
    key("license.maintenance_from", Kind::Text),
    key("license.serial_number_from", Kind::Text),
    key("credentials.domain", Kind::Text),
    key("credentials.user", Kind::Text),
    key("notices.window_months", Kind::Number),
    key("notices.time_zone", Kind::Text),
    key("assistance.allowed", Kind::Flag),
    key("assistance.max_minutes", Kind::Number),
    key("assistance.hours", Kind::List),
    key("teamviewer.group", Kind::Text),
    key("teamviewer.client_path", Kind::Text),
];

/// The known key that `unknown` was most likely meant to be.
#[must_use]
pub fn nearest(unknown: &str) -> &'static str {
    KEYS.iter()
        .map(|key| (strsim::damerau_levenshtein(unknown, key.name), key.name))
        .min()
        .map_or("enabled", |(_, name)| name)
}
