//! Sorted serial numbers of a certificate revocation list (RFC 5280 5.1.2.6).
//!
//! One pass over `revokedCertificates` checks the shape of every entry and keeps 16 octets for
//! each; a look-up is a binary search and a comparison with the octets of the list itself, which
//! the index does not hold, so a list of a million entries may stay in a mapped file.

mod stored;

pub use stored::{Damaged, StoredIndex};

/// `id-ce-certificateIssuer` (2.5.29.29) as it is encoded in an entry of an indirect list.
const CERTIFICATE_ISSUER: [u8; 5] = [0x06, 0x03, 0x55, 0x1d, 0x1d];
/// Entry extensions that are processed: `reasonCode`, `invalidityDate`, `certificateIssuer`.
const PROCESSED: [[u8; 5]; 3] = [
    [0x06, 0x03, 0x55, 0x1d, 0x15],
    [0x06, 0x03, 0x55, 0x1d, 0x18],
    CERTIFICATE_ISSUER,
];
/// All but the last octet of `crlEntryExtensions` with a `reasonCode` alone, as nearly all have it.
const REASON_ALONE: [u8; 13] = [
    0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01,
];
/// More extensions in one entry are a fault: each is compared with those before it.
const MOST_EXTENSIONS: usize = 32;

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// `directoryName` among the alternatives of `GeneralName`.
const DIRECTORY_NAME: u8 = 0xa4;

/// The octets at `offset` are not an entry of a revocation list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where, from the start of the list's content.
    pub offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    /// The last eight octets of the serial number, big-endian.
    tail: u64,
    /// Where the entry begins, from the start of the list's content.
    offset: u32,
}

/// Entries of one list by serial number.
#[derive(Debug, Default)]
pub struct CrlIndex {
    slots: Vec<Slot>,
    issuer_changes: Vec<u32>,
    faulty: Vec<u32>,
}

/// One element: its tag and where its content lies.
struct Element {
    tag: u8,
    start: usize,
    end: usize,
}

/// Reads the element at `offset`: definite length of at most four octets, inside `..limit`.
fn element(data: &[u8], offset: usize, limit: usize) -> Result<Element, Malformed> {
    let fail = Malformed { offset };
    let head = data.get(offset..limit).ok_or(fail)?;
    let (&tag, &first) = (head.first().ok_or(fail)?, head.get(1).ok_or(fail)?);
    let (header, length) = match first {
        0..=0x7f => (2, usize::from(first)),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7f);
            let octets = head.get(2..2 + count).ok_or(fail)?;
            (
                2 + count,
                octets
                    .iter()
                    .fold(0usize, |sum, &octet| (sum << 8) | usize::from(octet)),
            )
        }
        _ => return Err(fail),
    };
    let start = offset + header;
    match start.checked_add(length) {
        Some(end) if end <= limit => Ok(Element { tag, start, end }),
        _ => Err(fail),
    }
}

/// What the extensions of one entry are like.
#[derive(Clone, Copy, Default)]
struct Extensions {
    /// There is a `certificateIssuer`.
    changes_issuer: bool,
    /// One is critical and not processed, stands twice or is no Extension, or a
    /// `certificateIssuer` has no directory name.
    faulty: bool,
}

/// Looks at `crlEntryExtensions`, octets `start..end` of `list` with their header, or none.
fn extensions(list: &[u8], start: usize, end: usize) -> Extensions {
    let whole = &list[start..end];
    let is_reason = whole.len() == REASON_ALONE.len() + 1 && whole.starts_with(&REASON_ALONE);
    if whole.is_empty() || is_reason {
        return Extensions::default();
    }
    each_extension(list, start, end).unwrap_or(Extensions {
        changes_issuer: true, // perhaps
        faulty: true,
    })
}

fn each_extension(list: &[u8], start: usize, end: usize) -> Result<Extensions, Malformed> {
    let mut found = Extensions::default();
    let mut seen: [&[u8]; MOST_EXTENSIONS] = [&[]; MOST_EXTENSIONS];
    let mut count = 0;
    let mut at = element(list, start, end)?.start;
    while at < end {
        let extension = element(list, at, end)?;
        let oid = element(list, extension.start, extension.end)?;
        let name = &list[extension.start..oid.end];
        let mut value = element(list, oid.end, extension.end)?;
        let mut critical = false;
        if value.tag == BOOLEAN {
            critical = list[value.start..value.end] != [0];
            value = element(list, value.end, extension.end)?;
        }
        let shaped = extension.tag == SEQUENCE
            && oid.tag == OBJECT_IDENTIFIER
            && value.tag == OCTET_STRING
            && value.end == extension.end;
        if !shaped || count == MOST_EXTENSIONS || seen[..count].contains(&name) {
            return Err(Malformed { offset: at });
        }
        seen[count] = name;
        count += 1;
        found.faulty |= critical && !PROCESSED.iter().any(|known| known == name);
        if name == CERTIFICATE_ISSUER {
            found.changes_issuer = true;
            found.faulty |= !names_directory(list, value.start, value.end)?;
        }
        at = extension.end;
    }
    Ok(found)
}

