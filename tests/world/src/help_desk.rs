//! The help desk and its web site.

use back_office_server::Role;

use crate::{Office, Visitor};

/// The password of everybody who logs in somewhere.
pub const PASSWORD: &str = "correct horse battery";

/// A help-desk employee who is logged in.
#[derive(Debug)]
pub struct HelpDesk(Visitor);

impl Office {
    /// Adds an account, and logs it in.
    pub async fn help_desk(&self, name: &str) -> HelpDesk {
        let organization = &self.organization.service_organization_id;
        let (administration, password) = (self.server().administration(), PASSWORD.to_owned().into());
        administration.add_user(organization, name, Role::HelpDesk, &password).await.expect("a new account");
        let mut visitor = Visitor::new(self.http(), self.url.clone());
        visitor.log_in(name, PASSWORD).await;
        HelpDesk(visitor)
    }
}

impl HelpDesk {
    /// The text of a page, such as `installations/ID`.
    pub async fn page(&mut self, path: &str) -> String {
        self.0.page(path).await
    }

    /// Asks for assistance. The page that follows says whether that was possible.
    pub async fn ask(&mut self, installation: &str, scopes: &[&str], minutes: u32) -> String {
        let page = format!("installations/{installation}");
        let (csrf, minutes) = (self.0.csrf(&page).await, minutes.to_string());
        let mut fields = vec![
            ("csrf", &*csrf),
            ("ticket", "T-4711"),
            ("reason", "Colours are off"),
            ("minutes", &*minutes),
        ];
        fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
        self.0.post(&format!("{page}/assistance"), &fields).await
    }

    /// Takes a request back.
    pub async fn withdraw(&mut self, installation: &str, request: &str) {
        let page = format!("installations/{installation}");
        let csrf = self.0.csrf(&page).await;
        self.0.post(&format!("{page}/assistance/{request}/withdraw"), &[("csrf", &csrf)]).await;
    }
}
