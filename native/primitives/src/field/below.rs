//! Primes a little below a power of two: `p = 2^(64 N) - C`.

use super::{limbs, operators, Field};
use crate::arch;
#[cfg(target_arch = "x86_64")]
use crate::arch::{adx, adx256};

/// An element as any number of `N` limbs congruent to it.
#[derive(Clone, Copy)]
pub struct Below<const N: usize, const C: u64>([u64; N]);

impl<const N: usize, const C: u64> Below<N, C> {
    #[inline(always)]
    fn sum(&self, rhs: &Self) -> Self {
        let (sum, carry) = limbs::add(&self.0, &rhs.0);
        // 2^(64 N) = C; a second carry leaves less than C, so there is no third.
        let (sum, carry) = limbs::add_small(&sum, C & limbs::mask(carry));
        Self::plus_c(sum, carry)
    }

    #[inline(always)]
    fn difference(&self, rhs: &Self) -> Self {
        let (difference, borrow) = limbs::sub(&self.0, &rhs.0);
        let (mut difference, borrow) = limbs::sub_small(&difference, C & limbs::mask(borrow));
        difference[0] = difference[0].wrapping_sub(C & limbs::mask(borrow));
        Self(difference)
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
            let product = adx256::multiply_below::<C>(a, b);
            return Self(core::array::from_fn(|i| product[i]));
        }
        Self::long_product(&own, &other)
    }

    #[inline(always)]
    fn own_product(&self) -> Self {
        let own = arch::one_by_one(&self.0);
        #[cfg(target_arch = "x86_64")]
        if let (4, true, Ok(a)) = (N, adx::available(), own.as_slice().try_into()) {
            let square = adx256::square_below::<C>(a);
            return Self(core::array::from_fn(|i| square[i]));
        }
        Self::long_square(&own)
    }

    /// Too long to be copied to every place that asks for it.
    #[inline(never)]
    fn long_product(a: &[u64; N], b: &[u64; N]) -> Self {
        #[cfg(target_arch = "x86_64")]
        if adx::available() {
            let (a, b) = (a.as_slice(), b.as_slice());
            if let (Ok(a), Ok(b)) = (a.try_into(), b.try_into()) {
                let product = adx::six_multiply_below(a, b, C);
                return Self(core::array::from_fn(|i| product[i]));
            }
            if let (Ok(a), Ok(b)) = (a.try_into(), b.try_into()) {
                let product = adx::multiply_below(a, b, C);
                return Self(core::array::from_fn(|i| product[i]));
            }
        }
        Self::fold(limbs::mul_wide(a, b))
    }

    #[inline(never)]
    fn long_square(a: &[u64; N]) -> Self {
        #[cfg(target_arch = "x86_64")]
        if adx::available() {
            if let Ok(a) = a.as_slice().try_into() {
                let square = adx::six_square_below(a, C);
                return Self(core::array::from_fn(|i| square[i]));
            }
            if let Ok(a) = a.as_slice().try_into() {
                let square = adx::square_below(a, C);
                return Self(core::array::from_fn(|i| square[i]));
            }
        }
        Self::fold(limbs::square_wide(a))
    }

    /// `low + 2^(64 N) high = low + C high`.
    #[inline(always)]
    pub(super) fn fold((low, high): ([u64; N], [u64; N])) -> Self {
        let (mut sum, mut top) = ([0; N], 0);
        for i in 0..N {
            (sum[i], top) = limbs::mac(low[i], high[i], C, top);
        }
        // top <= C, and C^2 is far below 2^64.
        let (sum, carry) = limbs::add_small(&sum, top * C);
        Self::plus_c(sum, carry)
    }

    /// `sum + carry C` where a carry means that `sum` is small.
    #[inline(always)]
    fn plus_c(mut sum: [u64; N], carry: bool) -> Self {
        sum[0] = sum[0].wrapping_add(C & limbs::mask(carry));
        Self(sum)
    }
}

operators!([const N: usize, const C: u64] Below<N, C>);

impl<const N: usize, const C: u64> Field<N> for Below<N, C> {
    const MODULUS: [u64; N] = limbs::sub_small(&[0; N], C).0;
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
        half[N - 1] |= mask << 63;
        Self(limbs::sub_small(&half, (C / 2) & mask).0)
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
            let sum = adx256::multiply_add_below::<C>(a, b, c);
            return Self(core::array::from_fn(|i| sum[i]));
        }
        Self::long_product(&a, &b) - subtrahend
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
            let sum = adx256::square_add_below::<C>(a, c);
            return Self(core::array::from_fn(|i| sum[i]));
        }
        Self::long_square(&a) - subtrahend
    }

    #[inline(always)]
    fn select(self, other: Self, mask: u64) -> Self {
        Self(limbs::select(&self.0, &other.0, mask))
    }
}
