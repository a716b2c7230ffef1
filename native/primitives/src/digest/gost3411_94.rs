//! GOST R 34.11-94 with the CryptoPro S-box (RFC 5831; RFC 4357 11.2): digests of 32 octets.
//!
//! Octets of the message fill the lowest bits first. Withdrawn in 2013, still found in signatures
//! of that time. Tables are looked up: for public data only.

use super::{octets64, words64, Tail};

/// A vector of 256 bits as four words, the lowest first.
type Block = [u64; 4];

/// id-GostR3411-94-CryptoProParamSet (1.2.643.2.2.30.1): row `i` replaces bits 4i..4i+3.
#[rustfmt::skip]
const S_BOX: [[u8; 16]; 8] = [
    [10, 4, 5, 6, 8, 1, 3, 7, 13, 12, 14, 0, 9, 2, 11, 15],
    [5, 15, 4, 0, 2, 13, 11, 9, 1, 7, 6, 3, 12, 14, 10, 8],
    [7, 15, 12, 14, 9, 4, 1, 0, 3, 11, 5, 2, 6, 10, 8, 13],
    [4, 10, 7, 12, 0, 15, 2, 8, 14, 1, 6, 5, 13, 11, 9, 3],
    [7, 6, 4, 11, 9, 12, 2, 10, 1, 8, 0, 14, 15, 13, 3, 5],
    [7, 6, 2, 4, 13, 9, 15, 0, 10, 1, 5, 11, 8, 14, 12, 3],
    [13, 14, 4, 1, 7, 0, 5, 10, 3, 12, 8, 15, 6, 2, 9, 11],
    [1, 3, 10, 9, 5, 11, 4, 15, 8, 6, 7, 14, 13, 0, 2, 12],
];

/// The step of GOST 28147-89 by octets: two S-boxes and the turn by 11 bits.
static STEP: [[u32; 256]; 4] = {
    let mut tables = [[0; 256]; 4];
    let mut i = 0;
    while i < 1024 {
        let (octet, u) = (i / 256, i % 256);
        let replaced = S_BOX[2 * octet][u % 16] | S_BOX[2 * octet + 1][u / 16] << 4;
        tables[octet][u] = ((replaced as u32) << (8 * octet)).rotate_left(11);
        i += 1;
    }
    tables
};

/// C3 of the key generation.
const C3: Block = [
    0xff00_ff00_ff00_ff00,
    0x00ff_00ff_00ff_00ff,
    0xff00_00ff_00ff_ff00,
    0xff00_ffff_0000_00ff,
];

fn xor(x: &Block, y: &Block) -> Block {
    core::array::from_fn(|i| x[i] ^ y[i])
}

/// A: y4 || y3 || y2 || y1 -> (y1 ^ y2) || y4 || y3 || y2.
fn a(y: &Block) -> Block {
    [y[1], y[2], y[3], y[0] ^ y[1]]
}

/// P: octet 8i + k goes to place i + 4k (from 0); read as the eight key words of GOST 28147-89.
fn p(y: &Block) -> [u32; 8] {
    core::array::from_fn(|k| u32::from_le_bytes(core::array::from_fn(|i| (y[i] >> (8 * k)) as u8)))
}

/// The four keys.
fn keys(h: &Block, m: &Block) -> [[u32; 8]; 4] {
    let (mut u, mut v) = (*h, *m);
    core::array::from_fn(|i| {
        if i > 0 {
            u = a(&u);
            if i == 2 {
                u = xor(&u, &C3);
            }
            v = a(&a(&v));
        }
        p(&xor(&u, &v))
    })
}

/// GOST 28147-89 in the mode of simple replacement: each word of `h` under its own key, together.
fn encrypt(h: &Block, keys: &[[u32; 8]; 4]) -> Block {
    let mut low = h.map(|word| word as u32);
    let mut high = h.map(|word| (word >> 32) as u32);
    for round in 0..32 {
        let word = if round < 24 { round % 8 } else { 31 - round };
        for i in 0..4 {
            let [u0, u1, u2, u3] = low[i]
                .wrapping_add(keys[i][word])
                .to_le_bytes()
                .map(usize::from);
            high[i] ^= STEP[0][u0] ^ STEP[1][u1] ^ STEP[2][u2] ^ STEP[3][u3];
        }
        (low, high) = (high, low);
    }
    // The last step does not exchange the halves.
    core::array::from_fn(|i| u64::from(high[i]) | u64::from(low[i]) << 32)
}

/// psi to the power `STEPS`: a shift register of sixteen words of 16 bits.
fn psi<const STEPS: usize>(y: &Block) -> Block {
    let mut words = [0_u16; 16 + 61];
    for (i, word) in words.iter_mut().take(16).enumerate() {
        *word = (y[i / 4] >> (16 * (i % 4))) as u16;
    }
    for i in 0..STEPS {
        words[16 + i] =
            words[i] ^ words[i + 1] ^ words[i + 2] ^ words[i + 3] ^ words[i + 12] ^ words[i + 15];
    }
    core::array::from_fn(|i| {
        (0..4).fold(0, |word, j| {
            word | u64::from(words[STEPS + 4 * i + j]) << (16 * j)
        })
    })
}

/// The step hash function: h becomes psi^61(h ^ psi(m ^ psi^12(s))).
fn compress(h: &mut Block, m: &Block) {
    let s = encrypt(h, &keys(h, m));
    let inner = xor(m, &psi::<12>(&s));
    *h = psi::<61>(&xor(h, &psi::<1>(&inner)));
}

/// Addition modulo 2^256.
fn add(x: &mut Block, y: &Block) {
    let mut carry = 0;
    for (x, y) in x.iter_mut().zip(y) {
        let sum = u128::from(*x) + u128::from(*y) + carry;
        (*x, carry) = (sum as u64, sum >> 64);
    }
}

/// GOST R 34.11-94 as a stream; the starting value is zero.
#[derive(Clone, Default)]
pub struct Gost3411_94 {
    h: Block,
    /// Sigma: the sum of the blocks.
    sum: Block,
    /// Octets taken.
    length: u64,
    tail: Tail<32>,
}

impl Gost3411_94 {
    /// Takes the next part of the message.
    pub fn update(&mut self, data: &[u8]) {
        let Self {
            h,
            sum,
            length,
            tail,
        } = self;
        *length += data.len() as u64;
        tail.feed(data, |blocks| {
            for block in blocks {
                let m = words64(block);
                compress(h, &m);
                add(sum, &m);
            }
        });
    }

    /// The digest of all that was taken; more may follow.
    pub fn digest(&self) -> [u8; 32] {
        let Self {
            mut h,
            mut sum,
            length,
            tail,
        } = self.clone();
        // RFC 5831, stage 2: the last block may be full, and an empty message is one zero block.
        if tail.filled > 0 || length == 0 {
            let m = words64(&tail.padded(0));
            compress(&mut h, &m);
            add(&mut sum, &m);
        }
        let bits = u128::from(length) * 8;
        compress(&mut h, &[bits as u64, (bits >> 64) as u64, 0, 0]);
        compress(&mut h, &sum);
        octets64(&h)
    }
}

/// GOST R 34.11-94 of the parts, one after another.
pub fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut stream = Gost3411_94::default();
    parts.iter().for_each(|part| stream.update(part));
    stream.digest()
}