/// Whether `start..end` are `GeneralNames` with a directory name among them.
fn names_directory(list: &[u8], start: usize, end: usize) -> Result<bool, Malformed> {
    let names = element(list, start, end)?;
    let mut found = false;
    let mut at = names.start;
    while at < names.end {
        let name = element(list, at, names.end)?;
        found |= name.tag == DIRECTORY_NAME;
        at = name.end;
    }
    Ok(found && names.tag == SEQUENCE && names.end == end)
}

/// Content octets of an INTEGER without superfluous leading octets: some lists have them.
fn shortest(mut content: &[u8]) -> &[u8] {
    while let [first @ (0x00 | 0xff), rest @ ..] = content {
        match rest.first() {
            Some(next) if next & 0x80 == first & 0x80 => content = rest,
            _ => break,
        }
    }
    content
}

fn tail(content: &[u8]) -> u64 {
    let last = &content[content.len().saturating_sub(8)..];
    last.iter()
        .fold(0, |sum, &octet| (sum << 8) | u64::from(octet))
}

/// The serial number of the entry at `offset`, and where the entry ends.
fn entry(list: &[u8], offset: usize) -> Result<(&[u8], usize, usize), Malformed> {
    let outer = element(list, offset, list.len())?;
    let serial = element(list, outer.start, outer.end)?;
    let date = element(list, serial.end, outer.end)?;
    let shaped = outer.tag == SEQUENCE
        && serial.tag == INTEGER
        && serial.start < serial.end
        && matches!(date.tag, UTC_TIME | GENERALIZED_TIME);
    if !shaped {
        return Err(Malformed { offset });
    }
    if date.end < outer.end {
        let extensions = element(list, date.end, outer.end)?;
        if extensions.tag != SEQUENCE || extensions.end != outer.end {
            return Err(Malformed { offset: date.end });
        }
    }
    let serial = shortest(&list[serial.start..serial.end]);
    Ok((serial, date.end, outer.end))
}

impl CrlIndex {
    /// Indexes `list`, the content octets of `revokedCertificates` (at most 4 GiB).
    ///
    /// # Errors
    /// [`Malformed`] where an element is not `SEQUENCE { INTEGER, Time, [SEQUENCE] }`.
    pub fn build(list: &[u8]) -> Result<Self, Malformed> {
        let mut index = Self::default();
        let mut at = 0;
        while at < list.len() {
            let (serial, dated, end) = entry(list, at)?;
            let offset = u32::try_from(at).map_err(|_| Malformed { offset: at })?;
            index.slots.push(Slot {
                tail: tail(serial),
                offset,
            });
            let extensions = extensions(list, dated, end);
            if extensions.changes_issuer {
                index.issuer_changes.push(offset);
            }
            if extensions.faulty {
                index.faulty.push(offset);
            }
            at = end;
        }
        index.slots.shrink_to_fit();
        index.slots.sort_unstable();
        Ok(index)
    }

    /// How many entries the list has.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether the list has no entry.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Where the entries with this serial number (content octets of its INTEGER) begin, in the
    /// order of the list. `list` must be the octets that were indexed.
    pub fn find(&self, list: &[u8], serial: &[u8]) -> Vec<usize> {
        let wanted = shortest(serial);
        let tail = tail(wanted);
        let first = self.slots.partition_point(|slot| slot.tail < tail);
        self.slots[first..]
            .iter()
            .take_while(|slot| slot.tail == tail)
            .map(|slot| slot.offset as usize)
            .filter(|&at| matches!(entry(list, at), Ok((serial, ..)) if serial == wanted))
            .collect()
    }

    /// Where the entries begin that may carry a `certificateIssuer`, in the order of the list.
    pub fn issuer_changes(&self) -> &[u32] {
        &self.issuer_changes
    }

