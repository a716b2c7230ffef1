//! Digests of Russia and Belarus: one-shot, streaming, and constant-time where secrets are hashed.
//!
//! | name | standard | octets |
//! |---|---|---|
//! | `streebog256`, `streebog512` | GOST R 34.11-2012 (RFC 6986) | 32, 64 |
//! | `gost3411_94` | GOST R 34.11-94, CryptoPro S-box (RFC 5831, RFC 4357 11.2) | 32 |
//! | `belt-hash` | STB 34.101.31-2020, 7.8 | 32 |
//! | `bash256`, `bash384`, `bash512` | STB 34.101.77-2020, 7 | 32, 48, 64 |

use zeroize::Zeroize;

mod arch;
pub mod bash;
pub mod belt;
pub mod gost3411_94;
pub mod streebog;

/// A digest value: up to 64 octets.
#[derive(Clone, Copy)]
pub struct Output {
    octets: [u8; 64],
    length: usize,
}

impl<const N: usize> From<[u8; N]> for Output {
    fn from(value: [u8; N]) -> Self {
        let mut octets = [0; 64];
        octets[..N].copy_from_slice(&value);
        Self { octets, length: N }
    }
}

impl AsRef<[u8]> for Output {
    fn as_ref(&self) -> &[u8] {
        &self.octets[..self.length]
    }
}

/// A digest chosen by its name at run time.
#[derive(Clone)]
#[allow(missing_docs)] // the names are those of the table above
pub enum Hasher {
    Streebog256(streebog::Streebog<32>),
    Streebog512(streebog::Streebog<64>),
    Gost3411_94(gost3411_94::Gost3411_94),
    BeltHash(belt::BeltHash),
    Bash256(bash::Bash256),
    Bash384(bash::Bash384),
    Bash512(bash::Bash512),
}

/// The same expression for whichever digest it is.
macro_rules! each {
    ($hasher:expr, $state:ident => $body:expr) => {
        match $hasher {
            Self::Streebog256($state) => $body,
            Self::Streebog512($state) => $body,
            Self::Gost3411_94($state) => $body,
            Self::BeltHash($state) => $body,
            Self::Bash256($state) => $body,
            Self::Bash384($state) => $body,
            Self::Bash512($state) => $body,
        }
    };
}

impl Hasher {
    /// A fresh state for a name of the table above; `None` for any other name.
    pub fn new(name: &str) -> Option<Self> {
        Some(match name {
            "streebog256" => Self::Streebog256(Default::default()),
            "streebog512" => Self::Streebog512(Default::default()),
            "gost3411_94" => Self::Gost3411_94(Default::default()),
            "belt-hash" => Self::BeltHash(Default::default()),
            "bash256" => Self::Bash256(Default::default()),
            "bash384" => Self::Bash384(Default::default()),
            "bash512" => Self::Bash512(Default::default()),
            _ => return None,
        })
    }

    /// The name that [`Hasher::new`] takes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Streebog256(_) => "streebog256",
            Self::Streebog512(_) => "streebog512",
            Self::Gost3411_94(_) => "gost3411_94",
            Self::BeltHash(_) => "belt-hash",
            Self::Bash256(_) => "bash256",
            Self::Bash384(_) => "bash384",
            Self::Bash512(_) => "bash512",
        }
    }

    /// Length of the digest value in octets.
    pub fn digest_size(&self) -> usize {
        match self {
            Self::Streebog512(_) | Self::Bash512(_) => 64,
            Self::Bash384(_) => 48,
            _ => 32,
        }
    }

    /// Takes the next part of the message.
    pub fn update(&mut self, data: &[u8]) {
        each!(self, state => state.update(data));
    }

    /// The digest of all that was taken; more may follow.
    pub fn digest(&self) -> Output {
        each!(self, state => state.digest().into())
    }
}

/// The octets of a message that do not yet fill a block of `N`.
#[derive(Clone)]
struct Tail<const N: usize> {
    octets: [u8; N],
    filled: usize,
}

impl<const N: usize> Default for Tail<N> {
    fn default() -> Self {
        Self {
            octets: [0; N],
            filled: 0,
        }
    }
}

/// What was hashed may have been a secret.
impl<const N: usize> Drop for Tail<N> {
    fn drop(&mut self) {
        self.octets.zeroize();
    }
}

impl<const N: usize> Tail<N> {
    /// Hands every full block to `absorb` and keeps the rest (fewer than `N` octets).
    #[inline]
    fn feed(&mut self, mut data: &[u8], mut absorb: impl FnMut(&[[u8; N]])) {
        if self.filled > 0 {
            let (head, rest) = data.split_at(data.len().min(N - self.filled));
            self.octets[self.filled..self.filled + head.len()].copy_from_slice(head);
            self.filled += head.len();
            if self.filled < N {
                return;
            }
            absorb(core::slice::from_ref(&self.octets));
            data = rest;
        }
        let (blocks, rest) = data.as_chunks::<N>();
        if !blocks.is_empty() {
            absorb(blocks);
        }
        self.octets[..rest.len()].copy_from_slice(rest);
        self.filled = rest.len();
    }

    /// The kept octets, one `mark` octet, then zeros.
    fn padded(&self, mark: u8) -> [u8; N] {
        let mut block = [0; N];
        block[..self.filled].copy_from_slice(&self.octets[..self.filled]);
        block[self.filled] = mark;
        block
    }
}

/// Little-endian words of 64 bits, as GOST and STB number them.
#[inline]
fn words64<const N: usize>(octets: &[u8]) -> [u64; N] {
    let (words, _) = octets.as_chunks::<8>();
    core::array::from_fn(|i| u64::from_le_bytes(words[i]))
}

/// Little-endian words of 32 bits.
#[inline]
fn words32<const N: usize>(octets: &[u8]) -> [u32; N] {
    let (words, _) = octets.as_chunks::<4>();
    core::array::from_fn(|i| u32::from_le_bytes(words[i]))
}

/// The first `N` octets of little-endian words of 64 bits.
#[inline]
fn octets64<const N: usize>(words: &[u64]) -> [u8; N] {
    core::array::from_fn(|i| (words[i / 8] >> (8 * (i % 8))) as u8)
}

/// The first `N` octets of little-endian words of 32 bits.
#[inline]
fn octets32<const N: usize>(words: &[u32]) -> [u8; N] {
    core::array::from_fn(|i| (words[i / 4] >> (8 * (i % 4))) as u8)
}
