//! The primitive segments of an OCTET STRING in constructed form (X.690 8.7.3), found one by one.

use std::ops::Range;

use crate::fault::{Code, Fault};
use crate::header::{Header, Tag};

/// Walks an OCTET STRING, primitive or constructed to any depth within its bound; yields the
/// place of each segment's content in the input. Memory does not grow with their number.
#[derive(Clone, Debug)]
pub struct Segments {
    at: usize,
    limit: usize,
    whole: Option<Range<usize>>,
    open: Vec<Option<usize>>,
    depth: usize,
}

impl Segments {
    /// The segments of the string with this header, which ends by `limit` at the latest;
    /// at most `depth` strings inside one another.
    #[must_use]
    pub fn new(header: &Header, limit: usize, depth: usize) -> Self {
        let whole = header
            .end
            .filter(|_| !header.constructed)
            .map(|end| header.content..end);
        let open = if whole.is_some() {
            Vec::new()
        } else {
            vec![header.end]
        };
        Segments {
            at: header.content,
            limit,
            whole,
            open,
            depth,
        }
    }

    /// The next segment in `data`; None after the last.
    ///
    /// # Errors
    /// Truncated, bad length, a value that is no OCTET STRING, too deep.
    pub fn next(&mut self, data: &[u8]) -> Result<Option<Range<usize>>, Box<Fault>> {
        if let Some(whole) = self.whole.take() {
            self.at = whole.end;
            return Ok(Some(whole));
        }
        while let Some(&end) = self.open.last() {
            let limit = self
                .open
                .iter()
                .rev()
                .find_map(|end| *end)
                .unwrap_or(self.limit);
            if end == Some(self.at) {
                self.open.pop();
                continue;
            }
            let inner = Header::read(data, self.at, limit)?;
            if end.is_none() && inner.is_end_of_contents() && inner.end == Some(self.at + 2) {
                self.at += 2;
                self.open.pop();
                continue;
            }
            if inner.tag != Tag::universal(4) {
                return Err(Fault::new(Code::UnexpectedTag, self.at));
            }
            self.at = inner.content;
            if inner.constructed {
                if self.open.len() >= self.depth {
                    return Err(Fault::new(Code::BudgetDepth, inner.start));
                }
                self.open.push(inner.end);
            } else if let Some(end) = inner.end {
                self.at = end;
                return Ok(Some(inner.content..end));
            } else {
                return Err(Fault::new(Code::BadLength, inner.start));
            }
        }
        Ok(None)
    }

    /// Offset after the last octet that was read; after the last segment, the end of the string.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }
}
