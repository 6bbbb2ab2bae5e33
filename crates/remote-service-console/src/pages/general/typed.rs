use std::collections::BTreeMap;
use std::path::PathBuf;

use remote_service::proxy::{Login, Mode};
use remote_service::settings::{LicenseServerKind, Settings, StatusKind};

use super::problem::{Wrong, of_proxy};
use crate::form::Fields;

/// The fields of the dialog, named after the settings, in the order of the manual.
pub(super) const KEYS: [&str; 18] = [
    "enabled",
    "back_office.service_organization_id",
    "proxy.mode",
    "proxy.address",
    "proxy.login",
    "proxy.domain",
    "proxy.user",
    "license.server",
    "license.folder",
    "license.share",
    "back_office.url",
    "back_office.ca_files",
    "proxy.bypass",
    "proxy.pac_url",
    "license.status",
    "license.status_address",
    "license.maintenance_from",
    "license.serial_number_from",
];
/// Those that are rarely needed, and folded away.
pub(super) const MORE: &[&str] = KEYS.split_at(10).1;

/// What stands in the fields: what is in force, or what was typed, so that nothing has to be typed twice.
#[derive(Clone)]
pub(crate) struct Typed(BTreeMap<&'static str, String>);

impl Typed {
    pub(crate) fn of(settings: &Settings) -> Self {
        let Settings { back_office, proxy, license, .. } = settings;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let path = |path: &PathBuf| path.display().to_string();
        let value = |key| match key {
            "enabled" => if settings.enabled { "on" } else { "" }.to_owned(),
            "back_office.service_organization_id" => text(&back_office.service_organization_id),
            "back_office.url" => back_office.url.as_ref().map(ToString::to_string).unwrap_or_default(),
            "back_office.ca_files" => back_office.ca_files.iter().map(path).collect::<Vec<_>>().join("\n"),
            "proxy.mode" => mode(proxy.mode).to_owned(),
            "proxy.address" => text(&proxy.address),
            "proxy.bypass" => proxy.bypass.join(", "),
            "proxy.pac_url" => text(&proxy.pac_url),
            "proxy.login" => login(proxy.login).to_owned(),
            "proxy.domain" => text(&proxy.domain),
            "proxy.user" => text(&proxy.user),
            "license.server" => server(license.server).to_owned(),
            "license.folder" => license.folder.as_ref().map(path).unwrap_or_default(),
            "license.share" => text(&license.share),
            "license.status" => status(license.status).to_owned(),
            "license.status_address" => text(&license.status_address),
            "license.maintenance_from" => text(&license.maintenance_from),
            "license.serial_number_from" => text(&license.serial_number_from),
            _ => String::new(),
        };
        Self(KEYS.into_iter().map(|key| (key, value(key))).collect())
    }

    pub(crate) fn read(fields: &Fields) -> Self {
        Self(KEYS.into_iter().map(|key| (key, fields.text(key).to_owned())).collect())
    }

    pub(crate) fn value(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// Every field with its value.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (*key, value.as_str()))
    }

    fn some(&self, key: &str) -> Option<String> {
        Some(self.value(key)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    fn list(&self, key: &str) -> impl Iterator<Item = String> {
        let entries = self.value(key).split([',', ';', '\n', '\r']).map(str::trim);
        entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect::<Vec<_>>().into_iter()
    }

    /// The settings with what was typed. What the dialog does not show stays as it was.
    pub(crate) fn applied(&self, before: &Settings) -> Result<Settings, Wrong> {
        let mut settings = before.clone();
        let Settings { back_office, proxy, license, enabled, .. } = &mut settings;
        *enabled = self.value("enabled") == "on";
        back_office.service_organization_id = self.some("back_office.service_organization_id");
        let url = self.some("back_office.url").map(|url| url.parse()).transpose();
        back_office.url = url.map_err(|_| Wrong::new("back_office.url"))?;
        back_office.ca_files = self.list("back_office.ca_files").map(PathBuf::from).collect();
        proxy.mode = chosen(&[Mode::Automatic, Mode::Manual, Mode::Direct], mode, self.value("proxy.mode"))
            .ok_or(Wrong::new("proxy.mode"))?;
        proxy.address = self.some("proxy.address");
        proxy.bypass = self.list("proxy.bypass").collect();
        proxy.pac_url = self.some("proxy.pac_url");
        proxy.login =
            chosen(&[Login::None, Login::Password, Login::Current], login, self.value("proxy.login"))
                .ok_or(Wrong::new("proxy.login"))?;
        proxy.domain = self.some("proxy.domain");
        proxy.user = self.some("proxy.user");
        let kinds = [LicenseServerKind::Folder, LicenseServerKind::Smb, LicenseServerKind::ByHand];
        license.server =
            chosen(&kinds, server, self.value("license.server")).ok_or(Wrong::new("license.server"))?;
        license.folder = self.some("license.folder").map(PathBuf::from);
        license.share = self.some("license.share");
        let kinds = [StatusKind::None, StatusKind::Http, StatusKind::Lmstat];
        license.status =
            chosen(&kinds, status, self.value("license.status")).ok_or(Wrong::new("license.status"))?;
        license.status_address = self.some("license.status_address");
        license.maintenance_from = self.some("license.maintenance_from");
        license.serial_number_from = self.some("license.serial_number_from");
        // What could not be used on the way out is refused here, where somebody can put it right.
        settings.proxy.check().map_err(|error| of_proxy(&error).unwrap_or(Wrong::new("proxy.address")))?;
        Ok(settings)
    }
}

fn chosen<T: Copy>(values: &[T], name: fn(T) -> &'static str, wanted: &str) -> Option<T> {
    values.iter().copied().find(|value| name(*value) == wanted)
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Direct => "direct",
        Mode::Automatic => "automatic",
        Mode::Manual => "manual",
    }
}

fn login(login: Login) -> &'static str {
    match login {
        Login::None => "none",
        Login::Password => "password",
        Login::Current => "current",
    }
}

fn server(kind: LicenseServerKind) -> &'static str {
    match kind {
        LicenseServerKind::Folder => "folder",
        LicenseServerKind::Smb => "smb",
        LicenseServerKind::ByHand => "by_hand",
    }
}

