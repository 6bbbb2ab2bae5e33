use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{Authenticator, Error, Role, User};

/// The largest file that is read: some thousand users.
const MAX_FILE: u64 = 1024 * 1024;
/// The shortest password, in characters.
const SHORTEST: usize = 12;
/// The longest name and password, in bytes: a hash need not digest novels.
const LONGEST: usize = 256;
/// Nobody's password: verified for names that do not exist, so that they take as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$mIXXuFcsH8TsxImYSTZEQ4M7CxuyQiQDVWCw1jGwZAg";

/// Users in a file of their own, for products that have none: names, roles and Argon2id hashes, readable by the service's
/// account alone (0600).
///
/// It is read at each login, so who is added while the service runs gets in without a restart.
#[derive(Clone)]
pub struct UserFile {
    path: PathBuf,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Users {
    users: Vec<Account>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    name: String,
    role: Role,
    password_hash: String,
}

impl UserFile {
    /// The file at `path`; it need not exist yet, and has no users then.
    pub fn open(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a user. Names are compared without case.
    ///
    /// # Errors
    /// [`Error::Account`] when the name is empty or the password is shorter than 12 characters, [`Error::Taken`],
    /// [`Error::File`], [`Error::Content`]; the file then stays as it was.
    pub fn add(&self, name: &str, role: Role, password: &SecretString) -> Result<(), Error> {
        let account = Account::new(name, role, password)?;
        let mut users = self.read()?;
        if users.find(&account.name).is_some() {
            return Err(Error::Taken { name: account.name });
        }
        users.users.push(account);
        self.write(&users)
    }

    /// Gives a user another password and role, or adds the user: for forgotten passwords.
    ///
    /// # Errors
    /// As [`add`](Self::add), but for [`Error::Taken`].
    pub fn replace(&self, name: &str, role: Role, password: &SecretString) -> Result<(), Error> {
        let account = Account::new(name, role, password)?;
        let mut users = self.read()?;
        users.users.retain(|known| folded(&known.name) != folded(&account.name));
        users.users.push(account);
        self.write(&users)
    }

    fn read(&self) -> Result<Users, Error> {
        let bytes = match durable_file::read_limited(&self.path, MAX_FILE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Users::default()),
            read => read.map_err(|source| Error::File { path: self.path.clone(), source })?,
        };
        serde_json::from_slice(&bytes)
            .map_err(|source| Error::Content { path: self.path.clone(), source: source.into() })
    }

    fn write(&self, users: &Users) -> Result<(), Error> {
        let failed = |source| Error::File { path: self.path.clone(), source };
        let mut json = serde_json::to_vec_pretty(users).map_err(|error| failed(error.into()))?;
        json.push(b'\n');
        durable_file::Replace::new(&self.path).mode(0o600).write(&json).map_err(failed)
    }
}

impl Authenticator for UserFile {
    fn log_in(&self, name: &str, password: &SecretString) -> Option<User> {
        let users = self.read().unwrap_or_else(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "nobody can log in");
            Users::default()
        });
        let account = users.find(name);
        let hash = account.map_or(NOBODY, |account| &account.password_hash);
        let is_right = fits(hash, password);
        account.filter(|_| is_right).map(|account| User { name: account.name.clone(), role: account.role })
    }
}

impl fmt::Debug for UserFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UserFile").field(&self.path).finish()
    }
}

impl Users {
    fn find(&self, name: &str) -> Option<&Account> {
        self.users.iter().find(|account| folded(&account.name) == folded(name))
    }
}

impl Account {
    fn new(name: &str, role: Role, password: &SecretString) -> Result<Self, Error> {
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST || name.chars().any(char::is_control) {
            return Err(Error::Account { what: "a user name has 1 to 256 characters" });
        }
        let characters = password.expose_secret().chars().count();
        if characters < SHORTEST || password.expose_secret().len() > LONGEST {
            return Err(Error::Account { what: "a password has 12 to 256 characters" });
        }
        // Argon2id with OWASP's parameters: 19 MiB, two passes.
        let hash = Argon2::default()
            .hash_password(password.expose_secret().as_bytes())
            .map_err(|error| Error::Hash { source: error.to_string().into() })?;
        Ok(Self { name: name.to_owned(), role, password_hash: hash.to_string() })
    }
}

/// The name as it is compared.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Whether the password is the one behind `hash`; overlong ones are not even hashed.
fn fits(hash: &str, password: &SecretString) -> bool {
    let password = password.expose_secret();
    password.len() <= LONGEST
        && PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password() -> SecretString {
        "correct horse battery".to_owned().into()
    }

    #[test]
    fn a_user_logs_in_with_name_and_password_and_nobody_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let file = UserFile::open(folder.path().join("users.json"));
        assert_eq!(file.log_in("kim", &password()), None, "there is no file yet");
        file.add(" Kim ", Role::Assistance, &password()).unwrap();
        let kim = User { name: "Kim".to_owned(), role: Role::Assistance };
        assert_eq!(file.log_in("kim", &password()), Some(kim));
        assert_eq!(file.log_in("kim", &"Correct horse battery".to_owned().into()), None);
        assert_eq!(file.log_in("robin", &password()), None);
        assert_eq!(file.log_in("robin", &"".to_owned().into()), None);
    }

    #[test]
    fn a_name_is_taken_once_and_a_password_is_replaced_on_purpose_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = UserFile::open(folder.path().join("users.json"));
        file.add("kim", Role::User, &password()).unwrap();
        let other: SecretString = "another good password".to_owned().into();
        assert!(matches!(file.add("KIM", Role::Admin, &other), Err(Error::Taken { .. })));
        file.replace("KIM", Role::Admin, &other).unwrap();
        assert_eq!(file.log_in("kim", &password()), None);
        assert_eq!(file.log_in("kim", &other).unwrap().role, Role::Admin);
        for (name, secret) in
            [("", "correct horse battery"), ("a\nb", "correct horse battery"), ("a", "short")]
        {
            let refused = file.add(name, Role::User, &secret.to_owned().into());
            assert!(matches!(refused, Err(Error::Account { .. })), "{name:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_the_services_account_alone_and_holds_no_password() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = UserFile::open(folder.path().join("users.json"));
        file.add("kim", Role::User, &password()).unwrap();
        assert_eq!(std::fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(file.path()).unwrap();
        assert!(text.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !text.contains("horse"), "{text}");
    }

    #[test]
    fn a_damaged_file_lets_nobody_in_and_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = UserFile::open(folder.path().join("users.json"));
        std::fs::write(file.path(), "{\"users\": 3}").unwrap();
        assert_eq!(file.log_in("kim", &password()), None);
        assert!(matches!(file.add("kim", Role::User, &password()), Err(Error::Content { .. })));
        assert_eq!(std::fs::read_to_string(file.path()).unwrap(), "{\"users\": 3}");
    }

    #[test]
    fn nobodys_hash_can_be_verified_and_fits_nothing_that_people_type() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!fits(NOBODY, &password()) && !fits(NOBODY, &"".to_owned().into()));
    }
}
