use std::path::PathBuf;

use clap::Args;
use remote_service::assistance::audit::{Head, Tail, Verification, Verifier};
use serde_json::json;

use crate::{
    answer::{Answer, Failure, Stop, with_causes},
    input, keys,
};

/// Says whether anybody changed an audit
///
/// Exit code 0: nothing was changed, as far as can be seen; 1: something was. Without --head nothing can be said about
/// records that are missing at the end.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service assistance audit verify audit.jsonl
  remote-service assistance audit verify audit-*.jsonl audit.jsonl --head audit.head --key installation.pem --json")]
pub(crate) struct Verify {
    /// All files of the audit, the oldest first
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The signed head
    #[arg(long, requires = "key")]
    head: Option<PathBuf>,
    /// The installation's public key, and those it had before: 64 hex digits or a file
    #[arg(long, value_name = "PUBLIC", requires = "head")]
    key: Vec<String>,
}

impl Verify {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        let head = match &self.head {
            Some(path) => Some(Head::open(
                &input::license(path)?,
                &keys::ring(&self.key)?.keys().iter().map(|trusted| trusted.key).collect::<Vec<_>>(),
            )),
            None => None,
        };
        let mut verifier = Verifier::new(head.as_ref().and_then(|head| head.as_ref().ok()).copied());
        for file in &self.files {
            verifier.file(file).map_err(|source| Failure::Read { path: file.clone(), source })?;
        }
        let found = verifier.finish();
        let untrusted = head.and_then(Result::err);
        let ok = found.ok && untrusted.is_none();
        let Verification { records, first_bad, tail, .. } = found;
        let mut json = json!({ "ok": ok, "records": records, "first_bad": first_bad, "tail": tail });
        let mut text = told(&found);
        if let Some(error) = untrusted {
            json["reason"] = json!("head_untrusted");
            text += &format!("The head is not to be believed: {}.\n", with_causes(&error));
        }
        Ok(Answer::yes_or_no(ok, json, text))
    }
}

fn told(found: &Verification) -> String {
    let records = found.records;
    if let Some(bad) = found.first_bad {
        return format!("Record {bad} is not the one that was written; the {records} before it are.\n");
    }
    let tail = match found.tail {
        Tail::Complete => "They end where the signed head says.",
        Tail::Cut => "Records are missing at the end: the signed head names more.",
        Tail::BeyondHead => {
            "They go beyond the signed head: a crash leaves one such record, until the next start."
        }
        Tail::Unknown => "Whether records are missing at the end cannot be said without the signed head.",
    };
    format!("{records} records, an unbroken chain. {tail}\n")
}
