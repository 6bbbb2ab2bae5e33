//! What was passed on the way, for the connection report.
use tokio::time::Instant;

use crate::{Stage, StageName};

/// Collects the stages that went well; the one that fails is known from the error.
pub(crate) struct Trace {
    pub(crate) stages: Vec<Stage>,
    seen: Box<dyn FnMut(&Stage) + Send>,
    since: Instant,
}

impl Trace {
    pub(crate) fn new() -> Self {
        Self::watched(|_| {})
    }

    /// `seen` is told each stage as soon as it is over.
    pub(crate) fn watched(seen: impl FnMut(&Stage) + Send + 'static) -> Self {
        Self { stages: Vec::new(), seen: Box::new(seen), since: Instant::now() }
    }

    /// The stage `stage` ended well just now.
    pub(crate) fn passed(&mut self, stage: StageName, detail: impl Into<String>) {
        self.push(stage, true, detail.into());
    }

    /// The stage `stage` failed just now.
    pub(crate) fn failed(&mut self, stage: StageName, detail: impl Into<String>) {
        self.push(stage, false, detail.into());
    }

    fn push(&mut self, stage: StageName, ok: bool, detail: String) {
        let ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let stage = Stage { stage, ok, ms, detail };
        (self.seen)(&stage);
        self.stages.push(stage);
        self.since = Instant::now();
    }
}
