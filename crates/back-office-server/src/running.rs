//! Starting and stopping.
use std::net::{SocketAddr, TcpListener};

use crate::{Administration, Config, Error};

/// The back office before it runs.
#[derive(Debug)]
pub struct BackOffice;

impl BackOffice {
    /// Opens the database, brings it up to date, and listens on `config.listen`.
    ///
    /// # Errors
    /// [`Error::Listen`], [`Error::Database`], [`Error::Config`].
    pub async fn start(config: Config) -> Result<Running, Error> {
        let listener = TcpListener::bind(config.listen).map_err(|source| Error::Listen { source })?;
        Self::start_on(listener, config).await
    }

    /// Like [`start`](Self::start) on a listener that is bound already, so that the port is known
    /// before the keys envelope that names it is signed. `config.listen` is not looked at.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Config`].
    pub async fn start_on(_listener: TcpListener, _config: Config) -> Result<Running, Error> {
        todo!()
    }
}

/// A back office at work.
#[derive(Debug)]
pub struct Running {
    _private: (),
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        todo!()
    }

    /// The operator's acts.
    pub fn administration(&self) -> Administration {
        todo!()
    }

    /// Ends held polls, finishes what is being answered, and closes the database.
    pub async fn stop(self) {
        todo!()
    }
}
