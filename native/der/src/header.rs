//! Identifier and length octets (X.690 8.1).

use crate::fault::{Code, Fault};

/// Class of a tag (X.690 8.1.2.2), as its two bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 00
    Universal,
    /// 01
    Application,
    /// 10
    Context,
    /// 11
    Private,
}

/// Class and number of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag(u32);

impl Tag {
    /// Largest number that is read: four octets of the high form.
    pub const MAX_NUMBER: u32 = (1 << 28) - 1;

    /// A tag of any class; `number` at most [`Tag::MAX_NUMBER`].
    #[must_use]
    pub const fn new(class: Class, number: u32) -> Self {
        Tag((class as u32) << 30 | number)
    }

    /// A universal tag.
    #[must_use]
    pub const fn universal(number: u32) -> Self {
        Tag::new(Class::Universal, number)
    }

    /// A context-specific tag.
    #[must_use]
    pub const fn context(number: u32) -> Self {
        Tag::new(Class::Context, number)
    }

    /// The two class bits.
    #[must_use]
    pub const fn class_bits(self) -> u8 {
        (self.0 >> 30) as u8
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0 & Tag::MAX_NUMBER
    }
}

/// Which encodings are legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// X.690 clause 10 and 11.
    Der,
    /// X.690 clause 8.
    Ber,
}

/// Identifier and length octets of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its tag.
    pub tag: Tag,
    /// Whether its content is made of values.
    pub constructed: bool,
    /// Offset of the first identifier octet.
    pub start: usize,
    /// Offset of the first content octet.
    pub content: usize,
    /// Offset after the last content octet; None for the indefinite form (X.690 8.1.3.6).
    pub end: Option<usize>,
    /// Whether the length takes more octets than it needs.
    pub long_length: bool,
}

impl Header {
    /// Read the header at `start` of a value that ends by `limit` at the latest.
    ///
    /// # Errors
    /// Truncated, bad tag, bad length. The indefinite form is returned, not judged.
    #[inline(always)] // a call would pass the header through memory: a third of the decoder's time
    pub fn read(data: &[u8], start: usize, limit: usize) -> Result<Self, Box<Fault>> {
        let window = &data[..limit];
        let (&[first, second], rest) = window
            .get(start..)
            .and_then(|rest| rest.split_first_chunk::<2>())
            .ok_or_else(|| short(data, start, limit))?;
        // Each part by itself, so that none goes through memory between the two ways.
        let (tag, content, end, long_length);
        if first & 0x1F != 0x1F && second < 0x80 {
            if rest.len() < usize::from(second) {
                return Err(short(data, start, limit));
            }
            tag = Tag(u32::from(first >> 6) << 30 | u32::from(first & 0x1F));
            content = start + 2;
            end = Some(content + usize::from(second));
            long_length = false;
        } else {
            let long = Header::read_long(data, start, limit)?;
            tag = long.tag;
            content = long.content;
            end = long.end;
            long_length = long.long_length;
        }
        Ok(Header {
            tag,
            constructed: first & 0x20 != 0,
            start,
            content,
            end,
            long_length,
        })
    }

    #[inline(never)]
    fn read_long(data: &[u8], start: usize, limit: usize) -> Result<Self, Box<Fault>> {
        let header = Header::read_claimed(data, start, limit)?;
        match header.end {
            Some(end) if end > limit => Err(short(data, start, limit)),
            _ => Ok(header),
        }
    }

    /// Read the header at `start`, whose octets end by `limit` at the latest; whether its content
    /// does is left to the caller.
    ///
    /// # Errors
    /// Truncated, bad tag, bad length.
    #[inline]
    pub fn read_claimed(data: &[u8], start: usize, limit: usize) -> Result<Self, Box<Fault>> {
        let octet = |at: usize| {
            if at < limit {
                Ok(data[at])
            } else {
                Err(short(data, start, limit))
            }
        };
        let first = octet(start)?;
        let mut at = start + 1;
        let mut number = u32::from(first & 0x1F);
        if number == 0x1F {
            number = 0;
            loop {
                let next = octet(at)?;
                let leading_zero = at == start + 1 && next == 0x80;
                if leading_zero || number > Tag::MAX_NUMBER >> 7 {
                    return Err(Fault::new(Code::BadTag, start));
                }
                number = number << 7 | u32::from(next & 0x7F);
                at += 1;
                if next < 0x80 {
                    break;
                }
            }
            if number < 0x1F {
                return Err(Fault::new(Code::BadTag, start));
            }
        }
        let form = octet(at)?;
        at += 1;
        let header = |content, end, long_length| Header {
            tag: Tag(u32::from(first >> 6) << 30 | number),
            constructed: first & 0x20 != 0,
            start,
            content,
            end,
            long_length,
        };
        if form == 0x80 {
            return Ok(header(at, None, false));
        }
        let mut length = usize::from(form);
        let mut long_length = false;
        if form > 0x80 {
            let count = usize::from(form & 0x7F);
            if count > 8 {
                return Err(Fault::new(Code::BadLength, start));
            }
            length = 0;
            for _ in 0..count {
                length = length << 8 | usize::from(octet(at)?);
                at += 1;
            }
            long_length = length < 0x80 || length >> (8 * (count - 1)) == 0;
        }
        Ok(header(at, Some(at.saturating_add(length)), long_length))
    }

    /// Whether these are end-of-contents octets (X.690 8.1.5).
    #[must_use]
    pub fn is_end_of_contents(&self) -> bool {
        self.tag == Tag::universal(0)
    }

    /// Offset after the value, end-of-contents octets included. Contents are stepped over, not
    /// judged; `depth` bounds how many indefinite lengths may be open.
    ///
    /// # Errors
    /// Truncated, bad length, too deep.
    pub fn after(&self, data: &[u8], limit: usize, depth: usize) -> Result<usize, Box<Fault>> {
        if let Some(end) = self.end {
            return Ok(end);
        }
        let mut open = 1;
        let mut at = self.content;
        while open > 0 {
            let inner = Header::read(data, at, limit)?;
            if inner.is_end_of_contents() {
                if inner.end != Some(at + 2) || inner.constructed {
                    return Err(Fault::new(Code::BadTag, at));
                }
                open -= 1;
            } else if inner.end.is_none() {
                if !inner.constructed {
                    return Err(Fault::new(Code::BadLength, at));
                }
                open += 1;
                if open > depth {
                    return Err(Fault::new(Code::BudgetDepth, at));
                }
            }
            at = inner.end.unwrap_or(inner.content);
        }
        Ok(at)
    }
}

/// The input is too short, or a length reaches past the value around it.
#[cold]
fn short(data: &[u8], start: usize, limit: usize) -> Box<Fault> {
    let code = if limit < data.len() {
        Code::BadLength
    } else {
        Code::Truncated
    };
    Fault::new(code, start)
}
