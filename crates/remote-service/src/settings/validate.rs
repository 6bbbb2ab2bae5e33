use license_lifecycle::flexnet::{MaintenanceSource, SerialSource, UnknownSource};
#[cfg(feature = "smb")]
use license_lifecycle::server::{BadAddress, SmbAddress};
use proxy_config::{Login, Mode};
use remote_assistance::{SESSION_MINUTES, WeeklyHours};

use super::{LicenseServerKind, Settings, StatusKind};
use crate::Error;
use crate::time::Zone;

impl Settings {
    /// Checks what one value alone cannot tell: which settings need one another, and their bounds.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first one that does not do.
    pub fn validate(&self) -> Result<(), Error> {
        let wrong = |key, problem| Err(Error::Setting { key, problem });
        if self.enabled {
            match &self.back_office.url {
                None => return wrong("back_office.url", "must be set before the service can be enabled"),
                Some(url) if url.scheme() != "https" => {
                    return wrong("back_office.url", "must begin with https://");
                }
                Some(url) if !url.username().is_empty() || url.password().is_some() => {
                    return wrong("back_office.url", "must not hold a user name or password");
                }
                Some(_) => {}
            }
            if blank(self.back_office.service_organization_id.as_deref()) {
                return wrong(
                    "back_office.service_organization_id",
                    "must be set before the service can be enabled",
                );
            }
        }
        if self.proxy.mode == Mode::Manual && blank(self.proxy.address.as_deref()) {
            return wrong(
                "proxy.address",
                "must be set when proxy.mode is manual, such as proxy.example.com:8080",
            );
        }
        if self.proxy.login == Login::Password && blank(self.proxy.user.as_deref()) {
            return wrong("proxy.user", "must be set when proxy.login is password");
        }
        match self.license.server {
            LicenseServerKind::Smb => self.validate_share()?,
            LicenseServerKind::Folder if self.enabled && self.license.folder.is_none() => {
                return wrong(
                    "license.folder",
                    "must name the folder DroppedLicense when license.server is folder",
                );
            }
            _ => {}
        }
        if self.license.status != StatusKind::None && blank(self.license.status_address.as_deref()) {
            return wrong("license.status_address", "must be set when license.status is http or lmstat");
        }
        if self.maintenance_source().is_err() {
            return wrong("license.maintenance_from", "must be feature:NAME, vendor-string:KEY or version");
        }
        if self.serial_source().is_err() {
            return wrong("license.serial_number_from", "must be vendor-string:KEY or notice:KEY");
        }
        if !(1..=120).contains(&self.notices.window_months) {
            return wrong("notices.window_months", "must be 1 to 120");
        }
        if Zone::named(&self.notices.time_zone).is_none() {
            return wrong("notices.time_zone", "must be an IANA name such as Europe/Amsterdam, or system");
        }
        if !SESSION_MINUTES.contains(&self.assistance.max_minutes) {
            return wrong("assistance.max_minutes", "must be 5 to 10080 (168 hours)");
        }
        if self.weekly_hours().is_err() {
            return wrong("assistance.hours", "must be entries such as mon-fri 08:00-18:00");
        }
        Ok(())
    }
}

#[cfg(not(feature = "smb"))]
impl Settings {
    fn validate_share(&self) -> Result<(), Error> {
        let problem = "cannot be smb in this build, which lacks the feature smb: use a mounted folder or a UNC path, or \
                       by_hand";
        Err(Error::Setting { key: "license.server", problem })
    }
}

#[cfg(feature = "smb")]
impl Settings {
    /// The share that licenses go to, with the account that reaches it; `None` when they do not go to a share.
    pub(crate) fn share(&self) -> Option<Result<SmbAddress, BadAddress>> {
        let share =
            self.license.share.as_deref().filter(|_| self.license.server == LicenseServerKind::Smb)?;
        let user = self.credentials.user.as_deref().unwrap_or_default();
        Some(SmbAddress::of_share(share, self.credentials.domain.as_deref(), user))
    }

    fn validate_share(&self) -> Result<(), Error> {
        let wrong = |key, problem| Err(Error::Setting { key, problem });
        if blank(self.credentials.user.as_deref()) {
            return wrong(
                "credentials.user",
                "must be set when license.server is smb: the share is reached with these credentials",
            );
        }
        match self.share() {
            Some(Ok(_)) => Ok(()),
            _ => wrong(
                "license.share",
                "must be smb://HOST[:PORT]/SHARE[/PATH], without user and password, when license.server is smb",
            ),
        }
    }
}

