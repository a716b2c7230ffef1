//! The decoder: one pass over the octets along a schema.

use std::marker::PhantomData;

use crate::content::{self, Noted};
use crate::fault::{Code, Deviation, Fault};
use crate::header::{Header, Rules, Tag};
use crate::host::{Host, Nothing, Options, Primitive};
use crate::node::{is_text, Field, Kind, Least, Node, Presence};
use crate::segments::Segments;

type Result<T> = std::result::Result<T, Box<Fault>>;

/// Octets of the largest INTEGER that is made into a number: no version, serial number or count
/// comes near, and decimal digits stay few. Keys are read as octets.
const MAX_INTEGER: usize = 128;

/// What came out of a decoding.
#[derive(Debug)]
pub struct Decoded<V> {
    /// The value.
    pub value: V,
    /// Octets that it takes.
    pub length: usize,
    /// Deviations from DER that were let pass, with their offsets.
    pub deviations: Vec<(Deviation, usize)>,
}

/// Read a value of the type `node` from the start of `data`.
///
/// # Errors
/// See [`Code`].
pub fn decode<H: Host>(
    node: &Node<H::Note>,
    data: &[u8],
    host: H,
    options: &Options,
) -> Result<Decoded<H::Value>> {
    let budget = options.budget;
    if data.len() > budget.size {
        return Err(Fault::new(Code::BudgetSize, 0));
    }
    let spent = Spent {
        elements: budget.elements,
        octets: budget.octets,
        deviations: Vec::new(),
    };
    let mut decoder = Decoder {
        data,
        host,
        options: *options,
        spent,
    };
    let (value, length) = decoder.value(node, 0, data.len(), budget.depth)?;
    if length < data.len() && !options.trailing {
        return Err(Fault::new(Code::TrailingData, length));
    }
    Ok(Decoded {
        value,
        length,
        deviations: decoder.spent.deviations,
    })
}

/// What is left of the budget, and what was noted.
#[derive(Default)]
struct Spent {
    elements: usize,
    octets: usize,
    deviations: Vec<(Deviation, usize)>,
}

struct Decoder<'d, H: Host> {
    data: &'d [u8],
    host: H,
    options: Options,
    spent: Spent,
}

/// Content octets that are being read: they end at `end`, or at end-of-contents octets before it.
struct Content {
    at: usize,
    end: usize,
    open: bool,
}

impl Content {
    /// Whether another value follows; steps over end-of-contents octets.
    #[inline]
    fn more(&mut self, data: &[u8]) -> bool {
        if !self.open {
            return self.at < self.end;
        }
        let over = self.at + 2 <= self.end && data[self.at..self.at + 2] == [0, 0];
        if over {
            self.at += 2;
            self.open = false;
            self.end = self.at;
        }
        !over
    }
}

impl<'d, H: Host> Decoder<'d, H> {
    /// Read the header of the value at `at`, and judge its length.
    #[inline(always)]
    fn header(&mut self, at: usize, end: usize) -> Result<Header> {
        let header = Header::read(self.data, at, end)?;
        if header.long_length || header.end.is_none() {
            self.judge_length(&header)?;
        }
        if self.spent.elements == 0 {
            return Err(Fault::new(Code::BudgetElements, at));
        }
        self.spent.elements -= 1;
        Ok(header)
    }

    #[cold]
    fn judge_length(&mut self, header: &Header) -> Result<()> {
        if header.end.is_none() && !header.constructed {
            return Err(Fault::new(Code::BadLength, header.start));
        }
        let deviation = if header.long_length {
            Deviation::LongLength
        } else {
            Deviation::IndefiniteLength
        };
        self.ber_only(deviation, header.start)
    }

    /// What BER allows and DER does not.
    fn ber_only(&mut self, deviation: Deviation, at: usize) -> Result<()> {
        match self.options.rules {
            Rules::Ber => Ok(()),
            Rules::Der => self.deviate(deviation, at),
        }
    }

    #[cold]
    fn deviate(&mut self, deviation: Deviation, at: usize) -> Result<()> {
        if self.options.strict || !deviation.tolerated() {
            return Err(Fault::new(Code::NotDer(deviation), at));
        }
        self.spent.deviations.push((deviation, at));
        Ok(())
    }

    fn noted<T>(&mut self, read: Noted<T>, at: usize) -> Result<T> {
        let (value, deviation) = read.map_err(|code| Fault::new(code, at))?;
        if let Some(deviation) = deviation {
            match deviation {
                Deviation::BooleanTrue | Deviation::TimeForm | Deviation::UnusedBits => {
                    self.ber_only(deviation, at)?;
                }
                _ => self.deviate(deviation, at)?,
            }
        }
        Ok(value)
    }

