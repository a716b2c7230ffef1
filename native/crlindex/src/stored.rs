//! An index as it lies in a file, looked up there without reading the file whole.
//!
//! Numbers are little-endian; the slots stand in blocks of [`SLOTS`], the last one shorter:
//!
//! ```text
//! magic       16 octets
//! list        u64     octets of the list that was indexed
//! entries     u64
//! changes     u64
//! faulty      u64
//! directory   for each block: tail of its first slot u64, SHA-256 of the block 32 octets
//! changes     u32 each
//! faulty      u32 each
//! slots       tail u64, offset u32 each, sorted
//! ```
//!
//! [`StoredIndex::digest`] is of everything before the slots and so stands for the whole file: who
//! has compared it once gets right answers or [`Damaged`], for a block is digested when it is first
//! looked at. A file that was made to deceive, if nobody compared, gives wrong answers at worst.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use crate::{entry, shortest, tail, CrlIndex};

const MAGIC: [u8; 16] = *b"zaruka crl idx 1";
const HEADER: usize = 48;
const SLOT: usize = 12;
const DIRECTORY_ENTRY: usize = 40;
/// Slots of one block: 3 KiB to digest, and a directory of 160 KB for a million entries.
pub const SLOTS: usize = 256;

/// The file is not an index of this list, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// The index in a file; it does not hold the file, whose octets every call is given.
#[derive(Debug)]
pub struct StoredIndex {
    list: usize,
    entries: usize,
    directory: Range<usize>,
    changes: Range<usize>,
    faulty: Range<usize>,
    slots: Range<usize>,
    digest: [u8; 32],
    /// Blocks whose digest was found right.
    seen: Vec<AtomicBool>,
}

impl CrlIndex {
    /// The octets of a file for this index of `list`.
    pub fn to_stored(&self, list: &[u8]) -> Vec<u8> {
        let blocks = || self.slots.chunks(SLOTS);
        let mut out =
            Vec::with_capacity(HEADER + blocks().len() * DIRECTORY_ENTRY + self.slots.len() * SLOT);
        out.extend(MAGIC);
        let counts = [
            list.len(),
            self.slots.len(),
            self.issuer_changes.len(),
            self.faulty.len(),
        ];
        for count in counts {
            out.extend((count as u64).to_le_bytes());
        }
        let mut block = Vec::with_capacity(SLOTS * SLOT);
        for slots in blocks() {
            fill(&mut block, slots);
            out.extend(slots[0].tail.to_le_bytes());
            out.extend(Sha256::digest(&block));
        }
        for offset in self.issuer_changes.iter().chain(&self.faulty) {
            out.extend(offset.to_le_bytes());
        }
        for slots in blocks() {
            fill(&mut block, slots);
            out.extend(&block);
        }
        out
    }
}

fn fill(block: &mut Vec<u8>, slots: &[crate::Slot]) {
    block.clear();
    for slot in slots {
        block.extend(slot.tail.to_le_bytes());
        block.extend(slot.offset.to_le_bytes());
    }
}

fn u64_at(file: &[u8], at: usize) -> Result<u64, Damaged> {
    let octets = file.get(at..at + 8).ok_or(Damaged)?;
    Ok(octets
        .iter()
        .rev()
        .fold(0, |sum, &octet| (sum << 8) | u64::from(octet)))
}

fn u32s(octets: &[u8]) -> Vec<u32> {
    let value = |four: &[u8]| {
        four.iter()
            .rev()
            .fold(0, |sum, &octet| (sum << 8) | u32::from(octet))
    };
    octets.chunks_exact(4).map(value).collect()
}

