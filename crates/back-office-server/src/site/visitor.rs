//! Who looks at a page.
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::page::Failure;
use super::session::{self, COOKIE};
use crate::administration::Role;
use crate::assistance::ask::Requester;
use crate::clock;
use crate::office::Office;

/// Somebody who has logged in.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) organization: String,
    pub(super) organization_name: String,
    /// What every form of this session carries.
    pub(super) csrf: String,
}

impl Visitor {
    /// Whether the visitor may ask for assistance and decide quarantines.
    pub(super) fn helps(&self) -> bool {
        matches!(self.role, Role::HelpDesk | Role::Admin)
    }

    /// Whether the visitor may publish licenses.
    pub(super) fn publishes(&self) -> bool {
        self.role.publishes()
    }

    /// Whether the visitor may revoke installations.
    pub(super) fn revokes(&self) -> bool {
        self.role == Role::Admin
    }

    /// The role in words.
    pub(super) fn role_name(&self) -> &'static str {
        match self.role {
            Role::HelpDesk => "Help desk",
            Role::LicenseDesk => "License desk",
            Role::Admin => "Administrator",
        }
    }

    /// The visitor as one who asks for assistance.
    pub(super) fn requester(&self) -> Requester {
        Requester {
            account: self.account.clone(),
            name: self.name.clone(),
            organization: self.organization.clone(),
            organization_name: self.organization_name.clone(),
        }
    }
}

impl FromRequestParts<Arc<Office>> for Visitor {
    type Rejection = Response;

    /// Nobody logged in is sent to the login page.
    async fn from_request_parts(head: &mut Parts, office: &Arc<Office>) -> Result<Self, Response> {
        let to_login = || Redirect::to("/login").into_response();
        let cookie = session::cookie(&head.headers, COOKIE).ok_or_else(to_login)?;
        let found = session::find(&office.store, cookie, clock::now()).await;
        let session = found.map_err(|error| Failure::from(error).into_response())?.ok_or_else(to_login)?;
        Ok(Self {
            role: session.role.parse().map_err(|error| Failure::from_error(error).into_response())?,
            account: session.account,
            name: session.name,
            organization: session.organization,
            organization_name: session.organization_name,
            csrf: session.csrf,
        })
    }
}
