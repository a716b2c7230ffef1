//! Primes a little above half the range: `p = 2^(64 N - 1) + C`.

use super::{limbs, operators, Field};
#[cfg(target_arch = "x86_64")]
use crate::arch::adx;

/// An element as its representative in `0..p`.
#[derive(Clone, Copy)]
pub struct Above<const N: usize, const C: u64>([u64; N]);

impl<const N: usize, const C: u64> Above<N, C> {
    /// `self - (m - rhs)`, which keeps to the shorter chain of carries.
    #[inline(always)]
    fn sum(&self, rhs: &Self) -> Self {
        self.difference(&Self(limbs::sub(&Self::MODULUS, &rhs.0).0))
    }

    #[inline(always)]
    fn difference(&self, rhs: &Self) -> Self {
        let (difference, borrow) = limbs::sub(&self.0, &rhs.0);
        Self::plus_modulus(difference, borrow)
    }

    #[inline(always)]
    fn product(&self, rhs: &Self) -> Self {
        if N == 8 {
            return self.product_512(rhs);
        }
        Self::fold(limbs::mul_wide(&self.0, &rhs.0))
    }

    /// Too long to be copied to every place that asks for it.
    #[inline(never)]
    fn product_512(&self, rhs: &Self) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let (true, Ok(a), Ok(b)) = (
            adx::available(),
            self.0.as_slice().try_into(),
            rhs.0.as_slice().try_into(),
        ) {
            let product = adx::multiply_above(a, b, C);
            return Self(core::array::from_fn(|i| product[i]));
        }
        Self::fold(limbs::mul_wide(&self.0, &rhs.0))
    }

    #[inline(never)]
    fn square_512(&self) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let (true, Ok(a)) = (adx::available(), self.0.as_slice().try_into()) {
            let square = adx::square_above(a, C);
            return Self(core::array::from_fn(|i| square[i]));
        }
        Self::fold(limbs::square_wide(&self.0))
    }

    /// `low + 2^(64 N) high = low - 2 C high`. With `2 C` times the double of the modulus added,
    /// which keeps it above zero, that is `low + 2 C !high + 2 C (2 C + 1)`.
    #[inline(always)]
    fn fold((low, high): ([u64; N], [u64; N])) -> Self {
        let (mut sum, mut top) = ([0; N], 2 * C * (2 * C + 1));
        for i in 0..N {
            (sum[i], top) = limbs::mac(low[i], !high[i], 2 * C, top);
        }
        Self::split(sum, top)
    }

    /// `2^(64 N) top + number`, for a small `top`: split at bit `64 N - 1`, where the upper part
    /// counts `-C`. One addition of `p` then makes it canonical.
    #[inline(always)]
    fn split(mut number: [u64; N], top: u64) -> Self {
        let upper = (top << 1) | (number[N - 1] >> 63);
        number[N - 1] &= u64::MAX >> 1;
        let (difference, borrow) = limbs::sub_small(&number, upper * C);
        Self::plus_modulus(difference, borrow)
    }

    #[inline(always)]
    fn plus_modulus(difference: [u64; N], choice: bool) -> Self {
        let mask = limbs::mask(choice);
        let (mut sum, _) = limbs::add_small(&difference, C & mask);
        sum[N - 1] = sum[N - 1].wrapping_add((1 << 63) & mask);
        Self(sum)
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
        Self::split(number, 0)
    }

    #[inline(always)]
    fn to_limbs(self) -> [u64; N] {
        self.0
    }

    #[inline(always)]
    fn square(self) -> Self {
        if N == 8 {
            return self.square_512();
        }
        Self::fold(limbs::square_wide(&self.0))
    }

    #[inline(always)]
    fn select(self, other: Self, mask: u64) -> Self {
        Self(limbs::select(&self.0, &other.0, mask))
    }
}
