//! What can be wrong with a statement, in the words of its warning.

/// Why a statement cannot be read. It costs that statement, not the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    CountUnreadable,
    FieldsMissing,
    LineTooLong,
    NestingTooDeep,
}

/// What is odd about a statement that was read nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    BlankInAssignment,
    BraceUnterminated,
    ContinuationDangling,
    ContinuationMissing,
    QuoteUnterminated,
}

impl Problem {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::CountUnreadable => "count_unreadable",
            Self::FieldsMissing => "fields_missing",
            Self::LineTooLong => "line_too_long",
            Self::NestingTooDeep => "nesting_too_deep",
        }
    }

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::CountUnreadable => "its count is no number: the line is left out",
            Self::FieldsMissing => "required fields are missing: the line is left out",
            Self::LineTooLong => "longer than any license server reads: the line is left out",
            Self::NestingTooDeep => "braces are nested too deep: the line is left out",
        }
    }
}

impl Oddity {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::BlankInAssignment => "blank_in_assignment",
            Self::BraceUnterminated => "brace_unterminated",
            Self::ContinuationDangling => "continuation_dangling",
            Self::ContinuationMissing => "continuation_missing",
            Self::QuoteUnterminated => "quote_unterminated",
        }
    }

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::BlankInAssignment => "blanks around `=`",
            Self::BraceUnterminated => "a brace is not closed",
            Self::ContinuationDangling => "`\\` at the end, but the next line starts a new statement",
            Self::ContinuationMissing => "goes on with the line before, which does not end in `\\`",
            Self::QuoteUnterminated => "a quotation mark is not closed",
        }
    }
}
