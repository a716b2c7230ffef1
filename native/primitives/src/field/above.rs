//! Primes a little above half the range: `p = 2^(64 N - 1) + C`.

use super::{limbs, operators, Field};
use crate::arch;
#[cfg(target_arch = "x86_64")]
use crate::arch::{adx, adx256};

/// An element as any number of `N` limbs congruent to it: there is nearly room for `2 p`.
#[derive(Clone, Copy)]
pub struct Above<const N: usize, const C: u64>([u64; N]);

impl<const N: usize, const C: u64> Above<N, C> {
    /// A sum above the limbs is lessened by `p` or, if its highest bit is set, by `2 p`: so what is
    /// left is neither negative nor too long.
    #[inline(always)]
    fn sum(&self, rhs: &Self) -> Self {
        let (mut sum, carry) = limbs::add(&self.0, &rhs.0);
        let mask = limbs::mask(carry);
        let excess = (C & mask) << (sum[N - 1] >> 63);
        sum[N - 1] |= mask << 63;
        Self(limbs::sub_small(&sum, excess).0)
    }

    /// A difference below zero is raised by `p` or, if the highest bit is not set, by `2 p`.
    #[inline(always)]
    fn difference(&self, rhs: &Self) -> Self {
        let (mut difference, borrow) = limbs::sub(&self.0, &rhs.0);
        let mask = limbs::mask(borrow);
        let missing = (C & mask) << ((difference[N - 1] >> 63) ^ 1);
        difference[N - 1] &= !(mask << 63);
        Self(limbs::add_small(&difference, missing).0)
    }

    #[inline(always)]
    fn product(&self, rhs: &Self) -> Self {
        let (own, other) = (arch::one_by_one(&self.0), arch::one_by_one(&rhs.0));
        #[cfg(target_arch = "x86_64")]
        if let (4, true, Ok(a), Ok(b)) = (
            N,
            adx::available(),
            own.as_slice().try_into(),
            other.as_slice().try_into(),
        ) {
            let product = adx256::multiply_above::<C>(a, b);
            return Self(core::array::from_fn(|i| product[i]));
        }
        Self::plain_product(&own, &other)
    }

    #[inline(always)]
    fn plain_product(a: &[u64; N], b: &[u64; N]) -> Self {
        if N == 6 {
            return Self::fold(limbs::mul_wide(a, b));
        }
        Self::long_product(a, b)
    }

    #[inline(always)]
    fn own_product(&self) -> Self {
        let own = arch::one_by_one(&self.0);
        #[cfg(target_arch = "x86_64")]
        if let (4, true, Ok(a)) = (N, adx::available(), own.as_slice().try_into()) {
            let square = adx256::square_above::<C>(a);
            return Self(core::array::from_fn(|i| square[i]));
        }
        Self::plain_square(&own)
    }

    #[inline(always)]
    fn plain_square(a: &[u64; N]) -> Self {
        if N == 6 {
            return Self::fold(limbs::square_wide(a));
        }
        Self::long_square(a)
    }

    /// Too long to be copied to every place that asks for it.
    #[inline(never)]
    fn long_product(a: &[u64; N], b: &[u64; N]) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let (true, Ok(a), Ok(b)) = (
            adx::available(),
            a.as_slice().try_into(),
            b.as_slice().try_into(),
        ) {
            let product = adx::multiply_above(a, b, C);
            return Self(core::array::from_fn(|i| product[i]));
        }
        Self::fold(limbs::mul_wide(a, b))
    }

    #[inline(never)]
    fn long_square(a: &[u64; N]) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let (true, Ok(a)) = (adx::available(), a.as_slice().try_into()) {
            let square = adx::square_above(a, C);
            return Self(core::array::from_fn(|i| square[i]));
        }
        Self::fold(limbs::square_wide(a))
    }

    /// `low + 2^(64 N) high = low - 2 C high`. With `4 C + 2` times the modulus added, which keeps
    /// it above zero, that is `low + 2 C !high + 2 C (2 C + 2) + 2^(64 N)`. Then `p` is taken away
    /// as often as it fits, but once.
    #[inline(always)]
    pub(super) fn fold((low, high): ([u64; N], [u64; N])) -> Self {
        let (mut sum, mut top) = ([0; N], 2 * C * (2 * C + 2));
        for i in 0..N {
            (sum[i], top) = limbs::mac(low[i], !high[i], 2 * C, top);
        }
        let multiple = 2 * top + (sum[N - 1] >> 63) + 1;
        sum[N - 1] |= 1 << 63;
        Self(limbs::sub_small(&sum, multiple * C).0)
    }
}

operators!([const N: usize, const C: u64] Above<N, C>);

impl<const N: usize, const C: u64> Field<N> for Above<N, C> {
    const MODULUS: [u64; N] = {
        let mut modulus = [0; N];
        modulus[0] = C;
        modulus[N - 1] |= 1 << 63;
        modulus
    };
    const ZERO: Self = Self([0; N]);
    const ONE: Self = Self(limbs::add_small(&[0; N], 1).0);

    #[inline(always)]
    fn reduce(number: [u64; N]) -> Self {
        Self(number)
    }

    #[inline(always)]
    fn to_limbs(self) -> [u64; N] {
        let (reduced, borrow) = limbs::sub(&self.0, &Self::MODULUS);
        limbs::select(&reduced, &self.0, limbs::mask(borrow))
    }

    /// A sum of two numbers which the compiler must not find to be the same: it would shift pairs
    /// of limbs, which some processors do slowly.
    #[inline(always)]
    fn double(self) -> Self {
        self.sum(&Self(arch::one_by_one(&self.0)))
    }

    /// An odd number gives `(self - 1) / 2 + (p + 1) / 2`, which has room.
    #[inline(always)]
    fn half(self) -> Self {
        let mask = limbs::mask(self.0[0] & 1 == 1);
        let mut half = limbs::shift_right(&self.0, 1);
        half = limbs::add_small(&half, C.div_ceil(2) & mask).0;
        half[N - 1] = half[N - 1].wrapping_add(mask & 1 << 62);
        Self(half)
    }

    #[inline(always)]
    fn square(self) -> Self {
        self.own_product()
    }

    /// In one with the product: what is added to it before it is reduced costs little.
    #[inline(always)]
    fn times_minus(self, rhs: Self, subtrahend: Self) -> Self {
        let (a, b) = (arch::one_by_one(&self.0), arch::one_by_one(&rhs.0));
        #[cfg(target_arch = "x86_64")]
        if let (4, true, Ok(a), Ok(b), Ok(c)) = (
            N,
            adx::available(),
            a.as_slice().try_into(),
            b.as_slice().try_into(),
            (-subtrahend).0.as_slice().try_into(),
        ) {
            let sum = adx256::multiply_add_above::<C>(a, b, c);
            return Self(core::array::from_fn(|i| sum[i]));
        }
        Self::plain_product(&a, &b) - subtrahend
    }

    #[inline(always)]
    fn square_minus(self, subtrahend: Self) -> Self {
        let a = arch::one_by_one(&self.0);
        #[cfg(target_arch = "x86_64")]
        if let (4, true, Ok(a), Ok(c)) = (
            N,
            adx::available(),
            a.as_slice().try_into(),
            (-subtrahend).0.as_slice().try_into(),
        ) {
            let sum = adx256::square_add_above::<C>(a, c);
            return Self(core::array::from_fn(|i| sum[i]));
        }
        Self::plain_square(&a) - subtrahend
    }

    #[inline(always)]
    fn select(self, other: Self, mask: u64) -> Self {
        Self(limbs::select(&self.0, &other.0, mask))
    }
}
