//! belt-hash and belt-wblock (STB 34.101.31-2020): 6.1, 6.2, 6.3, 7.8.
//!
//! Words are little-endian. [`hash`] and [`BeltHash`] look tables up and are for public data;
//! [`hash_ct`] and [`wblock_encrypt`] run in time that depends on lengths only.

use zeroize::Zeroize;

use super::{arch, octets32, words32, Tail};

/// The substitution H (table 1).
#[rustfmt::skip]
pub(super) const H: [u8; 256] = [
    0xb1, 0x94, 0xba, 0xc8, 0x0a, 0x08, 0xf5, 0x3b, 0x36, 0x6d, 0x00, 0x8e, 0x58, 0x4a, 0x5d, 0xe4,
    0x85, 0x04, 0xfa, 0x9d, 0x1b, 0xb6, 0xc7, 0xac, 0x25, 0x2e, 0x72, 0xc2, 0x02, 0xfd, 0xce, 0x0d,
    0x5b, 0xe3, 0xd6, 0x12, 0x17, 0xb9, 0x61, 0x81, 0xfe, 0x67, 0x86, 0xad, 0x71, 0x6b, 0x89, 0x0b,
    0x5c, 0xb0, 0xc0, 0xff, 0x33, 0xc3, 0x56, 0xb8, 0x35, 0xc4, 0x05, 0xae, 0xd8, 0xe0, 0x7f, 0x99,
    0xe1, 0x2b, 0xdc, 0x1a, 0xe2, 0x82, 0x57, 0xec, 0x70, 0x3f, 0xcc, 0xf0, 0x95, 0xee, 0x8d, 0xf1,
    0xc1, 0xab, 0x76, 0x38, 0x9f, 0xe6, 0x78, 0xca, 0xf7, 0xc6, 0xf8, 0x60, 0xd5, 0xbb, 0x9c, 0x4f,
    0xf3, 0x3c, 0x65, 0x7b, 0x63, 0x7c, 0x30, 0x6a, 0xdd, 0x4e, 0xa7, 0x79, 0x9e, 0xb2, 0x3d, 0x31,
    0x3e, 0x98, 0xb5, 0x6e, 0x27, 0xd3, 0xbc, 0xcf, 0x59, 0x1e, 0x18, 0x1f, 0x4c, 0x5a, 0xb7, 0x93,
    0xe9, 0xde, 0xe7, 0x2c, 0x8f, 0x0c, 0x0f, 0xa6, 0x2d, 0xdb, 0x49, 0xf4, 0x6f, 0x73, 0x96, 0x47,
    0x06, 0x07, 0x53, 0x16, 0xed, 0x24, 0x7a, 0x37, 0x39, 0xcb, 0xa3, 0x83, 0x03, 0xa9, 0x8b, 0xf6,
    0x92, 0xbd, 0x9b, 0x1c, 0xe5, 0xd1, 0x41, 0x01, 0x54, 0x45, 0xfb, 0xc9, 0x5e, 0x4d, 0x0e, 0xf2,
    0x68, 0x20, 0x80, 0xaa, 0x22, 0x7d, 0x64, 0x2f, 0x26, 0x87, 0xf9, 0x34, 0x90, 0x40, 0x55, 0x11,
    0xbe, 0x32, 0x97, 0x13, 0x43, 0xfc, 0x9a, 0x48, 0xa0, 0x2a, 0x88, 0x5f, 0x19, 0x4b, 0x09, 0xa1,
    0x7e, 0xcd, 0xa4, 0xd0, 0x15, 0x44, 0xaf, 0x8c, 0xa5, 0x84, 0x50, 0xbf, 0x66, 0xd2, 0xe8, 0x8a,
    0xa2, 0xd7, 0x46, 0x52, 0x42, 0xa8, 0xdf, 0xb3, 0x69, 0x74, 0xc5, 0x51, 0xeb, 0x23, 0x29, 0x21,
    0xd4, 0xef, 0xd9, 0xb4, 0x3a, 0x62, 0x28, 0x75, 0x91, 0x14, 0x10, 0xea, 0x77, 0x6c, 0xda, 0x1d,
];

/// `ROTATED[i][u]` = RotHi^(5 + 8i)(H(u)), the tables of G5, G13 and G21.
static ROTATED: [[u32; 256]; 4] = {
    let mut tables = [[0; 256]; 4];
    let mut i = 0;
    while i < 1024 {
        tables[i / 256][i % 256] = (H[i % 256] as u32).rotate_left(5 + 8 * (i / 256) as u32);
        i += 1;
    }
    tables
};

