//! A report in words.
use remote_service::{Report, TestStage};

use crate::words::Words;

/// What was found so far.
pub(crate) struct ReportView {
    pub(crate) stages: Vec<StageView>,
    /// How it ended; `None` while it runs.
    pub(crate) ok: Option<bool>,
    pub(crate) summary: String,
    /// In English, for support.
    pub(crate) advice: Option<String>,
}

pub(crate) struct StageView {
    pub(crate) code: String,
    pub(crate) words: String,
    pub(crate) ok: bool,
    pub(crate) ms: u64,
    pub(crate) detail: String,
}

impl ReportView {
    pub(crate) fn of(report: &Report, words: &Words) -> Self {
        let failed = report.stages.iter().find(|stage| !stage.ok);
        let summary = match failed {
            _ if report.ok => words.say("test-passed"),
            Some(stage) => words.code("step-advice", &stage.stage),
            None => words.say("test-failed"),
        };
        Self {
            ok: Some(report.ok),
            summary,
            advice: report.advice.clone(),
            ..Self::so_far(&report.stages, words)
        }
    }

    pub(crate) fn so_far(stages: &[TestStage], words: &Words) -> Self {
        let stages = stages.iter().map(|stage| StageView {
            code: stage.stage.clone(),
            words: words.code("step", &stage.stage),
            ok: stage.ok,
            ms: stage.ms,
            detail: stage.detail.clone(),
        });
        Self { stages: stages.collect(), ok: None, summary: words.say("test-running"), advice: None }
    }

    /// Of a test that has no report.
    pub(crate) fn ended(words: &Words) -> Self {
        Self { ok: Some(false), summary: words.say("test-failed"), ..Self::so_far(&[], words) }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.ok.is_none()
    }
}
