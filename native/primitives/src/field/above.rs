//! Primes a little above half the range: `p = 2^(64 N - 1) + C`. There is nearly room for `2 p`.

use super::limbs::{self, Wide};

/// p.
pub const fn modulus<const N: usize, const C: u64>() -> [u64; N] {
    let mut modulus = [0; N];
    modulus[0] = C;
    modulus[N - 1] |= 1 << 63;
    modulus
}

/// A sum above the limbs is lessened by `p` or, if its highest bit is set, by `2 p`: so what is
/// left is neither negative nor too long.
#[inline(always)]
pub fn sum<const N: usize, const C: u64>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let (mut sum, carry) = limbs::add(a, b);
    let mask = limbs::mask(carry);
    let excess = (C & mask) << (sum[N - 1] >> 63);
    sum[N - 1] |= mask << 63;
    limbs::sub_small(&sum, excess).0
}

/// A difference below zero is raised by `p` or, if the highest bit is not set, by `2 p`.
#[inline(always)]
pub fn difference<const N: usize, const C: u64>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let (mut difference, borrow) = limbs::sub(a, b);
    let mask = limbs::mask(borrow);
    let missing = (C & mask) << ((difference[N - 1] >> 63) ^ 1);
    difference[N - 1] &= !(mask << 63);
    limbs::add_small(&difference, missing).0
}

/// An odd number gives `(number - 1) / 2 + (p + 1) / 2`, which has room.
#[inline(always)]
pub fn half<const N: usize, const C: u64>(number: &[u64; N]) -> [u64; N] {
    let mask = limbs::mask(number[0] & 1 == 1);
    let half = limbs::shift_right(number, 1);
    let mut half = limbs::add_small(&half, C.div_ceil(2) & mask).0;
    half[N - 1] = half[N - 1].wrapping_add(mask & 1 << 62);
    half
}

/// `low + 2^(64 N) high = low - 2 C high`. With `4 C + 2` times the modulus added, which keeps it
/// above zero, that is `low + 2 C !high + 2 C (2 C + 2) + 2^(64 N)`. Then `p` is taken away as often
/// as it fits, but once.
#[inline(always)]
pub fn fold<const N: usize, const C: u64>((low, high): Wide<N>) -> [u64; N] {
    let (row, top) = limbs::row(2 * C, &high.map(|limb| !limb));
    let (row, carry) = limbs::add_small(&row, 2 * C * (2 * C + 2));
    let (mut sum, carry_again) = limbs::add(&low, &row);
    let multiple = 2 * (top + carry as u64 + carry_again as u64) + (sum[N - 1] >> 63) + 1;
    sum[N - 1] |= 1 << 63;
    limbs::sub_small(&sum, multiple * C).0
}