/// `N` words that take the same steps side by side.
pub(super) type Lanes<const N: usize> = [u32; N];

#[inline(always)]
fn each<const N: usize>(x: Lanes<N>, y: Lanes<N>, f: impl Fn(u32, u32) -> u32) -> Lanes<N> {
    core::array::from_fn(|i| f(x[i], y[i]))
}
#[inline(always)]
fn add<const N: usize>(x: Lanes<N>, y: Lanes<N>) -> Lanes<N> {
    each(x, y, u32::wrapping_add)
}
#[inline(always)]
fn sub<const N: usize>(x: Lanes<N>, y: Lanes<N>) -> Lanes<N> {
    each(x, y, u32::wrapping_sub)
}
#[inline(always)]
fn xor<const N: usize>(x: Lanes<N>, y: Lanes<N>) -> Lanes<N> {
    each(x, y, |x, y| x ^ y)
}

/// How G_r (6.1.2) is computed.
pub(super) trait Substitution {
    /// G_R of every lane; R is 5, 13 or 21.
    fn g<const R: u32, const N: usize>(x: Lanes<N>) -> Lanes<N>;

    /// G_R of `x` and G_Q of `y`.
    fn g2<const R: u32, const Q: u32, const N: usize>(
        x: Lanes<N>,
        y: Lanes<N>,
    ) -> (Lanes<N>, Lanes<N>);
}

/// By tables: fast, and its memory accesses tell the data.
struct Tables;

impl Substitution for Tables {
    #[inline(always)]
    fn g<const R: u32, const N: usize>(x: Lanes<N>) -> Lanes<N> {
        let table = |octet: usize| &ROTATED[(R as usize / 8 + octet) % 4];
        x.map(|x| {
            let [u1, u2, u3, u4] = x.to_le_bytes().map(usize::from);
            table(0)[u1] ^ table(1)[u2] ^ table(2)[u3] ^ table(3)[u4]
        })
    }

    #[inline(always)]
    fn g2<const R: u32, const Q: u32, const N: usize>(
        x: Lanes<N>,
        y: Lanes<N>,
    ) -> (Lanes<N>, Lanes<N>) {
        (Self::g::<R, N>(x), Self::g::<Q, N>(y))
    }
}

/// H of the octets of four words in constant time; that of zero words may be anything.
pub(super) trait Substitute {
    fn substitute(words: [u32; 4]) -> [u32; 4];
}

impl<T: Substitute> Substitution for T {
    #[inline(always)]
    fn g<const R: u32, const N: usize>(x: Lanes<N>) -> Lanes<N> {
        Self::g2::<R, R, N>(x, [0; N]).0
    }

    #[inline(always)]
    fn g2<const R: u32, const Q: u32, const N: usize>(
        x: Lanes<N>,
        y: Lanes<N>,
    ) -> (Lanes<N>, Lanes<N>) {
        let words = T::substitute(core::array::from_fn(|i| match i {
            _ if i < N => x[i],
            _ if i < 2 * N => y[i - N],
            _ => 0,
        }));
        (
            core::array::from_fn(|i| words[i].rotate_left(R)),
            core::array::from_fn(|i| words[N + i].rotate_left(Q)),
        )
    }
}

/// By arithmetic in GF(2^8): constant time on every processor.
pub(super) struct Algebra;

impl Substitute for Algebra {
    #[inline(always)]
    fn substitute([a, b, c, d]: [u32; 4]) -> [u32; 4] {
        let pair = |low: u32, high: u32| substitute_octets(u64::from(low) | u64::from(high) << 32);
        let (low, high): (u64, u64) = (pair(a, b), pair(c, d));
        [
            low as u32,
            (low >> 32) as u32,
            high as u32,
            (high >> 32) as u32,
        ]
    }
}

/// One step of belt-block (6.1.3, step 5); `i` counts from 0, and `k` is the whole key.
#[inline(always)]
fn round<S: Substitution, const N: usize>(
    i: usize,
    [mut a, mut b, mut c, mut d]: [Lanes<N>; 4],
    k: &[Lanes<N>; 8],
) -> [Lanes<N>; 4] {
    let k = |j: usize| k[(7 * i + j) % 8];
    let (p, q) = S::g2::<5, 21, N>(add(a, k(0)), add(d, k(1)));
    b = xor(b, p);
    c = xor(c, q);
    a = sub(a, S::g::<13, N>(add(b, k(2))));
    let e = xor(S::g::<21, N>(add(add(b, c), k(3))), [i as u32 + 1; N]);
    b = add(b, e);
    c = sub(c, e);
    d = add(d, S::g::<13, N>(add(c, k(4))));
    let (p, q) = S::g2::<21, 5, N>(add(a, k(5)), add(d, k(6)));
    [xor(b, p), d, a, xor(c, q)]
}

