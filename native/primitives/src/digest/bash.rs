//! bash256, bash384, bash512 (STB 34.101.77-2020, 7): a sponge over bash-f.
//!
//! No table is looked up and no branch depends on data: constant time as it stands.

use zeroize::Zeroize;

use super::{arch, octets64, Tail};

/// The state S: 24 words of 64 bits, little-endian octets.
pub(super) type Words = [u64; 24];

/// bash-f step 3: the constants C of the 24 rounds.
pub(super) const ROUND_CONSTANTS: Words = {
    let mut constants = [0x3bf5_080a_c8ba_94b1; 24];
    let mut i = 1;
    while i < 24 {
        let c = constants[i - 1];
        constants[i] = (c >> 1) ^ (0xdc2b_e199_7fe0_d8ae * (c & 1));
        i += 1;
    }
    constants
};

/// bash-f step 3.1: m1, n1, m2, n2 of the eight columns.
pub(super) const ROTATIONS: [[u32; 8]; 4] = {
    let mut rotations = [[8, 0, 0, 0, 0, 0, 0, 0], [53; 8], [14; 8], [1; 8]];
    let mut i = 0;
    while i < 32 {
        if i % 8 > 0 {
            rotations[i / 8][i % 8] = rotations[i / 8][i % 8 - 1] * 7 % 64;
        }
        i += 1;
    }
    rotations
};

/// bash-f step 3.3: word `x` comes from place `PERMUTATION[x]`.
const PERMUTATION: [usize; 24] = [
    15, 10, 9, 12, 11, 14, 13, 8, 17, 16, 19, 18, 21, 20, 23, 22, 6, 3, 0, 5, 2, 7, 4, 1,
];

/// Where word `x` lies before round `i` mod 6 when no word is ever moved.
const PLACES: [[usize; 24]; 6] = {
    let mut places = [[0; 24]; 6];
    let mut x = 0;
    while x < 24 {
        let mut place = x;
        let mut i = 0;
        while i < 6 {
            places[i][x] = place;
            place = PERMUTATION[place];
            i += 1;
        }
        assert!(place == x, "six permutations are the identity");
        x += 1;
    }
    places
};

/// bash-s (6.1.3).
#[inline(always)]
fn bash_s(w: &mut Words, [i, j, k]: [usize; 3], [m1, n1, m2, n2]: [u32; 4]) {
    let u0 = w[i] ^ w[j] ^ w[k];
    let t = w[j] ^ u0.rotate_left(n1);
    let u1 = t ^ w[i].rotate_left(m1);
    let u2 = w[k] ^ w[k].rotate_left(m2) ^ t.rotate_left(n2);
    w[i] = u0 ^ (!u2 | u1);
    w[j] = u1 ^ (u0 | u2);
    w[k] = u2 ^ (u0 & u1);
}

#[inline(always)]
fn round<const I: usize>(w: &mut Words, constant: u64) {
    let place = const { &PLACES[I] };
    for x in 0..8 {
        bash_s(
            w,
            [place[x], place[8 + x], place[16 + x]],
            ROTATIONS.map(|of| of[x]),
        );
    }
    w[place[PERMUTATION[23]]] ^= constant;
}

/// bash-f (6.2.2) in portable code.
pub(super) fn bash_f_scalar(w: &mut Words) {
    for constants in ROUND_CONSTANTS.as_chunks::<6>().0 {
        round::<0>(w, constants[0]);
        round::<1>(w, constants[1]);
        round::<2>(w, constants[2]);
        round::<3>(w, constants[3]);
        round::<4>(w, constants[4]);
        round::<5>(w, constants[5]);
    }
}

/// bash-hash (7.3); `RATE` = 192 - l/2 octets of a block, l the level of security in bits.
#[derive(Clone)]
pub struct BashHash<const RATE: usize> {
    state: Words,
    tail: Tail<RATE>,
}

/// l = 128: 32 octets.
pub type Bash256 = BashHash<128>;
/// l = 192: 48 octets.
pub type Bash384 = BashHash<96>;
/// l = 256: 64 octets.
pub type Bash512 = BashHash<64>;

impl<const RATE: usize> Default for BashHash<RATE> {
    fn default() -> Self {
        let mut state = [0; 24];
        state[23] = (192 - RATE as u64) / 2; // l/4
        Self {
            state,
            tail: Tail::default(),
        }
    }
}

/// What was hashed may have been a secret.
impl<const RATE: usize> Drop for BashHash<RATE> {
    fn drop(&mut self) {
        self.state.zeroize();
    }
}

impl<const RATE: usize> BashHash<RATE> {
    /// Takes the next part of the message.
    pub fn update(&mut self, data: &[u8]) {
        self.tail.feed(data, |blocks| {
            for block in blocks {
                absorb(&mut self.state, block);
            }
        });
    }

    /// The state after the last block: the message's end, the bits 01, zeros.
    fn finish(&self) -> Words {
        let mut state = self.state;
        absorb(&mut state, &self.tail.padded(0x40));
        state
    }
}

/// 7.3, step 4.
#[inline]
fn absorb<const RATE: usize>(state: &mut Words, block: &[u8; RATE]) {
    for (word, octets) in state.iter_mut().zip(block.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*octets);
    }
    arch::bash_f(state);
}

/// The digest and the one-shot form for one length.
macro_rules! digest {
    ($name:ident, $function:ident, $size:literal) => {
        impl $name {
            /// The digest of all that was taken; more may follow.
            pub fn digest(&self) -> [u8; $size] {
                octets64(&self.finish())
            }
        }

        /// The digest of the parts, one after another.
        pub fn $function(parts: &[&[u8]]) -> [u8; $size] {
            let mut stream = $name::default();
            parts.iter().for_each(|part| stream.update(part));
            stream.digest()
        }
    };
}
digest!(Bash256, hash256, 32);
digest!(Bash384, hash384, 48);
digest!(Bash512, hash512, 64);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::words64;

    /// The first 192 octets of the substitution of STB 34.101.31.
    fn message() -> Vec<u8> {
        crate::digest::belt::H[..192].to_vec()
    }

    #[test]
    fn bash_f_of_table_a_2() {
        let mut w = words64(&message());
        bash_f_scalar(&mut w);
        assert_eq!(
            octets64::<8>(&w),
            [0x8f, 0xe7, 0x27, 0x77, 0x5e, 0xa7, 0xf1, 0x40]
        );
        assert_eq!(
            octets64::<8>(&w[23..]),
            [0x7c, 0xed, 0x8e, 0x3f, 0x8b, 0x6e, 0x05, 0x8e]
        );
    }

    #[test]
    fn each_processor_computes_the_same_bash_f() {
        let mut chosen: Words = words64(&message());
        for _ in 0..200 {
            let mut scalar = chosen;
            bash_f_scalar(&mut scalar);
            for bash_f in arch::available_bash_f() {
                let mut other = chosen;
                bash_f(&mut other);
                assert_eq!(other, scalar);
            }
            chosen = scalar;
        }
    }

    #[test]
    fn hashes_of_table_a_3() {
        let message = message();
        assert_eq!(hash256(&[])[..4], [0x11, 0x4c, 0x3d, 0xfa]);
        assert_eq!(hash256(&[&message[..127]])[..4], [0x3d, 0x7f, 0x4e, 0xfa]);
        assert_eq!(hash384(&[&message[..95]])[..4], [0x64, 0x33, 0x4a, 0xf8]);
    }
}
