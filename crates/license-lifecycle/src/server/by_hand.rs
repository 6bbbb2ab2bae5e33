use super::{LicenseFile, LicenseServer, Receipt, ServerError, ServerErrorKind};

/// Delivers nothing: the license waits in the outbox until a person saves it and copies it to the license server.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByHand;

impl LicenseServer for ByHand {
    fn describe(&self) -> String {
        "license server, by hand".to_owned()
    }

    /// # Errors
    /// Always [`ServerErrorKind::ByHand`].
    fn deliver(&mut self, _license: &LicenseFile) -> Result<Receipt, ServerError> {
        Err(ServerError::new(ServerErrorKind::ByHand))
    }

    /// There is nothing that could fail.
    fn check(&mut self) -> Result<(), ServerError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileName, server::Retry};

    #[test]
    fn a_license_to_be_copied_by_hand_waits_until_someone_asks() {
        let license =
            LicenseFile { name: FileName::new("a.lic").unwrap(), bytes: b"x".to_vec(), envelope: None };
        let error = ByHand.deliver(&license).unwrap_err();
        assert_eq!(error.kind, ServerErrorKind::ByHand);
        assert_eq!(error.kind.retry(), Retry::WhenAsked);
        assert!(ByHand.check().is_ok());
    }
}
