//! Content octets of the primitive types (X.690 clause 8 and 11).

use std::borrow::Cow;

use crate::fault::{Code, Deviation};

/// Universal tags of the character string types, in order: UTF8String, NumericString,
/// PrintableString, TeletexString, VideotexString, IA5String, GraphicString, VisibleString,
/// GeneralString, UniversalString, BMPString.
pub const TEXT_TAGS: [u32; 11] = [12, 18, 19, 20, 21, 22, 25, 26, 27, 28, 30];

/// A moment as it is written: UTC after the offset is taken off, if there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// 0 to 9999
    pub year: u16,
    /// 1 to 12
    pub month: u8,
    /// 1 to 31
    pub day: u8,
    /// 0 to 23
    pub hour: u8,
    /// 0 to 59
    pub minute: u8,
    /// 0 to 59
    pub second: u8,
    /// 0 to 999,999
    pub microsecond: u32,
    /// East of UTC, in minutes; not zero only where DER is not kept.
    pub offset_minutes: i16,
}

impl Time {
    /// Whether UTCTime can say it (RFC 5280 4.1.2.5).
    pub(crate) fn fits_utc_time(&self) -> bool {
        (1950..2050).contains(&self.year) && self.microsecond == 0
    }
}

/// What was found while reading content octets: a departure from DER or nothing.
pub(crate) type Noted<T> = Result<(T, Option<Deviation>), Code>;

/// BOOLEAN (8.2, 11.1).
pub(crate) fn boolean(content: &[u8]) -> Noted<bool> {
    match content {
        [0] => Ok((false, None)),
        [0xFF] => Ok((true, None)),
        [_] => Ok((true, Some(Deviation::BooleanTrue))),
        _ => Err(Code::BadValue),
    }
}

/// INTEGER and ENUMERATED (8.3, 8.4): two's complement, big-endian, at least one octet.
pub(crate) fn integer(content: &[u8]) -> Noted<&[u8]> {
    match content {
        [] => Err(Code::BadValue),
        [0, second, ..] if second & 0x80 == 0 => Ok((content, Some(Deviation::IntegerPadding))),
        [0xFF, second, ..] if second & 0x80 != 0 => Ok((content, Some(Deviation::IntegerPadding))),
        _ => Ok((content, None)),
    }
}

/// BIT STRING (8.6, 11.2.1): number of unused bits, then the octets.
pub(crate) fn bit_string(content: &[u8]) -> Noted<(u8, &[u8])> {
    let (&unused, octets) = content.split_first().ok_or(Code::BadValue)?;
    let last = octets.last().copied();
    if unused > 7 || (unused > 0 && last.is_none()) {
        return Err(Code::BadValue);
    }
    let dirty = last.is_some_and(|last| u16::from(last) & ((1 << unused) - 1) != 0);
    Ok(((unused, octets), dirty.then_some(Deviation::UnusedBits)))
}

/// OBJECT IDENTIFIER (8.19): subidentifiers of at most 128 bits, in the fewest octets.
pub(crate) fn oid(content: &[u8]) -> Result<&[u8], Code> {
    let ended = content.last().is_some_and(|last| *last < 0x80);
    let mut at_start = true;
    for &octet in content {
        if at_start && octet == 0x80 {
            return Err(Code::BadValue);
        }
        at_start = octet < 0x80;
    }
    if ended && (content.len() <= 18 || content.split_inclusive(|o| *o < 0x80).all(fits_128_bits)) {
        Ok(content)
    } else {
        Err(Code::BadValue)
    }
}

/// Whether the octets of a subidentifier, seven bits in each, hold at most 128 bits.
fn fits_128_bits(arc: &[u8]) -> bool {
    arc.len() < 19 || (arc.len() == 19 && arc[0] <= 0x83)
}

