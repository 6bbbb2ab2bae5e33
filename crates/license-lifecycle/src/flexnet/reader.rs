//! Cuts a file into lines. Every byte ends up in exactly one of them.
use super::{
    Content, File, Keyword, Limits, Line,
    bytes::{count_line_ends, line_end, past_blanks, past_line_end, text},
    lint,
    problem::Problem,
    scan::{Scanner, Token},
    shape,
    statement::{is_meant, statement},
    warnings::Warnings,
};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// How far a statement is followed whose keyword is not in upper case: it may turn out to be prose, and then the lines
/// below it are read again.
const LONGEST_PROSE: usize = 4096;

pub(super) fn read(bytes: &[u8], limits: Limits) -> File<'_> {
    let mut reader = Reader { bytes, limits, start: 0, number: 1, warnings: Warnings::default() };
    let mut lines = Vec::new();
    while reader.start < bytes.len() {
        let bom = if reader.start == 0 && bytes.starts_with(BOM) { BOM.len() } else { 0 };
        let (content, end) = reader.line(reader.start + bom);
        lines.push(Line { number: reader.number, span: reader.start..end, content });
        reader.number = reader.number_at(end);
        reader.start = end;
    }
    lint::servers(&lines, &mut reader.warnings);
    File { lines, warnings: reader.warnings.into_vec() }
}

struct Reader<'a> {
    bytes: &'a [u8],
    limits: Limits,
    /// Where the line being read starts.
    start: usize,
    /// Its number.
    number: u32,
    warnings: Warnings,
}

impl<'a> Reader<'a> {
    /// Reads the line whose text starts at `at`; says where the next one starts.
    fn line(&mut self, at: usize) -> (Content<'a>, usize) {
        let physical_end = past_line_end(self.bytes, line_end(self.bytes, at));
        let word = shape::first_word(self.bytes, at);
        if word.is_empty() {
            return (Content::Blank, physical_end);
        }
        if word.starts_with(b"#") {
            return (Content::Comment, physical_end);
        }
        let Some(keyword) = Keyword::of(word) else {
            return (self.no_statement(at, word), physical_end);
        };
        let after_word = past_blanks(self.bytes, at) + word.len();
        let is_upper_case = word == keyword.as_str().as_bytes();
        let longest = if is_upper_case { self.limits.line } else { self.limits.line.min(LONGEST_PROSE) };
        let limit = at.saturating_add(longest);
        let mut scanner = Scanner::new(self.bytes, after_word, limit);
        let (content, end) = match tokens(&mut scanner, keyword) {
            Ok(tokens) => (statement(keyword, tokens), scanner.next_line()),
            // To go back would let a few bytes on each line cost a whole limit.
            Err(Problem::LineTooLong) if is_upper_case => {
                (Err(Problem::LineTooLong), past_line_end(self.bytes, line_end(self.bytes, limit)))
            }
            Err(problem) => (Err(problem), physical_end),
        };
        match content {
            Ok(content) if is_upper_case || is_meant(&content) => {
                if !is_upper_case {
                    self.warnings.add(self.number, "lowercase_keyword", || {
                        format!("{:?} should be {:?}", text(word), keyword.as_str())
                    });
                }
                self.report(&scanner);
                lint::content(&content, self.number, &mut self.warnings);
                (content, end)
            }
            Err(problem) if is_upper_case => {
                self.report(&scanner);
                self.warnings.add(self.number, problem.code(), || {
                    format!("{} line: {}", keyword.as_str(), problem.message())
                });
                (Content::Unreadable(keyword), end)
            }
            _ => (self.no_statement(at, word), physical_end),
        }
    }

    fn no_statement(&mut self, at: usize, word: &[u8]) -> Content<'a> {
        if shape::is_decimal(self.bytes, at) {
            self.warnings.add(self.number, "decimal_unsupported", || {
                "a license in decimal form is not read: ask the vendor for the readable form, or convert it with lminstall"
                    .to_owned()
            });
            return Content::Decimal;
        }
        self.warnings.add(self.number, "no_keyword", || {
            let word: String = text(word).chars().take(40).collect();
            format!("{word:?} is no keyword: the line is taken for a comment")
        });
        Content::Comment
    }

    fn report(&mut self, scanner: &Scanner<'_>) {
        for &(oddity, at) in scanner.oddities() {
            self.warnings.add(self.number_at(at), oddity.code(), || oddity.message().to_owned());
        }
    }

    /// The number of the line that starts at or holds `at`, at or behind the start of the line being read.
    fn number_at(&self, at: usize) -> u32 {
        let before = count_line_ends(&self.bytes[self.start..at]);
        self.number.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    }
}

/// All tokens of a statement, with those of the attribute lines below it that lack a `\` before them.
fn tokens<'a>(scanner: &mut Scanner<'a>, keyword: Keyword) -> Result<Vec<Token<'a>>, Problem> {
    let takes_attributes =
        matches!(keyword, Keyword::Feature | Keyword::Increment | Keyword::Upgrade | Keyword::Package);
    let mut tokens = Vec::new();
    loop {
        while let Some(token) = scanner.token()? {
            tokens.push(token);
        }
        if !(takes_attributes && scanner.go_on_with_attributes()) {
            return Ok(tokens);
        }
    }
}