/// belt-block (6.1.3) of `N` blocks, each under its own key.
#[inline(always)]
fn encrypt<S: Substitution, const N: usize>(x: [Lanes<N>; 4], k: &[Lanes<N>; 8]) -> [Lanes<N>; 4] {
    let x = round::<S, N>(0, x, k);
    let x = round::<S, N>(1, x, k);
    let x = round::<S, N>(2, x, k);
    let x = round::<S, N>(3, x, k);
    let x = round::<S, N>(4, x, k);
    let x = round::<S, N>(5, x, k);
    let x = round::<S, N>(6, x, k);
    let [a, b, c, d] = round::<S, N>(7, x, k);
    [b, d, a, c]
}

#[inline(always)]
pub(super) fn encrypt_one<S: Substitution>(x: [u32; 4], k: &[u32; 8]) -> [u32; 4] {
    encrypt::<S, 1>(x.map(|x| [x]), &k.map(|k| [k])).map(|[x]| x)
}

/// belt-compress (6.3.2) of `x` || `h`: replaces `h` by Y and returns S.
#[inline(always)]
pub(super) fn compress<S: Substitution>(x: &[u32; 8], h: &mut [u32; 8]) -> [u32; 4] {
    let sum: [u32; 4] = core::array::from_fn(|i| h[i] ^ h[4 + i]);
    let s = encrypt_one::<S>(sum, x);
    let s: [u32; 4] = core::array::from_fn(|i| s[i] ^ sum[i]);
    // Y1 and Y2 do not depend on one another: two lanes.
    let key = core::array::from_fn(|i| {
        if i < 4 {
            [s[i], !s[i]]
        } else {
            [h[i], h[i - 4]]
        }
    });
    let y = encrypt::<S, 2>(core::array::from_fn(|i| [x[i], x[4 + i]]), &key);
    *h = core::array::from_fn(|i| y[i % 4][i / 4] ^ x[i]);
    s
}

/// belt-compress, by tables or in constant time.
pub(super) type Compress = fn(&[u32; 8], &mut [u32; 8]) -> [u32; 4];

/// The variables of 7.8.2 except the message's length.
#[derive(Clone)]
struct State {
    s: [u32; 4],
    h: [u32; 8],
}

/// 5.7: what was hashed may have been a secret.
impl Drop for State {
    fn drop(&mut self) {
        self.s.zeroize();
        self.h.zeroize();
    }
}

impl State {
    /// 7.8.3, step 2: s is zero, h is the first two rows of H.
    fn new() -> Self {
        Self {
            s: [0; 4],
            h: words32(&H[..32]),
        }
    }

    /// 7.8.3, step 3.
    fn absorb(&mut self, blocks: &[[u8; 32]], compress: Compress) {
        for block in blocks {
            let t = compress(&words32(block), &mut self.h);
            self.s = core::array::from_fn(|i| self.s[i] ^ t[i]);
        }
    }

    /// 7.8.3, steps 2.4, 3 and 4, for a message of `length` octets that ends with `tail`.
    fn finish(mut self, tail: &Tail<32>, length: u64, compress: Compress) -> [u8; 32] {
        if tail.filled > 0 {
            self.absorb(&[tail.padded(0)], compress);
        }
        let bits: [u32; 4] = words32(&(u128::from(length) * 8).to_le_bytes());
        let block = core::array::from_fn(|i| if i < 4 { bits[i] } else { self.s[i - 4] });
        compress(&block, &mut self.h);
        octets32(&self.h)
    }
}

/// belt-hash as a stream.
#[derive(Clone)]
pub struct BeltHash {
    state: State,
    tail: Tail<32>,
    length: u64,
}

impl Default for BeltHash {
    fn default() -> Self {
        Self {
            state: State::new(),
            tail: Tail::default(),
            length: 0,
        }
    }
}

impl BeltHash {
    /// Takes the next part of the message.
    pub fn update(&mut self, data: &[u8]) {
        self.take(data, compress::<Tables>);
    }

    /// The digest of all that was taken; more may follow.
    pub fn digest(&self) -> [u8; 32] {
        self.finish(compress::<Tables>)
    }