/// Dotted form of the content octets of an OBJECT IDENTIFIER; None where they are not one.
#[must_use]
pub fn oid_text(content: &[u8]) -> Option<String> {
    oid(content).ok()?;
    let mut text = String::with_capacity(4 * content.len());
    let mut arc: u128 = 0;
    for &octet in content {
        arc = arc << 7 | u128::from(octet & 0x7F);
        if octet < 0x80 {
            if text.is_empty() {
                let first = (arc / 40).min(2);
                text.push_str(&format!("{first}.{}", arc - 40 * first));
            } else {
                text.push_str(&format!(".{arc}"));
            }
            arc = 0;
        }
    }
    Some(text)
}

/// Content octets of a dotted OBJECT IDENTIFIER; None where it is not one.
#[must_use]
pub fn oid_content(dotted: &str) -> Option<Vec<u8>> {
    let mut content = Vec::with_capacity(dotted.len());
    let mut first = None;
    for (position, part) in dotted.split('.').enumerate() {
        let canonical =
            part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
        let arc = part.parse::<u128>().ok().filter(|_| canonical)?;
        match (position, first) {
            (0, _) if arc <= 2 => first = Some(arc),
            (1, Some(root)) if root == 2 || arc < 40 => {
                base128(arc.checked_add(40 * root)?, &mut content);
            }
            (2.., _) => base128(arc, &mut content),
            _ => return None,
        }
    }
    (!content.is_empty()).then_some(content)
}

fn base128(arc: u128, out: &mut Vec<u8>) {
    let groups = (128 - arc.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let more = if group > 0 { 0x80 } else { 0 };
        out.push((arc >> (7 * group)) as u8 & 0x7F | more);
    }
}

/// UTCTime (11.8; years as RFC 5280 4.1.2.5.1: 50 to 99 are 19xx) or GeneralizedTime (11.7).
pub(crate) fn time(content: &[u8], generalized: bool) -> Noted<Time> {
    let mut digits = Digits(content);
    let year = if generalized {
        digits.pair()? * 100 + digits.pair()?
    } else {
        match digits.pair()? {
            year @ 50.. => 1900 + year,
            year => 2000 + year,
        }
    };
    let (month, day, hour) = (digits.pair()?, digits.pair()?, digits.pair()?);
    let mut deviation = None;
    let mut minute = 0;
    if !generalized || digits.more() {
        minute = digits.pair()?;
    }
    let mut second = 0;
    if digits.more() {
        second = digits.pair()?;
    } else {
        deviation = Some(Deviation::TimeForm);
    }
    let mut microsecond = 0;
    if generalized && matches!(digits.0.first(), Some(b'.' | b',')) {
        let (value, noted) = digits.fraction()?;
        microsecond = value;
        deviation = deviation.or(noted);
    }
    let offset_minutes = match digits.0 {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), offset @ ..] => {
            deviation = Some(Deviation::TimeForm);
            let mut digits = Digits(offset);
            let (hours, minutes) = (digits.pair()?, digits.pair()?);
            if hours > 14 || minutes > 59 || !digits.0.is_empty() {
                return Err(Code::BadValue);
            }
            let east = (60 * hours + minutes) as i16;
            if *sign == b'+' {
                east
            } else {
                -east
            }
        }
        _ => return Err(Code::BadValue),
    };
    if !(1..=12).contains(&month)
        || !(1..=days_in_month(year, month)).contains(&day)
        || year == 0
        || hour > 23
        || minute > 59
        || second > 59
    {
        return Err(Code::BadValue);
    }
    let time = Time {
        year,
        month: month as u8,
        day: day as u8,
        hour: hour as u8,
        minute: minute as u8,
        second: second as u8,
        microsecond,
        offset_minutes,
    };
    Ok((time, deviation))
}