impl StoredIndex {
    /// Reads what stands before the slots.
    ///
    /// # Errors
    /// [`Damaged`] where `file` does not have the shape of an index.
    pub fn open(file: &[u8]) -> Result<Self, Damaged> {
        if file.get(..MAGIC.len()) != Some(&MAGIC) {
            return Err(Damaged);
        }
        let count = |at| usize::try_from(u64_at(file, at)?).map_err(|_| Damaged);
        let (list, entries) = (count(16)?, count(24)?);
        let blocks = entries.div_ceil(SLOTS);
        let mut at = HEADER;
        let mut next = |count: usize, size: usize| -> Result<Range<usize>, Damaged> {
            let length = count.checked_mul(size).ok_or(Damaged)?;
            let end = at
                .checked_add(length)
                .filter(|&end| end <= file.len())
                .ok_or(Damaged)?;
            Ok(std::mem::replace(&mut at, end)..end)
        };
        let directory = next(blocks, DIRECTORY_ENTRY)?;
        let changes = next(count(32)?, 4)?;
        let faulty = next(count(40)?, 4)?;
        let slots = next(entries, SLOT)?;
        if slots.end != file.len() {
            return Err(Damaged);
        }
        Ok(Self {
            list,
            entries,
            directory,
            changes,
            faulty,
            digest: Sha256::digest(&file[..slots.start]).into(),
            slots,
            seen: (0..blocks).map(|_| AtomicBool::new(false)).collect(),
        })
    }

    /// SHA-256 of everything before the slots, which stands for the whole file.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// How many entries the list has.
    pub fn len(&self) -> usize {
        self.entries
    }

    /// Whether the list has no entry.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// As of [`CrlIndex::issuer_changes`].
    ///
    /// # Errors
    /// [`Damaged`] where `file` is shorter than it was.
    pub fn issuer_changes(&self, file: &[u8]) -> Result<Vec<u32>, Damaged> {
        file.get(self.changes.clone()).map(u32s).ok_or(Damaged)
    }

    /// As of [`CrlIndex::faulty`].
    ///
    /// # Errors
    /// [`Damaged`] where `file` is shorter than it was.
    pub fn faulty(&self, file: &[u8]) -> Result<Vec<u32>, Damaged> {
        file.get(self.faulty.clone()).map(u32s).ok_or(Damaged)
    }

    /// As of [`CrlIndex::find`].
    ///
    /// # Errors
    /// [`Damaged`] where a block that was looked at, or an entry of the list that it names, is not
    /// what it was when the index was made.
    pub fn find(&self, file: &[u8], list: &[u8], serial: &[u8]) -> Result<Vec<usize>, Damaged> {
        if list.len() != self.list || file.len() != self.slots.end {
            return Err(Damaged);
        }
        let wanted = shortest(serial);
        let sought = tail(wanted);
        let mut found = Vec::new();
        for number in self.first_block(file, sought)?..self.seen.len() {
            let block = self.block(file, number)?;
            let count = block.len() / SLOT;
            let mut slot = first_of(count, |slot| Ok(u64_at(block, slot * SLOT)? < sought))?;
            while slot < count && u64_at(block, slot * SLOT)? == sought {
                let offset = &block[slot * SLOT + 8..(slot + 1) * SLOT];
                let at = u32s(offset)[0] as usize;
                let (serial, ..) = entry(list, at).map_err(|_| Damaged)?;
                if tail(serial) != sought {
                    return Err(Damaged);
                }
                if serial == wanted {
                    found.push(at);
                }
                slot += 1;
            }
            if slot < count {
                break;
            }
        }
        Ok(found)
    }

    /// The first block that can hold the tail: the one before the first that begins with it.
    fn first_block(&self, file: &[u8], sought: u64) -> Result<usize, Damaged> {
        let begins = |number: usize| u64_at(file, self.directory.start + number * DIRECTORY_ENTRY);
        let after = first_of(self.seen.len(), |number| Ok(begins(number)? < sought))?;
        Ok(after.saturating_sub(1))
    }

    /// A block whose digest is as the directory says.
    fn block<'a>(&self, file: &'a [u8], number: usize) -> Result<&'a [u8], Damaged> {
        let start = self.slots.start + number * SLOTS * SLOT;
        let end = (start + SLOTS * SLOT).min(self.slots.end);
        let block = file.get(start..end).ok_or(Damaged)?;
        if !self.seen[number].load(Ordering::Relaxed) {
            let at = self.directory.start + number * DIRECTORY_ENTRY + 8;
            if file.get(at..at + 32) != Some(&Sha256::digest(block)[..]) {
                return Err(Damaged);
            }
            self.seen[number].store(true, Ordering::Relaxed);
        }
        Ok(block)
    }
}