    /// Where the entries begin whose extensions forbid the use of the list (RFC 5280 5.3): one is
    /// critical and unknown, stands twice, cannot be read, or names no certificate issuer.
    pub fn faulty(&self) -> &[u32] {
        &self.faulty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry_of(serial: &[u8], extensions: &[u8]) -> Vec<u8> {
        let mut content = vec![INTEGER, u8::try_from(serial.len()).unwrap()];
        content.extend(serial);
        content.extend(*b"\x17\x0d260101000000Z");
        content.extend(extensions);
        let mut out = vec![SEQUENCE, u8::try_from(content.len()).unwrap()];
        out.extend(content);
        out
    }

    #[test]
    fn finds_every_entry_and_nothing_else() {
        let list: Vec<u8> = (0..=255u8)
            .flat_map(|n| entry_of(&[1, n, 7], &[]))
            .collect();
        let index = CrlIndex::build(&list).unwrap();
        assert_eq!(index.len(), 256);
        for n in 0..=255u8 {
            assert_eq!(index.find(&list, &[1, n, 7]).len(), 1);
            assert_eq!(index.find(&list, &[0, 1, n, 7]).len(), 1);
        }
        assert!(index.find(&list, &[2, 0, 7]).is_empty());
        assert!(index.find(&list, &[]).is_empty());
    }

    #[test]
    fn tells_apart_serials_with_the_same_last_octets() {
        let (a, b) = ([1u8, 1, 2, 3, 4, 5, 6, 7, 8], [2u8, 1, 2, 3, 4, 5, 6, 7, 8]);
        let list = [entry_of(&a, &[]), entry_of(&b, &[])].concat();
        let index = CrlIndex::build(&list).unwrap();
        assert_eq!(index.find(&list, &a), [0]);
        assert_eq!(index.find(&list, &b), [entry_of(&a, &[]).len()]);
        assert!(index.find(&list, &a[1..]).is_empty());
    }

    #[test]
    fn padding_does_not_make_another_serial() {
        let list = [entry_of(&[0, 0, 5], &[]), entry_of(&[0xff, 0x80], &[])].concat();
        let index = CrlIndex::build(&list).unwrap();
        assert_eq!(index.find(&list, &[5]).len(), 1);
        assert_eq!(index.find(&list, &[0x80]).len(), 1);
        assert!(index.find(&list, &[0, 0x80]).is_empty());
    }

    #[test]
    fn notes_where_the_certificate_issuer_may_change() {
        let with = extension(&CERTIFICATE_ISSUER, true, &[SEQUENCE, 2, DIRECTORY_NAME, 0]);
        let list = [entry_of(&[1], &[]), entry_of(&[2], &all(&[&with]))].concat();
        let index = CrlIndex::build(&list).unwrap();
        assert_eq!(index.issuer_changes().len(), 1);
        assert!(index.faulty().is_empty());
    }

    fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
        let flag: &[u8] = if critical { &[BOOLEAN, 1, 0xff] } else { &[] };
        let length = u8::try_from(value.len()).unwrap();
        let content = [oid, flag, &[OCTET_STRING, length], value].concat();
        [
            &[SEQUENCE, u8::try_from(content.len()).unwrap()],
            &content[..],
        ]
        .concat()
    }

    fn all(extensions: &[&[u8]]) -> Vec<u8> {
        let content = extensions.concat();
        [
            &[SEQUENCE, u8::try_from(content.len()).unwrap()],
            &content[..],
        ]
        .concat()
    }

    #[test]
    fn flags_entries_whose_extensions_forbid_the_use_of_the_list() {
        let unknown = [OBJECT_IDENTIFIER, 3, 0x2a, 3, 4];
        let reason = extension(&PROCESSED[0], false, &[0x0a, 1, 1]);
        let faulty = |extensions: &[&[u8]]| {
            let list = [entry_of(&[1], &[]), entry_of(&[2], &all(extensions))].concat();
            !CrlIndex::build(&list).unwrap().faulty().is_empty()
        };
        assert!(!faulty(&[&reason]));
        assert!(!faulty(&[&reason, &extension(&unknown, false, &[5, 0])]));
        assert!(!faulty(&[&extension(&PROCESSED[0], true, &[0x0a, 1, 1])]));
        assert!(faulty(&[&reason, &extension(&unknown, true, &[5, 0])]));
        assert!(faulty(&[&reason, &reason]));
        assert!(faulty(&[&[SEQUENCE, 0]]));
        assert!(faulty(&[&reason, &[5, 0]]));
        for names in [&[][..], &[SEQUENCE, 0], &[4, 1, 0], &[SEQUENCE, 2, 0x82, 0]] {
            assert!(faulty(&[&extension(&CERTIFICATE_ISSUER, true, names)]));
        }
    }

    #[test]
    fn refuses_every_truncation_and_other_shapes() {
        let list = entry_of(&[1, 2, 3], &[SEQUENCE, 0]);
        for end in 1..list.len() {
            assert!(CrlIndex::build(&list[..end]).is_err(), "{end}");
        }
        assert!(CrlIndex::build(&[SEQUENCE, 0x80, 0, 0]).is_err());
        assert!(CrlIndex::build(&[0; 64]).is_err());
        assert!(CrlIndex::build(&[SEQUENCE, 2, INTEGER, 0]).is_err());
        assert!(CrlIndex::build(&[SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff]).is_err());
    }
}
