//! The DER writer, from the same schemas (X.690 clauses 10 and 11).

use crate::content::{time_content, Time};
use crate::fault::{Code, Fault};
use crate::header::{Class, Header, Tag};
use crate::node::{Field, Kind, Least, Node, Presence};

type Result<T> = std::result::Result<T, Box<Fault>>;

/// What a host has for a value without components.
#[derive(Clone, Debug)]
pub enum Written {
    /// BOOLEAN
    Boolean(bool),
    /// NULL
    Null,
    /// Content octets, whatever the type.
    Content(Vec<u8>),
    /// A moment in UTC.
    Time(Time),
    /// A string with its universal tag.
    Text(u32, String),
    /// A whole value, header included.
    Value(Vec<u8>),
}

/// Gives out values of its own kind as a schema asks for them. An error of the host is reported
/// as [`Code::Host`]; the host keeps the reason.
#[allow(clippy::missing_errors_doc)]
pub trait Source {
    /// What it keeps with the nodes of a schema.
    type Note;
    /// What it has.
    type Value;

    /// A value without components.
    fn primitive(&mut self, node: &Node<Self::Note>, value: &Self::Value) -> Result<Written>;
    /// A component of a SEQUENCE or SET; None where it is absent.
    fn component(
        &mut self,
        node: &Node<Self::Note>,
        index: usize,
        value: &Self::Value,
    ) -> Result<Option<Self::Value>>;
    /// The elements of a SEQUENCE OF or SET OF.
    fn elements(
        &mut self,
        node: &Node<Self::Note>,
        value: &Self::Value,
    ) -> Result<Vec<Self::Value>>;
    /// The position of the alternative, and the value.
    fn chosen(
        &mut self,
        alternatives: &[Field<Self::Note>],
        value: &Self::Value,
    ) -> Result<(usize, Self::Value)>;
    /// The value of a value with its octets.
    fn without_octets(&mut self, value: &Self::Value) -> Result<Self::Value>;
}

/// Write `value` as DER.
///
/// # Errors
/// [`Code::BadValue`] or [`Code::MissingField`] where the value is not of the type; the offset is
/// meaningless.
pub fn encode<S: Source>(
    node: &Node<S::Note>,
    value: &S::Value,
    source: &mut S,
) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write(node, value, source, &mut out)?;
    Ok(out)
}

/// Identifier and length octets in DER.
pub fn header_octets(tag: Tag, constructed: bool, length: usize, out: &mut Vec<u8>) {
    let leading = tag.class_bits() << 6 | u8::from(constructed) << 5;
    let number = tag.number();
    if number < 0x1F {
        out.push(leading | number as u8);
    } else {
        out.push(leading | 0x1F);
        let groups = (32 - number.leading_zeros()).div_ceil(7);
        for group in (0..groups).rev() {
            let more = if group > 0 { 0x80 } else { 0 };
            out.push((number >> (7 * group)) as u8 & 0x7F | more);
        }
    }
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let octets = length.to_be_bytes();
        let skip = length.leading_zeros() as usize / 8;
        out.push(0x80 | (octets.len() - skip) as u8);
        out.extend_from_slice(&octets[skip..]);
    }
}

fn tlv(tag: Tag, constructed: bool, content: &[u8], out: &mut Vec<u8>) {
    header_octets(tag, constructed, content.len(), out);
    out.extend_from_slice(content);
}

fn write<S: Source>(
    node: &Node<S::Note>,
    value: &S::Value,
    source: &mut S,
    out: &mut Vec<u8>,
) -> Result<()> {
    let mut content = Vec::new();
    match &*node.kind {
        Kind::Sequence(fields, _) => {
            for part in components(node, fields, value, source)? {
                content.extend_from_slice(&part);
            }
        }
        Kind::Set(fields, _) => {
            let mut parts = components(node, fields, value, source)?;
            parts.sort_by_cached_key(|part| Header::read(part, 0, part.len()).map(|h| h.tag).ok());
            parts
                .iter()
                .for_each(|part| content.extend_from_slice(part));
        }
        Kind::SequenceOf(element, least) | Kind::SetOf(element, least) => {
            let mut parts = Vec::new();
            for (index, inner) in source.elements(node, value)?.iter().enumerate() {
                let part = encode(element, inner, source).map_err(|fault| fault.at_index(index))?;
                parts.push(part);
            }
            if parts.is_empty() && *least != Least::Zero {
                return Err(Fault::new(Code::MissingField, 0));
            }
            if matches!(&*node.kind, Kind::SetOf(..)) {
                parts.sort();
            }
            parts
                .iter()
                .for_each(|part| content.extend_from_slice(part));
        }
        Kind::Choice(alternatives) => {
            let (index, inner) = source.chosen(alternatives, value)?;
            let alternative = &alternatives[index];
            return write(&alternative.node, &inner, source, out)
                .map_err(|fault| fault.within(&alternative.name));
        }
        Kind::Explicit(inner) => write(inner, value, source, &mut content)?,
        Kind::OctetsOf(inner) => {
            write(inner, value, source, &mut content)?;
            tlv(own_tag(node)?, false, &content, out);
            return Ok(());
        }
        Kind::WithOctets(inner) => {
            let inner_value = source.without_octets(value)?;
            return write(inner, &inner_value, source, out);
        }
        _ => return write_primitive(node, source.primitive(node, value)?, out),
    }
    tlv(own_tag(node)?, true, &content, out);
    Ok(())
}