fn days_in_month(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn more(&self) -> bool {
        self.0.first().is_some_and(u8::is_ascii_digit)
    }

    fn pair(&mut self) -> Result<u16, Code> {
        match self.0 {
            [tens @ b'0'..=b'9', units @ b'0'..=b'9', rest @ ..] => {
                self.0 = rest;
                Ok(u16::from(tens - b'0') * 10 + u16::from(units - b'0'))
            }
            _ => Err(Code::BadValue),
        }
    }

    /// A decimal sign and digits of a second, as microseconds.
    fn fraction(&mut self) -> Noted<u32> {
        let mut deviation = (self.0[0] == b',').then_some(Deviation::TimeForm);
        let count = self.0[1..]
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        let (digits, rest) = self.0[1..].split_at(count);
        self.0 = rest;
        match digits.last() {
            None => return Err(Code::BadValue),
            Some(b'0') => deviation = Some(Deviation::TimeForm),
            Some(_) if count > 6 => deviation = deviation.or(Some(Deviation::TimePrecision)),
            Some(_) => {}
        }
        let digit = |place| u32::from(digits.get(place).map_or(0, |octet| octet - b'0'));
        Ok((
            (0..6).fold(0, |value, place| value * 10 + digit(place)),
            deviation,
        ))
    }
}

/// Content octets of a UTC moment: UTCTime for the years 1950 to 2049 unless `generalized`.
#[must_use]
pub fn time_content(time: &Time, generalized: bool) -> Vec<u8> {
    let Time {
        year,
        month,
        day,
        hour,
        minute,
        second,
        microsecond,
        ..
    } = time;
    let year = if generalized {
        format!("{year:04}")
    } else {
        format!("{:02}", year % 100)
    };
    let mut text = format!("{year}{month:02}{day:02}{hour:02}{minute:02}{second:02}");
    if generalized && *microsecond > 0 {
        text.push_str(format!(".{microsecond:06}").trim_end_matches('0'));
    }
    text.push('Z');
    text.into_bytes()
}

/// A character string under its universal tag (X.680 41; ISO/IEC 8859-1 for the types whose
/// registered sets nobody uses). Octets that are no character of the type become what Latin-1
/// or U+FFFD makes of them, and that is noted.
pub(crate) fn text(tag: u32, content: &[u8]) -> Noted<Cow<'_, str>> {
    let noted = |fits: bool| (!fits).then_some(Deviation::StringCharacter);
    match tag {
        12 => match std::str::from_utf8(content) {
            Ok(text) => Ok((Cow::Borrowed(text), None)),
            Err(_) => Ok((String::from_utf8_lossy(content), noted(false))),
        },
        18 => Ok((
            latin1(content),
            noted(content.iter().all(|b| b.is_ascii_digit() || *b == b' ')),
        )),
        19 => Ok((
            latin1(content),
            noted(content.iter().all(|b| is_printable(*b))),
        )),
        22 => Ok((latin1(content), noted(content.is_ascii()))),
        26 => Ok((
            latin1(content),
            noted(content.iter().all(|b| (0x20..0x7F).contains(b))),
        )),
        28 => wide::<4>(content, |code| char::from_u32(u32::from_be_bytes(code))),
        30 => bmp(content),
        _ => Ok((latin1(content), None)),
    }
}

fn is_printable(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&octet)
}

fn latin1(content: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(content) {
        Ok(text) if content.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(content.iter().map(|octet| char::from(*octet)).collect()),
    }
}

fn wide<const WIDTH: usize>(
    content: &[u8],
    decode: impl Fn([u8; WIDTH]) -> Option<char>,
) -> Noted<Cow<'_, str>> {
    if !content.len().is_multiple_of(WIDTH) {
        return Err(Code::BadValue);
    }
    let mut fits = true;
    let characters = content.chunks_exact(WIDTH).map(|unit| {
        let character = unit.try_into().ok().and_then(&decode);
        fits &= character.is_some();
        character.unwrap_or(char::REPLACEMENT_CHARACTER)
    });
    let text = characters.collect();
    Ok((
        Cow::Owned(text),
        (!fits).then_some(Deviation::StringCharacter),
    ))
}

/// BMPString: UCS-2; surrogate pairs, which it has not, are read as UTF-16 and noted.
fn bmp(content: &[u8]) -> Noted<Cow<'_, str>> {
    let unit = |pair: [u8; 2]| u16::from_be_bytes(pair);
    let read = wide::<2>(content, |pair| char::from_u32(unit(pair).into()))?;
    if read.1.is_none() {
        return Ok(read);
    }
    let units = content.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok((Cow::Owned(text.collect()), Some(Deviation::StringCharacter)))
}