impl Settings {
    /// When requests for assistance may come.
    pub(crate) fn weekly_hours(&self) -> Result<WeeklyHours, remote_assistance::Error> {
        self.assistance.hours.clone().try_into()
    }

    /// Where the end of maintenance stands in a license file.
    pub(crate) fn maintenance_source(&self) -> Result<MaintenanceSource, UnknownSource> {
        self.license.maintenance_from.as_deref().map_or_else(|| Ok(MaintenanceSource::default()), str::parse)
    }

    /// Where the serial number stands in a license file without `SN=`.
    pub(crate) fn serial_source(&self) -> Result<Option<SerialSource>, UnknownSource> {
        self.license.serial_number_from.as_deref().map(str::parse).transpose()
    }
}

fn blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One change to settings.
    type Change = fn(&mut Settings);

    fn refused(settings: &Settings) -> Option<&'static str> {
        match settings.validate() {
            Err(Error::Setting { key, .. }) => Some(key),
            _ => None,
        }
    }

    /// Settings with which the service may be enabled.
    fn complete() -> Settings {
        let mut settings = Settings { enabled: true, ..Settings::default() };
        settings.back_office.url = Some("https://office.example/".parse().unwrap());
        settings.back_office.service_organization_id = Some("SO-1".to_owned());
        settings.license.folder = Some("/srv/DroppedLicense".into());
        settings
    }

    #[test]
    fn what_the_service_needs_is_asked_for_once_it_is_enabled() {
        assert_eq!(refused(&complete()), None);
        let needed: [(Change, &str); 5] = [
            (|settings| settings.back_office.url = None, "back_office.url"),
            (
                |settings| settings.back_office.url = Some("http://office.example/".parse().unwrap()),
                "back_office.url",
            ),
            (
                |settings| settings.back_office.url = Some("https://a:b@office.example/".parse().unwrap()),
                "back_office.url",
            ),
            (
                |settings| settings.back_office.service_organization_id = Some(" ".to_owned()),
                "back_office.service_organization_id",
            ),
            (|settings| settings.license.folder = None, "license.folder"),
        ];
        for (change, key) in needed {
            let mut settings = complete();
            change(&mut settings);
            assert_eq!(refused(&settings), Some(key));
            settings.enabled = false;
            assert_eq!(refused(&settings), None, "{key} may come later");
        }
    }

    #[test]
    fn bounds_are_kept_at_both_ends() {
        for (months, expected) in
            [(0, Some("notices.window_months")), (1, None), (120, None), (121, Some("notices.window_months"))]
        {
            let mut settings = complete();
            settings.notices.window_months = months;
            assert_eq!(refused(&settings), expected, "{months} months");
        }
        for (minutes, expected) in [
            (4, Some("assistance.max_minutes")),
            (5, None),
            (10_080, None),
            (10_081, Some("assistance.max_minutes")),
        ] {
            let mut settings = complete();
            settings.assistance.max_minutes = minutes;
            assert_eq!(refused(&settings), expected, "{minutes} minutes");
        }
    }

    #[test]
    fn what_cannot_be_used_names_its_key() {
        let wrong: [(Change, &str); 7] = [
            (|settings| settings.proxy.mode = Mode::Manual, "proxy.address"),
            (|settings| settings.proxy.login = Login::Password, "proxy.user"),
            (|settings| settings.license.status = StatusKind::Http, "license.status_address"),
            (
                |settings| settings.license.maintenance_from = Some("guess".to_owned()),
                "license.maintenance_from",
            ),
            (
                |settings| settings.license.serial_number_from = Some("guess".to_owned()),
                "license.serial_number_from",
            ),
            (|settings| settings.notices.time_zone = "Europe/Nowhere".to_owned(), "notices.time_zone"),
            (|settings| settings.assistance.hours = vec!["always".to_owned()], "assistance.hours"),
        ];
        for (change, key) in wrong {
            let mut settings = complete();
            change(&mut settings);
            assert_eq!(refused(&settings), Some(key));
        }
    }

    #[cfg(feature = "smb")]
    #[test]
    fn a_share_needs_its_address_and_a_user() {
        let mut settings = Settings::default();
        settings.license.server = LicenseServerKind::Smb;
        assert_eq!(refused(&settings), Some("credentials.user"));
        settings.credentials.user = Some("fls".to_owned());
        for (share, expected) in [
            (None, Some("license.share")),
            (Some("fls/DroppedLicense"), Some("license.share")),
            (Some("smb://other@fls/DroppedLicense"), Some("license.share")),
            (Some("smb://fls/DroppedLicense"), None),
        ] {
            settings.license.share = share.map(str::to_owned);
            assert_eq!(refused(&settings), expected, "{share:?}");
        }
    }
}