    fn take(&mut self, data: &[u8], compress: Compress) {
        self.length += data.len() as u64;
        self.tail
            .feed(data, |blocks| self.state.absorb(blocks, compress));
    }

    fn finish(&self, compress: Compress) -> [u8; 32] {
        self.state.clone().finish(&self.tail, self.length, compress)
    }
}

/// belt-hash of the parts, one after another; for public data.
pub fn hash(parts: &[&[u8]]) -> [u8; 32] {
    hash_by(compress::<Tables>, parts)
}

/// belt-hash of the parts in constant time; for secrets (bign-genk, STB 34.101.45 6.3).
pub fn hash_ct(parts: &[&[u8]]) -> [u8; 32] {
    hash_by(arch::belt_compress, parts)
}

fn hash_by(compress: Compress, parts: &[&[u8]]) -> [u8; 32] {
    let mut stream = BeltHash::default();
    parts.iter().for_each(|part| stream.take(part, compress));
    stream.finish(compress)
}

/// belt-wblock (6.2.3) in place, in constant time.
///
/// # Panics
/// `r` must hold at least 32 octets.
pub fn wblock_encrypt(r: &mut [u8], key: &[u8; 32]) {
    wblock_pass(r, key, 0);
}

/// The `pass`-th time, counted from 0, that [`wblock_encrypt`] is done, its steps numbered on.
pub fn wblock_pass(r: &mut [u8], key: &[u8; 32], pass: usize) {
    assert!(r.len() >= 32, "a wide block has at least 256 bits");
    let key = words32(key);
    let last = r.len() - 16; // r* starts here
    let blocks = r.len().div_ceil(16);
    for i in 2 * blocks * pass + 1..=2 * blocks * (pass + 1) {
        let mut s = [0; 16];
        for block in r.chunks(16).take(blocks - 1) {
            s.iter_mut().zip(block).for_each(|(s, octet)| *s ^= octet);
        }
        let t: [u8; 16] = octets32(&arch::belt_encrypt(words32(&s), &key));
        let counter = (i as u128).to_le_bytes();
        for j in 0..16 {
            r[last + j] ^= t[j] ^ counter[j];
        }
        r.copy_within(16.., 0); // ShLo^128
        r[last..].copy_from_slice(&s);
    }
}

/// H of eight octets at once, by shifts and Boolean operations only.
///
/// H is an exponential: with T one step of the shift register t -> t >> 1 | parity(t & 63) << 7,
/// whose characteristic polynomial is f = z^8 + z^6 + z^5 + z + 1, and with j = x - 11 mod 256,
/// H(x) = T^(116 j)(8E) for j < 255 and H(10) = 0. So for j = 16 i + l:
/// H(x) = A(T) v with A = z^(116 l) mod f and v = T^(116 * 16 i)(8E).
#[inline(never)]
fn substitute_octets(x: u64) -> u64 {
    let j =
        ((x & each_octet(0x7f)) + each_octet(0x75)) ^ ((x ^ each_octet(0xf5)) & each_octet(0x80));
    let low = monomials(j);
    let high = monomials(j >> 4);
    let polynomial = evaluate(&LOW_POWERS, &low);
    let mut v = evaluate(&HIGH_POWERS, &high);
    let mut y = v & octet_masks(polynomial, 0);
    for k in 1..8 {
        v = register_step(v);
        y ^= v & octet_masks(polynomial, k);
    }
    y & !(low[15] & high[15]) // j = 255
}

const fn each_octet(octet: u8) -> u64 {
    octet as u64 * 0x0101_0101_0101_0101
}

/// FF in every octet whose bit `k` is set, 00 in the others.
#[inline(always)]
fn octet_masks(x: u64, k: u32) -> u64 {
    let bits = (x >> k) & each_octet(1);
    (bits << 8).wrapping_sub(bits)
}

/// All products of the four low bits of each octet, as masks; the index tells the factors.
#[inline(always)]
fn monomials(x: u64) -> [u64; 16] {
    let mut products = [u64::MAX; 16];
    for k in 0..4 {
        let mask = octet_masks(x, k);
        for i in 0..1 << k {
            products[(1 << k) + i] = products[i] & mask;
        }
    }
    products
}

/// A map of four bits, given by its algebraic normal form, in every octet.
#[inline(always)]
fn evaluate(normal_form: &[u8; 16], monomials: &[u64; 16]) -> u64 {
    let mut y = 0;
    for i in 0..16 {
        y ^= each_octet(normal_form[i]) & monomials[i];
    }
    y
}

