//! People at the customer's side.

use remote_service::LocalUser;
use remote_service::assistance::{Authenticator, SignedIn};
use secrecy::SecretString;

/// A product that takes everybody for who they say they are.
struct Product {
    name: String,
    may_allow: bool,
}

impl Authenticator for Product {
    fn signed_in(&self, _: &SecretString) -> Option<SignedIn> {
        Some(SignedIn { name: self.name.clone(), may_allow: self.may_allow })
    }
}

/// Somebody who is signed in, with or without the role that may allow remote assistance.
pub fn customer(name: &str, may_allow: bool) -> LocalUser {
    let product = Product { name: name.to_owned(), may_allow };
    LocalUser::authenticate(&product, &SecretString::from("")).expect("everybody is somebody")
}
