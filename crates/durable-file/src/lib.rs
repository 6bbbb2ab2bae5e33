//! Files that survive a crash: the one owner of durable writing.
//!
//! ```text
//! bytes ─▶ ~NAME.<unique>.part ─▶ sync ─▶ verify ─▶ rename over NAME ─▶ sync folder
//!             (create-new)                (hook)    (retry while in use)
//! ```
//! Whoever looks at `NAME`, at any moment and after any kill, sees the old content whole or the new content whole.
//! When a step fails, the old content stays and the `.part` file goes; after a kill the `.part` file stays until
//! [`sweep`] takes it. Nothing here reads a clock. On Windows, whoever has a file open for a moment is waited for, half a
//! second at most.
//!
//! # Example
//! ```
//! # let folder = tempfile::tempdir()?;
//! use std::{fs, io, time::Duration};
//!
//! let path = folder.path().join("prismadirect.lic");
//! durable_file::replace(&path, b"five seats")?;
//!
//! let refused = durable_file::Replace::new(&path)
//!     .verify(|part| match fs::read(part)?.is_empty() {
//!         true => Err(io::Error::other("no license")),
//!         false => Ok(()),
//!     })
//!     .retry_in_use(vec![Duration::from_millis(50); 3])
//!     .write(b"");
//! assert!(refused.is_err());
//! assert_eq!(fs::read(&path)?, b"five seats");
//! # Ok::<(), io::Error>(())
//! ```
#![forbid(unsafe_code)]

mod append;
mod folder;
mod in_use;
mod part;
mod read;
mod replace;

pub use append::append;
pub use folder::{create_folder, remove, rename, sync_folder};
pub use in_use::is_in_use;
pub use part::{is_part_name, part_name, sweep};
pub use read::read_limited;
pub use replace::{Replace, replace};
