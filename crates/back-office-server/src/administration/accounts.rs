//! Accounts of help-desk people.
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Administration, Role, clock, organizations};
use crate::store::millis;
use crate::{Error, random};

/// The shortest password, in characters.
const SHORTEST: usize = 12;
/// The longest name and password, in bytes: the hash need not digest novels.
pub(crate) const LONGEST: usize = 256;

impl Administration {
    /// Adds an account for the web site. Names are unique over all organizations, whatever their case.
    ///
    /// # Errors
    /// [`Error::Account`] for a name that is taken, or a name or password that is too short or too long;
    /// [`Error::UnknownOrganization`], [`Error::Database`], [`Error::Random`].
    pub async fn add_user(
        &self,
        service_organization_id: &str,
        name: &str,
        role: Role,
        password: &SecretString,
    ) -> Result<(), Error> {
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST || name.chars().any(char::is_control) {
            return Err(Error::Account { what: "the name is empty or too long" });
        }
        let letters = password.expose_secret().chars().count();
        if letters < SHORTEST || password.expose_secret().len() > LONGEST {
            return Err(Error::Account { what: "a password has 12 to 256 characters" });
        }
        let hash = hash(password.clone()).await?;
        let mut write = self.store.write().await?;
        organizations::known(&mut write, service_organization_id).await?;
        let added = sqlx::query(
            "INSERT INTO account (id, organization, name, folded_name, role, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(random::id()?)
        .bind(service_organization_id)
        .bind(name)
        .bind(folded(name))
        .bind(role.as_str())
        .bind(hash)
        .bind(millis(clock::now()))
        .execute(&mut *write)
        .await?;
        write.commit().await?;
        match added.rows_affected() {
            0 => Err(Error::Account { what: "the name is taken" }),
            _ => Ok(()),
        }
    }
}

/// The name as it is compared.
pub(crate) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Hashes a password with Argon2id, OWASP's parameters (19 MiB, 2 passes), away from the async threads.
async fn hash(password: SecretString) -> Result<String, Error> {
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.expose_secret().as_bytes()).map(|hash| hash.to_string())
    });
    match hashed.await {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(error)) => Err(Error::Random { source: error.to_string().into() }),
        Err(error) => Err(Error::Random { source: error.into() }),
    }
}

/// Whether `password` is the one behind `hash`; takes as long for a hash that nothing fits.
pub(crate) async fn verify(hash: String, password: SecretString) -> bool {
    tokio::task::spawn_blocking(move || match PasswordHash::new(&hash) {
        Ok(hash) => Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok(),
        Err(_) => false,
    })
    .await
    .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_verified_against_its_own_hash_only() {
        let hash = hash("correct horse battery".to_owned().into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify(hash.clone(), "correct horse battery".to_owned().into()).await);
        assert!(!verify(hash, "Correct horse battery".to_owned().into()).await);
        assert!(!verify("no hash".to_owned(), "anything".to_owned().into()).await);
    }
}
