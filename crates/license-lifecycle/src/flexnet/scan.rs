//! Cuts a statement into words and attributes, across everything that may continue it.
use std::borrow::Cow;

use super::{
    bytes::{is_blank, is_line_end, line_end, past_blanks, past_continuation, past_line_end, text},
    known,
    problem::{Oddity, Problem},
    shape,
};

/// How deep braces and parentheses may nest in a value such as `AUTH={…}`.
const MAX_DEPTH: usize = 32;

/// A word, or an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) value: Option<Cow<'a, str>>,
}

/// Reads the tokens of one statement, starting behind its keyword.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// No statement reaches beyond.
    limit: usize,
    /// The statement ended before a new one, though a continuation was announced.
    ended: bool,
    oddities: Vec<(Oddity, usize)>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, limit: usize) -> Self {
        Self { bytes, at, limit: limit.min(bytes.len()), ended: false, oddities: Vec::new() }
    }

    /// The next token of the statement; `None` at its end.
    pub(super) fn token(&mut self) -> Result<Option<Token<'a>>, Problem> {
        self.skip_gap()?;
        if self.ended || self.peek().is_none_or(is_line_end) {
            return Ok(None);
        }
        if self.peek() == Some(b'"') {
            let key = text(self.quoted()?);
            return Ok(Some(Token { key, value: None }));
        }
        let key = self.run(|byte| byte == b'=' || byte == b'"')?;
        if self.peek() != Some(b'=') {
            let next = past_blanks(self.bytes, self.at);
            if key.is_empty() || self.bytes.get(next) != Some(&b'=') || next >= self.limit {
                return Ok(Some(Token { key: text(key), value: None }));
            }
            self.note(Oddity::BlankInAssignment, self.at);
            self.at = next;
        }
        self.at += 1;
        let value = self.value()?;
        Ok(Some(Token { key: text(key), value: Some(value) }))
    }

    /// Where the next line starts, when [`token`](Self::token) has said `None`.
    pub(super) fn next_line(&self) -> usize {
        if self.ended { self.at } else { past_line_end(self.bytes, self.at) }
    }

    /// Goes on with the next line when it is one of attributes, though nothing continued the statement.
    pub(super) fn go_on_with_attributes(&mut self) -> bool {
        let next = self.next_line();
        let goes_on = !self.ended && shape::starts_attributes(self.bytes, next);
        if goes_on {
            self.at = next;
            self.note(Oddity::ContinuationMissing, next);
        }
        goes_on
    }

    /// What was odd and where, each kind at its first place.
    pub(super) fn oddities(&self) -> &[(Oddity, usize)] {
        &self.oddities
    }

    fn note(&mut self, oddity: Oddity, at: usize) {
        if !self.oddities.iter().any(|(noted, _)| *noted == oddity) {
            self.oddities.push((oddity, at));
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes[..self.limit].get(self.at).copied()
    }

    /// Skips blanks and continuations, with the blank lines and comments that follow these.
    fn skip_gap(&mut self) -> Result<(), Problem> {
        while !self.ended {
            self.at = past_blanks(self.bytes, self.at);
            if self.at >= self.limit && self.limit < self.bytes.len() {
                return Err(Problem::LineTooLong);
            }
            let Some(mut next) = past_continuation(self.bytes, self.at) else {
                // A `\` at the very end of the file continues nothing.
                if self.peek() == Some(b'\\') && past_blanks(self.bytes, self.at + 1) == self.bytes.len() {
                    self.at = self.bytes.len();
                }
                return Ok(());
            };
            loop {
                let word = past_blanks(self.bytes, next);
                match self.bytes.get(word) {
                    Some(b'#') => next = past_line_end(self.bytes, line_end(self.bytes, word)),
                    Some(byte) if is_line_end(*byte) => next = past_line_end(self.bytes, word),
                    _ => break,
                }
            }
            if shape::starts_statement(self.bytes, next) {
                self.note(Oddity::ContinuationDangling, self.at);
                self.ended = true;
            }
            self.at = next;
        }
        Ok(())
    }

    fn value(&mut self) -> Result<Cow<'a, str>, Problem> {
        match self.peek() {
            Some(b'"') => self.quoted().map(text),
            Some(b'{') => self.braced().map(text),
            Some(byte) if is_blank(byte) || byte == b'\\' => {
                let at = self.at;
                self.skip_gap()?;
                let separated = self.at > at && !self.ended;
                match self.peek() {
                    Some(b'"' | b'{') if separated => {
                        self.note(Oddity::BlankInAssignment, self.at);
                        self.value()
                    }
                    Some(byte) if separated && !is_line_end(byte) => {
                        let start = self.at;
                        let word = self.run(|byte| byte == b'=')?;
                        if self.peek() != Some(b'=') && !known::is_flag(word) {
                            self.note(Oddity::BlankInAssignment, self.at);
                            return Ok(text(word));
                        }
                        self.at = start;
                        Ok(Cow::Borrowed(""))
                    }
                    _ if separated || self.ended => Ok(Cow::Borrowed("")),
                    _ => self.run(|_| false).map(text),
                }
            }
            _ => self.run(|_| false).map(text),
        }
    }

    /// The bytes up to a blank, a line end, a continuation or a byte that `stops`; quotes inside are taken whole.
    fn run(&mut self, stops: impl Fn(u8) -> bool) -> Result<&'a [u8], Problem> {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if is_blank(byte)
                || is_line_end(byte)
                || stops(byte)
                || past_continuation(self.bytes, self.at).is_some()
            {
                break;
            }
            if byte == b'"' {
                self.quoted()?;
            } else {
                self.at += 1;
            }
        }
        self.too_long_at(self.at)?;
        Ok(&self.bytes[start..self.at])
    }

    /// The bytes between the `"` here and the next one. The value may span lines, but not a whole new statement.
    fn quoted(&mut self) -> Result<&'a [u8], Problem> {
        let start = self.at + 1;
        let (mut at, mut first_line_end) = (start, None);
        loop {
            self.too_long_at(at)?;
            let Some(&byte) = self.bytes.get(at) else {
                self.note(Oddity::QuoteUnterminated, self.at);
                self.at = first_line_end.unwrap_or(at);
                return Ok(&self.bytes[start..self.at]);
            };
            if byte == b'"' {
                self.at = at + 1;
                return Ok(&self.bytes[start..at]);
            }
            match self.next_line_in_value(at, &mut first_line_end) {
                None => at += 1,
                Some(next) if !shape::starts_grant(self.bytes, next) => at = next,
                Some(_) => {
                    self.note(Oddity::QuoteUnterminated, self.at);
                    self.at = at;
                    return Ok(&self.bytes[start..at]);
                }
            }
        }
    }

    /// The bytes from the `{` here to the brace that closes it, both included.
    fn braced(&mut self) -> Result<&'a [u8], Problem> {
        let start = self.at;
        let (mut depth, mut first_line_end) = (0_usize, None);
        loop {
            self.too_long_at(self.at)?;
            let Some(&byte) = self.bytes.get(self.at) else {
                self.note(Oddity::BraceUnterminated, self.at);
                self.at = first_line_end.unwrap_or(self.at);
                return Ok(&self.bytes[start..self.at]);
            };
            match byte {
                b'"' => {
                    self.quoted()?;
                    continue;
                }
                b'{' | b'(' if depth == MAX_DEPTH => return Err(Problem::NestingTooDeep),
                b'{' | b'(' => depth += 1,
                b'}' | b')' => depth -= 1,
                _ => {}
            }
            match self.next_line_in_value(self.at, &mut first_line_end) {
                None => self.at += 1,
                Some(next) if !shape::starts_grant(self.bytes, next) => self.at = next,
                Some(_) => {
                    self.note(Oddity::BraceUnterminated, self.at);
                    return Ok(&self.bytes[start..self.at]);
                }
            }
            if depth == 0 {
                return Ok(&self.bytes[start..self.at]);
            }
        }
    }

    /// When a line ends at `at` inside a value, continued or not, where the next one starts.
    fn next_line_in_value(&self, at: usize, first_line_end: &mut Option<usize>) -> Option<usize> {
        if is_line_end(self.bytes[at]) {
            first_line_end.get_or_insert(at);
            return Some(past_line_end(self.bytes, at));
        }
        past_continuation(self.bytes, at)
    }

    fn too_long_at(&self, at: usize) -> Result<(), Problem> {
        if at >= self.limit && self.limit < self.bytes.len() { Err(Problem::LineTooLong) } else { Ok(()) }
    }
}
