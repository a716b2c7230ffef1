//! Fixed arrays of 64-bit limbs, least significant first. Nothing here branches on a value,
//! except where the name says `_vartime`.

use crate::arch;

/// `a + b + carry`: the sum and the carry out.
#[inline(always)]
pub const fn adc(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, over) = a.overflowing_add(b);
    let (sum, over_carry) = sum.overflowing_add(carry as u64);
    (sum, over | over_carry)
}

/// `a - b - borrow`: the difference and the borrow out.
#[inline(always)]
pub const fn sbb(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, under) = a.overflowing_sub(b);
    let (difference, under_borrow) = difference.overflowing_sub(borrow as u64);
    (difference, under | under_borrow)
}

/// `a + b * c + carry`: low and high limb; it cannot overflow.
#[inline(always)]
pub const fn mac(a: u64, b: u64, c: u64, carry: u64) -> (u64, u64) {
    let sum = a as u128 + b as u128 * c as u128 + carry as u128;
    (sum as u64, (sum >> 64) as u64)
}

/// `a + b`: the sum and the carry out.
#[inline(always)]
pub const fn add<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], bool) {
    let (mut sum, mut carry, mut i) = ([0; N], false, 0);
    while i < N {
        (sum[i], carry) = adc(a[i], b[i], carry);
        i += 1;
    }
    (sum, carry)
}

/// `a - b`: the difference and the borrow out.
#[inline(always)]
pub const fn sub<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], bool) {
    let (mut difference, mut borrow, mut i) = ([0; N], false, 0);
    while i < N {
        (difference[i], borrow) = sbb(a[i], b[i], borrow);
        i += 1;
    }
    (difference, borrow)
}

/// `a + small`: the sum and the carry out.
#[inline(always)]
pub const fn add_small<const N: usize>(a: &[u64; N], small: u64) -> ([u64; N], bool) {
    let (mut sum, mut carry, mut i) = ([0; N], false, 1);
    (sum[0], carry) = adc(a[0], small, carry);
    while i < N {
        (sum[i], carry) = adc(a[i], 0, carry);
        i += 1;
    }
    (sum, carry)
}

/// `a - small`: the difference and the borrow out.
#[inline(always)]
pub const fn sub_small<const N: usize>(a: &[u64; N], small: u64) -> ([u64; N], bool) {
    let (mut difference, mut borrow, mut i) = ([0; N], false, 1);
    (difference[0], borrow) = sbb(a[0], small, borrow);
    while i < N {
        (difference[i], borrow) = sbb(a[i], 0, borrow);
        i += 1;
    }
    (difference, borrow)
}

/// All ones for true, zero for false.
#[inline(always)]
pub fn mask(choice: bool) -> u64 {
    arch::opaque((choice as u64).wrapping_neg())
}

/// `a` where the mask is zero, `b` where it is all ones.
#[inline(always)]
pub const fn select<const N: usize>(a: &[u64; N], b: &[u64; N], mask: u64) -> [u64; N] {
    let (mut chosen, mut i) = ([0; N], 0);
    while i < N {
        chosen[i] = a[i] ^ (mask & (a[i] ^ b[i]));
        i += 1;
    }
    chosen
}

/// `a < b`.
#[inline(always)]
pub const fn less<const N: usize>(a: &[u64; N], b: &[u64; N]) -> bool {
    sub(a, b).1
}

/// `a == 0`.
#[inline(always)]
pub const fn is_zero<const N: usize>(a: &[u64; N]) -> bool {
    let (mut bits, mut i) = (0, 0);
    while i < N {
        bits |= a[i];
        i += 1;
    }
    bits == 0
}

/// The low and the high half of `a * b`.
#[inline(always)]
pub fn mul_wide<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], [u64; N]) {
    let (mut low, mut high) = ([0; N], [0; N]);
    for i in 0..N {
        let mut carry = 0;
        for j in 0..N {
            let limb = at(&mut low, &mut high, i + j);
            (*limb, carry) = mac(*limb, a[i], b[j], carry);
        }
        high[i] = carry;
    }
    (low, high)
}

/// The low and the high half of `a * a`: each product of two different limbs once, doubled.
#[inline(always)]
pub fn square_wide<const N: usize>(a: &[u64; N]) -> ([u64; N], [u64; N]) {
    let (mut low, mut high) = ([0; N], [0; N]);
    for i in 0..N {
        let mut carry = 0;
        for j in i + 1..N {
            let limb = at(&mut low, &mut high, i + j);
            (*limb, carry) = mac(*limb, a[i], a[j], carry);
        }
        high[i] = carry;
    }
    let mut top = 0;
    for k in 0..2 * N {
        let limb = at(&mut low, &mut high, k);
        (*limb, top) = (*limb << 1 | top, *limb >> 63);
    }
    let mut carry = false;
    for i in 0..N {
        let (lower, upper) = mac(0, a[i], a[i], 0);
        for (k, part) in [(2 * i, lower), (2 * i + 1, upper)] {
            let limb = at(&mut low, &mut high, k);
            (*limb, carry) = adc(*limb, part, carry);
        }
    }
    (low, high)
}

/// Limb k of a number in two halves.
#[inline(always)]
fn at<'a, const N: usize>(low: &'a mut [u64; N], high: &'a mut [u64; N], k: usize) -> &'a mut u64 {
    if k < N {
        &mut low[k]
    } else {
        &mut high[k - N]
    }
}

/// The number that the big-endian hexadecimal digits write; the parameters of the standards.
pub const fn hex<const N: usize>(digits: &str) -> [u64; N] {
    let (bytes, mut limbs, mut i) = (digits.as_bytes(), [0u64; N], 0);
    assert!(bytes.len() <= 16 * N);
    while i < bytes.len() {
        let digit = match bytes[bytes.len() - 1 - i] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("not a hexadecimal digit"),
        };
        limbs[i / 16] |= (digit as u64) << (4 * (i % 16));
        i += 1;
    }
    limbs
}

/// The number of `8 N` octets, least significant first.
pub fn from_le<const N: usize>(bytes: &[u8]) -> [u64; N] {
    assert_eq!(bytes.len(), 8 * N);
    core::array::from_fn(|i| {
        u64::from_le_bytes(bytes[8 * i..8 * i + 8].try_into().expect("eight octets"))
    })
}

/// The number of `8 N` octets, most significant first.
pub fn from_be<const N: usize>(bytes: &[u8]) -> [u64; N] {
    assert_eq!(bytes.len(), 8 * N);
    core::array::from_fn(|i| {
        let at = 8 * (N - 1 - i);
        u64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight octets"))
    })
}

/// `8 N` octets, least significant first.
pub fn to_le<const N: usize>(limbs: &[u64; N]) -> Vec<u8> {
    limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect()
}

/// `8 N` octets, most significant first.
pub fn to_be<const N: usize>(limbs: &[u64; N]) -> Vec<u8> {
    limbs
        .iter()
        .rev()
        .flat_map(|limb| limb.to_be_bytes())
        .collect()
}

/// `a >> by`, for `by` in 1..63.
#[inline(always)]
pub const fn shift_right<const N: usize>(a: &[u64; N], by: u32) -> [u64; N] {
    let (mut shifted, mut above, mut i) = ([0; N], 0, N);
    while i > 0 {
        i -= 1;
        shifted[i] = a[i] >> by | above;
        above = a[i] << (64 - by);
    }
    shifted
}

/// Bit `i`.
#[inline(always)]
pub const fn bit<const N: usize>(limbs: &[u64; N], i: usize) -> u64 {
    (limbs[i / 64] >> (i % 64)) & 1
}
