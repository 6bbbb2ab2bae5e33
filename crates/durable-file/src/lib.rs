//! Files that survive a crash: temporary file, sync, verify, rename, sync of the folder.
#![forbid(unsafe_code)]
