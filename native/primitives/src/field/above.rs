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
        if N == 6 {
            return Self::fold(limbs::mul_wide(&own, &other));
        }
        Self::long_product(&own, &other)
    }

    #[inline(always)]
    fn own_product(&self) -> Self {
        let own = arch::one_by_one(&self.0);
        #[cfg(target_arch = "x86_64")]
        if let (4, true, Ok(a)) = (N, adx::available(), own.as_slice().try_into()) {
            let square = adx256::square_above::<C>(a);
            return Self(core::array::from_fn(|i| square[i]));
        }
        if N == 6 {
            return Self::fold(limbs::square_wide(&own));
        }
        Self::long_square(&own)
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

    #[inline(always)]
    fn square(self) -> Self {
        self.own_product()
    }

    #[inline(always)]
    fn select(self, other: Self, mask: u64) -> Self {
        Self(limbs::select(&self.0, &other.0, mask))
    }
}