fn own_tag<N>(node: &Node<N>) -> Result<Tag> {
    node.tag.ok_or_else(|| Fault::new(Code::BadValue, 0))
}

/// Each present component in DER, those equal to their DEFAULT left out.
fn components<S: Source>(
    node: &Node<S::Note>,
    fields: &[Field<S::Note>],
    value: &S::Value,
    source: &mut S,
) -> Result<Vec<Vec<u8>>> {
    let mut parts = Vec::with_capacity(fields.len());
    for (index, field) in fields.iter().enumerate() {
        let Some(inner) = source.component(node, index, value)? else {
            if matches!(field.presence, Presence::Required) {
                return Err(Fault::new(Code::MissingField, 0).within(&field.name));
            }
            continue;
        };
        let part =
            encode(&field.node, &inner, source).map_err(|fault| fault.within(&field.name))?;
        match &field.presence {
            Presence::Default(default) if part == **default => {}
            _ => parts.push(part),
        }
    }
    Ok(parts)
}

fn write_primitive<N>(node: &Node<N>, written: Written, out: &mut Vec<u8>) -> Result<()> {
    let bad = || Fault::new(Code::BadValue, 0);
    let mut tag = node.tag;
    let content = match (&*node.kind, written) {
        (_, Written::Value(octets)) => {
            let header = Header::read(&octets, 0, octets.len())?;
            if !node.accepts(header.tag) || header.after(&octets, octets.len(), 64)? != octets.len()
            {
                return Err(bad());
            }
            out.extend_from_slice(&octets);
            return Ok(());
        }
        (Kind::Boolean, Written::Boolean(value)) => vec![if value { 0xFF } else { 0 }],
        (Kind::Null, Written::Null) => Vec::new(),
        (Kind::UtcTime, Written::Time(time)) if time.fits_utc_time() => time_content(&time, false),
        (Kind::GeneralizedTime, Written::Time(time)) => time_content(&time, true),
        (Kind::Time, Written::Time(time)) => {
            // RFC 5280 4.1.2.5: UTCTime through the year 2049.
            let generalized = !time.fits_utc_time();
            tag = Some(Tag::universal(if generalized { 24 } else { 23 }));
            time_content(&time, generalized)
        }
        (Kind::Text(number), Written::Text(_, text)) => {
            text_content(*number, &text).ok_or_else(bad)?
        }
        (Kind::AnyText | Kind::AnyTextOrAny, Written::Text(number, text)) => {
            tag = Some(Tag::new(Class::Universal, number));
            text_content(number, &text).ok_or_else(bad)?
        }
        (_, Written::Content(content)) => content,
        _ => return Err(bad()),
    };
    tlv(tag.ok_or_else(bad)?, false, &content, out);
    Ok(())
}

/// Content octets of a string under its universal tag; None where it has no such character.
#[must_use]
pub fn text_content(tag: u32, text: &str) -> Option<Vec<u8>> {
    let content: Option<Vec<u8>> = match tag {
        12 => Some(text.as_bytes().to_vec()),
        28 => Some(
            text.chars()
                .flat_map(|c| u32::from(c).to_be_bytes())
                .collect(),
        ),
        30 => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        18..=22 | 25..=27 => text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect(),
        _ => None,
    };
    let content = content?;
    let (_, deviation) = crate::content::text(tag, &content).ok()?;
    deviation.is_none().then_some(content)
}