    /// Octets that the host is going to copy.
    #[inline]
    fn copied(&mut self, octets: &'d [u8], at: usize) -> Result<&'d [u8]> {
        match self.spent.octets.checked_sub(octets.len()) {
            Some(left) => {
                self.spent.octets = left;
                Ok(octets)
            }
            None => Err(Fault::new(Code::BudgetOctets, at)),
        }
    }

    fn value(
        &mut self,
        node: &Node<H::Note>,
        at: usize,
        end: usize,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        let header = self.header(at, end)?;
        if !node.accepts(header.tag) {
            return Err(Fault::new(Code::UnexpectedTag, at));
        }
        self.body(node, &header, end, depth)
    }

    /// Content octets of a value in primitive form.
    #[inline]
    fn primitive(&self, header: &Header) -> Result<(&'d [u8], usize)> {
        match header.end {
            Some(end) if !header.constructed => Ok((&self.data[header.content..end], end)),
            _ => Err(Fault::new(
                Code::NotDer(Deviation::ConstructedString),
                header.start,
            )),
        }
    }

    #[inline]
    fn constructed(&self, header: &Header, end: usize, depth: usize) -> Result<Content> {
        if !header.constructed {
            return Err(Fault::new(Code::UnexpectedTag, header.start));
        }
        if depth == 0 {
            return Err(Fault::new(Code::BudgetDepth, header.start));
        }
        let open = header.end.is_none();
        Ok(Content {
            at: header.content,
            end: header.end.unwrap_or(end),
            open,
        })
    }

    /// Read the value whose header was read and fits; its value, and the offset after it.
    fn body(
        &mut self,
        node: &Node<H::Note>,
        header: &Header,
        end: usize,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        let at = header.start;
        match &*node.kind {
            Kind::Sequence(fields, octets) => {
                let content = self.constructed(header, end, depth)?;
                return self.sequence(node, fields, *octets, header, content, depth - 1);
            }
            Kind::Set(fields, octets) => {
                let content = self.constructed(header, end, depth)?;
                return self.set(node, fields, *octets, header, content, depth - 1);
            }
            Kind::SequenceOf(element, least) => {
                let content = self.constructed(header, end, depth)?;
                return self.list(node, element, *least, false, header, content, depth - 1);
            }
            Kind::SetOf(element, least) => {
                let content = self.constructed(header, end, depth)?;
                return self.list(node, element, *least, true, header, content, depth - 1);
            }
            Kind::Choice(alternatives) => return self.choice(alternatives, header, end, depth),
            Kind::Explicit(inner) => {
                let content = self.constructed(header, end, depth)?;
                return self.only(inner, content, depth - 1);
            }
            Kind::OctetsOf(inner) => {
                let (_, after) = self.primitive(header)?;
                if depth == 0 {
                    return Err(Fault::new(Code::BudgetDepth, at));
                }
                let content = Content {
                    at: header.content,
                    end: after,
                    open: false,
                };
                return self.only(inner, content, depth - 1);
            }
            Kind::Raw(inner) => {
                let after = self.check(inner, header, end, depth)?;
                return self.octets(node, at, after);
            }
            Kind::WithOctets(inner) => {
                let (value, after) = self.body(inner, header, end, depth)?;
                let octets = self.copied(&self.data[at..after], at)?;
                return Ok((self.host.with_octets(node, octets, value)?, after));
            }
            Kind::View(_) => {
                let after = header.after(self.data, end, depth)?;
                return Ok((
                    self.host.primitive(node, Primitive::View(at..after))?,
                    after,
                ));
            }
            Kind::Any => {
                let after = header.after(self.data, end, depth)?;
                return self.octets(node, at, after);
            }
            Kind::AnyTextOrAny if !is_text(header.tag) => {
                let after = header.after(self.data, end, depth)?;
                return self.octets(node, at, after);
            }
            Kind::Span => return self.span(node, header, end, depth),
            Kind::OctetString if header.constructed => {
                return self.gathered(node, header, end, depth)
            }
            _ => {}
        }
        let (content, after) = self.primitive(header)?;
        let value = match &*node.kind {
            Kind::Boolean => Primitive::Boolean(self.noted(content::boolean(content), at)?),
            Kind::Integer => {
                if content.len() > MAX_INTEGER {
                    return Err(Fault::new(Code::BudgetOctets, at));
                }
                let content = self.noted(content::integer(content), at)?;
                Primitive::Integer(self.copied(content, at)?)
            }
            Kind::IntegerOctets => {
                let content = self.noted(content::integer(content), at)?;
                Primitive::Octets(self.copied(content, at)?)
            }
            Kind::Null if content.is_empty() => Primitive::Null,
            Kind::Oid => {
                let content = content::oid(content).map_err(|code| Fault::new(code, at))?;
                Primitive::Oid(self.copied(content, at)?)
            }
            Kind::OctetString => Primitive::Octets(self.copied(content, at)?),
            Kind::BitString => {
                let content = self.copied(content, at)?;
                let (unused, octets) = self.noted(content::bit_string(content), at)?;
                Primitive::Bits(unused, octets)
            }
            Kind::UtcTime | Kind::GeneralizedTime | Kind::Time => {
                let generalized = match &*node.kind {
                    Kind::Time => header.tag == Tag::universal(24),
                    kind => matches!(kind, Kind::GeneralizedTime),
                };
                let time = self.noted(content::time(content, generalized), at)?;
                if generalized && matches!(&*node.kind, Kind::Time) && time.fits_utc_time() {
                    self.deviate(Deviation::TimeChoice, at)?;
                }
                Primitive::Time(time)
            }
            Kind::Text(tag) => {
                let content = self.copied(content, at)?;
                let (text, deviation) =
                    content::text(*tag, content).map_err(|code| Fault::new(code, at))?;
                if deviation.is_some() {
                    return Err(Fault::new(Code::BadValue, at));
                }
                return Ok((self.host.primitive(node, Primitive::Text(&text))?, after));
            }
            Kind::AnyText | Kind::AnyTextOrAny => {
                let content = self.copied(content, at)?;
                let tag = header.tag.number();
                let text = self.noted(content::text(tag, content), at)?;
                return Ok((
                    self.host
                        .primitive(node, Primitive::TaggedText(tag, &text))?,
                    after,
                ));
            }
            _ => return Err(Fault::new(Code::BadValue, at)),
        };
        Ok((self.host.primitive(node, value)?, after))
    }

    fn octets(
        &mut self,
        node: &Node<H::Note>,
        at: usize,
        after: usize,
    ) -> Result<(H::Value, usize)> {
        let octets = self.copied(&self.data[at..after], at)?;
        Ok((self.host.primitive(node, Primitive::Octets(octets))?, after))
    }

    /// Check a value without making it; the offset after it.
    fn check(
        &mut self,
        node: &Node<H::Note>,
        header: &Header,
        end: usize,
        depth: usize,
    ) -> Result<usize> {
        let spent = std::mem::take(&mut self.spent);
        let octets = spent.octets;
        let host = Nothing(PhantomData);
        let mut checker = Decoder {
            data: self.data,
            host,
            options: self.options,
            spent,
        };
        let checked = checker.body(node, header, end, depth);
        self.spent = checker.spent;
        self.spent.octets = octets;
        Ok(checked?.1)
    }

    /// The one value that `content` holds.
    fn only(
        &mut self,
        node: &Node<H::Note>,
        mut content: Content,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        if !content.more(self.data) {
            return Err(Fault::new(Code::MissingField, content.at));
        }
        let (value, after) = self.value(node, content.at, content.end, depth)?;
        content.at = after;
        if content.more(self.data) {
            return Err(Fault::new(Code::ExtraElement, content.at));
        }
        Ok((value, content.at))
    }

    fn choice(
        &mut self,
        alternatives: &[Field<H::Note>],
        header: &Header,
        end: usize,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        let alternative = alternatives
            .iter()
            .find(|alternative| alternative.node.accepts(header.tag))
            .ok_or_else(|| Fault::new(Code::UnexpectedTag, header.start))?;
        let (value, after) = self
            .body(&alternative.node, header, end, depth)
            .map_err(|fault| fault.within(&alternative.name))?;
        Ok((self.host.chosen(alternative, value)?, after))
    }

    fn sequence(
        &mut self,
        node: &Node<H::Note>,
        fields: &[Field<H::Note>],
        octets: bool,
        header: &Header,
        mut content: Content,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        let mut record = self.host.record(node, fields.len(), octets)?;
        let mut next = *header;
        let mut waiting = false;
        for (index, field) in fields.iter().enumerate() {
            if !waiting && content.more(self.data) {
                next = self.header(content.at, content.end)?;
                waiting = true;
            }
            let value = if waiting && field.node.accepts(next.tag) {
                waiting = false;
                let (value, after) = self.component(field, &next, content.end, depth)?;
                content.at = after;
                Some(value)
            } else {
                absent(field, waiting, content.at)?;
                None
            };
            self.host.put(&mut record, index, field, value)?;
        }
        if waiting || content.more(self.data) {
            return Err(Fault::new(Code::ExtraElement, content.at));
        }
        self.finished(node, record, octets, header, content.at)
    }

    /// A component whose header was read and fits.
    fn component(
        &mut self,
        field: &Field<H::Note>,
        header: &Header,
        end: usize,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        let (value, after) = self
            .body(&field.node, header, end, depth)
            .map_err(|fault| fault.within(&field.name))?;
        if let Presence::Default(default) = &field.presence {
            if self.data[header.start..after] == **default {
                self.ber_only(Deviation::EncodedDefault, header.start)
                    .map_err(|fault| fault.within(&field.name))?;
            }
        }
        Ok((value, after))
    }

    fn finished(
        &mut self,
        node: &Node<H::Note>,
        record: H::Record,
        octets: bool,
        header: &Header,
        after: usize,
    ) -> Result<(H::Value, usize)> {
        let octets = if octets {
            Some(self.copied(&self.data[header.start..after], header.start)?)
        } else {
            None
        };
        Ok((self.host.finish(node, record, octets)?, after))
    }

    /// A SET: its components in any order; DER wants them by tag (X.690 10.3).
    fn set(
        &mut self,
        node: &Node<H::Note>,
        fields: &[Field<H::Note>],
        octets: bool,
        header: &Header,
        mut content: Content,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        let mut record = self.host.record(node, fields.len(), octets)?;
        let mut found = vec![false; fields.len()];
        let mut last: Option<Tag> = None;
        while content.more(self.data) {
            let next = self.header(content.at, content.end)?;
            let index = fields
                .iter()
                .zip(&found)
                .position(|(field, found)| !found && field.node.accepts(next.tag))
                .ok_or_else(|| Fault::new(Code::ExtraElement, content.at))?;
            if last.is_some_and(|last| last > next.tag) {
                self.ber_only(Deviation::SetOrder, next.start)?;
            }
            last = Some(next.tag);
            let field = &fields[index];
            let (value, after) = self.component(field, &next, content.end, depth)?;
            content.at = after;
            found[index] = true;
            self.host.put(&mut record, index, field, Some(value))?;
        }
        for (index, field) in fields
            .iter()
            .enumerate()
            .filter(|(index, _)| !found[*index])
        {
            absent(field, false, content.at)?;
            self.host.put(&mut record, index, field, None)?;
        }
        self.finished(node, record, octets, header, content.at)
    }

    #[allow(clippy::too_many_arguments)]
    fn list(
        &mut self,
        node: &Node<H::Note>,
        element: &Node<H::Note>,
        least: Least,
        sorted: bool,
        header: &Header,
        mut content: Content,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        let mut values = Vec::new();
        let mut last: &[u8] = &[];
        while content.more(self.data) {
            let index = values.len();
            let (value, after) = self
                .value(element, content.at, content.end, depth)
                .map_err(|fault| fault.at_index(index))?;
            if sorted {
                let this = &self.data[content.at..after];
                if index > 0 && last > this {
                    self.ber_only(Deviation::SetOrder, content.at)?;
                }
                last = this;
            }
            values.push(value);
            content.at = after;
        }
        if values.is_empty() {
            match least {
                Least::Zero => {}
                Least::One => return Err(Fault::new(Code::MissingField, header.start)),
                Least::OneOrNoted => self.deviate(Deviation::EmptyList, header.start)?,
            }
        }
        Ok((self.host.list(node, values)?, content.at))
    }

    /// An OCTET STRING that is not copied: its segments are stepped through once.
    fn span(
        &mut self,
        node: &Node<H::Note>,
        header: &Header,
        end: usize,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        if header.constructed {
            self.ber_only(Deviation::ConstructedString, header.start)?;
        }
        let mut segments = Segments::new(header, end, depth);
        let mut octets = 0;
        while let Some(segment) = segments.next(self.data)? {
            octets += segment.len();
        }
        let value = self
            .host
            .primitive(node, Primitive::Span(*header, end, octets))?;
        Ok((value, segments.position()))
    }

    /// An OCTET STRING in constructed form, put together.
    fn gathered(
        &mut self,
        node: &Node<H::Note>,
        header: &Header,
        end: usize,
        depth: usize,
    ) -> Result<(H::Value, usize)> {
        self.ber_only(Deviation::ConstructedString, header.start)?;
        let mut segments = Segments::new(header, end, depth);
        let mut octets = Vec::new();
        while let Some(segment) = segments.next(self.data)? {
            octets.extend_from_slice(self.copied(&self.data[segment], header.start)?);
        }
        let value = self.host.primitive(node, Primitive::Octets(&octets))?;
        Ok((value, segments.position()))
    }
}

/// Whether `field` may be absent where another value stands, or nothing does.
#[inline]
fn absent<N>(field: &Field<N>, another: bool, at: usize) -> Result<()> {
    if !matches!(field.presence, Presence::Required) {
        return Ok(());
    }
    let code = if another {
        Code::UnexpectedTag
    } else {
        Code::MissingField
    };
    Err(Fault::new(code, at).within(&field.name))
}