fn status(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::None => "none",
        StatusKind::Http => "http",
        StatusKind::Lmstat => "lmstat",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_force_comes_back_unchanged_when_nothing_is_typed() {
        let mut settings = Settings { enabled: true, ..Settings::default() };
        settings.back_office.url = Some("https://office.example/".parse().unwrap());
        settings.back_office.ca_files = vec!["/etc/a.pem".into(), "/etc/b.pem".into()];
        settings.proxy.mode = Mode::Manual;
        settings.proxy.address = Some("proxy.example.com:8080".to_owned());
        settings.proxy.bypass = vec!["<local>".to_owned(), "*.corp".to_owned()];
        settings.proxy.login = Login::Password;
        settings.proxy.user = Some("alice".to_owned());
        settings.license.folder = Some("/var/flexlm/DroppedLicense".into());
        settings.license.status = StatusKind::Http;
        settings.license.status_address = Some("localhost:9090".to_owned());
        settings.assistance.max_minutes = 90;
        for settings in [settings, Settings::default()] {
            assert_eq!(Typed::of(&settings).applied(&settings).ok(), Some(settings));
        }
    }

    #[test]
    fn what_cannot_be_used_names_its_field() {
        for (key, value, wrong) in [
            ("back_office.url", "no url", "back_office.url"),
            ("proxy.mode", "sideways", "proxy.mode"),
            ("proxy.mode", "manual", "proxy.address"),
            ("proxy.login", "password", "proxy.user"),
            ("license.server", "", "license.server"),
            ("license.status", "guess", "license.status"),
        ] {
            let mut typed = Typed::of(&Settings::default());
            typed.0.insert(key, value.to_owned());
            assert_eq!(
                typed.applied(&Settings::default()).err().map(|wrong| wrong.key),
                Some(wrong),
                "{key}"
            );
        }
    }
}