/// T in every octet.
#[inline(always)]
const fn register_step(t: u64) -> u64 {
    let parity = (t ^ t >> 1 ^ t >> 5 ^ t >> 6) & each_octet(1);
    (t >> 1) & each_octet(0x7f) | parity << 7
}

/// l -> z^(116 l) mod f, in algebraic normal form.
const LOW_POWERS: [u8; 16] = {
    let mut powers = [0; 16];
    let mut power: u16 = 1;
    let mut n = 0;
    while n < 16 * 116 {
        if n % 116 == 0 {
            powers[n / 116] = power as u8;
        }
        power <<= 1;
        if power & 0x100 != 0 {
            power ^= 0x163;
        }
        n += 1;
    }
    normal_form(powers)
};

/// i -> T^(116 * 16 i)(8E), in algebraic normal form.
const HIGH_POWERS: [u8; 16] = {
    let mut powers = [0; 16];
    let mut t: u64 = 0x8e;
    let mut n = 0;
    while n < 16 * 16 * 116 {
        if n % (16 * 116) == 0 {
            powers[n / (16 * 116)] = t as u8;
        }
        t = register_step(t);
        n += 1;
    }
    normal_form(powers)
};

/// Moebius transform: the algebraic normal form of a table over four bits.
const fn normal_form(mut table: [u8; 16]) -> [u8; 16] {
    let mut i = 0;
    while i < 64 {
        let (bit, index) = (1 << (i / 16), i % 16);
        if index & bit != 0 {
            table[index] ^= table[index ^ bit];
        }
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algebra_equals_table_1() {
        for x in 0..=255 {
            assert_eq!(
                substitute_octets(each_octet(x)),
                each_octet(H[usize::from(x)]),
                "{x}"
            );
        }
        let octets = u64::from_le_bytes([0, 10, 11, 128, 255, 9, 127, 200]);
        let expected = octets.to_le_bytes().map(|x| H[usize::from(x)]);
        assert_eq!(substitute_octets(octets).to_le_bytes(), expected);
    }

    #[test]
    fn each_processor_compresses_as_algebra_does() {
        let mut h = words32(&H[..32]);
        for turn in 0..64 {
            let (x, before) = (h.map(|word| word.rotate_left(turn)), h);
            let s = compress::<Algebra>(&x, &mut h);
            let forms: [Compress; 2] = [compress::<Tables>, arch::belt_compress];
            for form in arch::available_belt_compress().into_iter().chain(forms) {
                let mut other = before;
                assert_eq!((form(&x, &mut other), other), (s, h));
            }
            assert_eq!(arch::belt_encrypt(s, &h), encrypt_one::<Algebra>(s, &h));
        }
    }

    #[test]
    fn block_of_table_a_1() {
        let key = words32(&H[128..160]);
        let y: [u8; 16] = octets32(&encrypt_one::<Tables>(words32(&H[..16]), &key));
        assert_eq!(y[..4], [0x69, 0xcc, 0xa1, 0xc9]);
    }

    #[test]
    fn hashes_of_the_standard_and_constant_time_twin() {
        // STB 34.101.31 A.11: the messages are prefixes of H; first octets of the digests.
        let cases: [(usize, [u8; 4]); 3] = [
            (13, [0xab, 0xef, 0x97, 0x25]),
            (32, [0x74, 0x9e, 0x4c, 0x36]),
            (48, [0x9d, 0x02, 0xee, 0x44]),
        ];
        for (length, start) in cases {
            assert_eq!(hash(&[&H[..length]])[..4], start);
        }
        for length in 0..=256 {
            let (left, right) = H[..length].split_at(length / 3);
            assert_eq!(hash_ct(&[left, right]), hash(&[&H[..length]]), "{length}");
        }
    }

    #[test]
    fn wide_blocks_of_table_a_6() {
        let key = H[128..160].try_into().unwrap();
        let mut whole = H[..48].to_vec();
        wblock_encrypt(&mut whole, &key);
        assert_eq!(whole[..4], [0x49, 0xa3, 0x8e, 0xe1]);
        assert_eq!(whole[44..], [0x1d, 0xc9, 0xf6, 0xc8]);
        let mut partial = H[..47].to_vec();
        wblock_encrypt(&mut partial, &key);
        assert_eq!(partial[..4], [0xf0, 0x8e, 0xf2, 0x2d]);
        assert_eq!(partial[43..], [0x8f, 0x6a, 0x5c, 0x94]);
    }
}