/// The first of `count` for which `is_before` does not hold; it holds for all before that one.
fn first_of(
    count: usize,
    is_before: impl Fn(usize) -> Result<bool, Damaged>,
) -> Result<usize, Damaged> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list_of(serials: impl Iterator<Item = u32>) -> Vec<u8> {
        let mut list = Vec::new();
        for serial in serials {
            list.extend([0x30, 21, 0x02, 4]);
            list.extend((serial & 0x7fff_ffff).to_be_bytes());
            list.extend(*b"\x17\x0d260101000000Z");
        }
        list
    }

    fn stored(list: &[u8]) -> Vec<u8> {
        CrlIndex::build(list).unwrap().to_stored(list)
    }

    #[test]
    fn finds_what_the_index_in_memory_finds() {
        for count in [0, 1, 255, 256, 257, 5000] {
            let list = list_of((0..count).map(|n| n * 7 + 3));
            let index = CrlIndex::build(&list).unwrap();
            let file = index.to_stored(&list);
            let kept = StoredIndex::open(&file).unwrap();
            assert_eq!(kept.len(), index.len());
            for n in 0..count * 7 + 20 {
                let serial = n.to_be_bytes();
                assert_eq!(
                    kept.find(&file, &list, &serial).unwrap(),
                    index.find(&list, &serial)
                );
            }
        }
    }

    #[test]
    fn finds_every_entry_of_a_run_across_blocks() {
        let list = list_of((0..2000).map(|n| if n < 300 { n } else { 77_777 }));
        let file = stored(&list);
        let kept = StoredIndex::open(&file).unwrap();
        let found = kept.find(&file, &list, &77_777u32.to_be_bytes()).unwrap();
        assert_eq!(found.len(), 1700);
        assert!(found.is_sorted());
    }

    #[test]
    fn no_changed_octet_hides_an_entry() {
        let list = list_of((0..300).map(|n| n * 3 + 1));
        let file = stored(&list);
        let digest = *StoredIndex::open(&file).unwrap().digest();
        for at in (0..file.len()).step_by(5) {
            let mut changed = file.clone();
            changed[at] ^= 1;
            let Ok(kept) = StoredIndex::open(&changed) else {
                continue;
            };
            if *kept.digest() != digest {
                continue;
            }
            let all_right = (0..300u32).all(|n| {
                let serial = (n * 3 + 1).to_be_bytes();
                matches!(
                    kept.find(&changed, &list, &serial).as_deref(),
                    Ok([_]) | Err(Damaged)
                )
            });
            assert!(all_right, "{at}");
        }
    }

    #[test]
    fn a_changed_list_is_no_proof_of_absence() {
        let list = list_of(0..100);
        let file = stored(&list);
        let kept = StoredIndex::open(&file).unwrap();
        let serial = 50u32.to_be_bytes();
        let at = kept.find(&file, &list, &serial).unwrap()[0];
        for changed in at..at + 8 {
            let mut list = list.clone();
            list[changed] ^= 1;
            assert_ne!(kept.find(&file, &list, &serial), Ok(vec![]), "{changed}");
        }
        assert_eq!(kept.find(&file, &list[1..], &serial), Err(Damaged));
    }

    #[test]
    fn refuses_other_files() {
        let list = list_of(0..300);
        let file = stored(&list);
        for end in 0..file.len() {
            assert!(StoredIndex::open(&file[..end]).is_err(), "{end}");
        }
        let mut longer = file.clone();
        longer.push(0);
        assert!(StoredIndex::open(&longer).is_err());
        for at in [24, 32, 40] {
            let mut huge = file.clone();
            huge[at..at + 8].fill(0xff);
            assert!(StoredIndex::open(&huge).is_err());
        }
    }
}
