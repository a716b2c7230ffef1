//! Primes a little below a power of two: `p = 2^(64 N) - C`, so `2^(64 N)` counts C.

use super::limbs::{self, Wide};

/// p.
pub const fn modulus<const N: usize, const C: u64>() -> [u64; N] {
    limbs::sub_small(&[0; N], C).0
}

/// A second carry leaves less than C, so there is no third.
#[inline(always)]
pub fn sum<const N: usize, const C: u64>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let (sum, carry) = limbs::add(a, b);
    let (sum, carry) = limbs::add_small(&sum, C & limbs::mask(carry));
    plus_c::<N, C>(sum, carry)
}

/// As [`sum`].
#[inline(always)]
pub fn difference<const N: usize, const C: u64>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let (difference, borrow) = limbs::sub(a, b);
    let (mut difference, borrow) = limbs::sub_small(&difference, C & limbs::mask(borrow));
    difference[0] = difference[0].wrapping_sub(C & limbs::mask(borrow));
    difference
}

/// An odd number gives `(number - 1) / 2 + (p + 1) / 2`, which has room.
#[inline(always)]
pub fn half<const N: usize, const C: u64>(number: &[u64; N]) -> [u64; N] {
    let mask = limbs::mask(number[0] & 1 == 1);
    let mut half = limbs::shift_right(number, 1);
    half[N - 1] |= mask << 63;
    limbs::sub_small(&half, (C / 2) & mask).0
}

/// `low + 2^(64 N) high = low + C high`.
#[inline(always)]
pub fn fold<const N: usize, const C: u64>((low, high): Wide<N>) -> [u64; N] {
    let (row, top) = limbs::row(C, &high);
    let (sum, carry) = limbs::add(&low, &row);
    // top + carry <= C, and C^2 is far below 2^64.
    let (sum, carry) = limbs::add_small(&sum, (top + carry as u64) * C);
    plus_c::<N, C>(sum, carry)
}

/// `sum + carry C` where a carry means that `sum` is small.
#[inline(always)]
fn plus_c<const N: usize, const C: u64>(mut sum: [u64; N], carry: bool) -> [u64; N] {
    sum[0] = sum[0].wrapping_add(C & limbs::mask(carry));
    sum
}
