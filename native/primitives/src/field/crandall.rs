//! Fields of primes near a power of two, where a product folds by a small factor (Crandall).

use super::limbs::{self, Wide};
use super::{above, below, operators, Field};
use crate::arch;
#[cfg(target_arch = "x86_64")]
use crate::arch::{adx, adx256};

/// An element as any number of `N` limbs congruent to it, modulo `2^(64 N - 1) + C` where `ABOVE`,
/// `2^(64 N) - C` otherwise.
#[derive(Clone, Copy)]
pub struct Crandall<const N: usize, const C: u64, const ABOVE: bool>([u64; N]);

/// Modulo `2^(64 N) - C`.
pub type Below<const N: usize, const C: u64> = Crandall<N, C, false>;

/// Modulo `2^(64 N - 1) + C`.
pub type Above<const N: usize, const C: u64> = Crandall<N, C, true>;

/// What `above` or `below` makes of the arguments.
macro_rules! folded {
    ($function:ident($($argument:expr),*)) => {
        Self(if ABOVE {
            above::$function::<N, C>($($argument),*)
        } else {
            below::$function::<N, C>($($argument),*)
        })
    };
}

/// Returns what instructions of this processor make of the arguments, if there are any for them.
macro_rules! try_instructions {
    ($module:ident: $above:ident or $below:ident($($argument:expr),*)) => {
        #[cfg(target_arch = "x86_64")]
        if let Some(found) = if ABOVE {
            $module::$above::<N, C>($($argument),*)
        } else {
            $module::$below::<N, C>($($argument),*)
        } {
            return Self(found);
        }
    };
}

impl<const N: usize, const C: u64, const ABOVE: bool> Crandall<N, C, ABOVE> {
    #[inline(always)]
    fn sum(&self, rhs: &Self) -> Self {
        folded!(sum(&self.0, &rhs.0))
    }

    #[inline(always)]
    fn difference(&self, rhs: &Self) -> Self {
        folded!(difference(&self.0, &rhs.0))
    }

    #[inline(always)]
    fn product(&self, rhs: &Self) -> Self {
        let (a, b) = (arch::one_by_one(&self.0), arch::one_by_one(&rhs.0));
        try_instructions!(adx256: multiply_above or multiply_below(&a, &b));
        Self::long_product(&a, &b)
    }

    /// Too long to be copied to every place that asks for it.
    #[inline(never)]
    fn long_product(a: &[u64; N], b: &[u64; N]) -> Self {
        try_instructions!(adx: multiply_above or multiply_below(a, b));
        Self::fold(limbs::mul_wide(a, b))
    }

    #[inline(never)]
    fn long_square(a: &[u64; N]) -> Self {
        try_instructions!(adx: square_above or square_below(a));
        Self::fold(limbs::square_wide(a))
    }

    /// `low + 2^(64 N) high`.
    #[inline(always)]
    pub(super) fn fold(wide: Wide<N>) -> Self {
        folded!(fold(wide))
    }
}

operators!([const N: usize, const C: u64, const ABOVE: bool] Crandall<N, C, ABOVE>);

impl<const N: usize, const C: u64, const ABOVE: bool> Field<N> for Crandall<N, C, ABOVE> {
    const MODULUS: [u64; N] = if ABOVE {
        above::modulus::<N, C>()
    } else {
        below::modulus::<N, C>()
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
    fn half(self) -> Self {
        folded!(half(&self.0))
    }

    #[inline(always)]
    fn square(self) -> Self {
        let a = arch::one_by_one(&self.0);
        try_instructions!(adx256: square_above or square_below(&a));
        Self::long_square(&a)
    }

    /// In one with the product: what is added to it before it is reduced costs little.
    #[inline(always)]
    fn times_minus(self, rhs: Self, subtrahend: Self) -> Self {
        let (a, b) = (arch::one_by_one(&self.0), arch::one_by_one(&rhs.0));
        let minus = &(-subtrahend).0;
        try_instructions!(adx256: multiply_add_above or multiply_add_below(&a, &b, minus));
        Self::long_product(&a, &b) - subtrahend
    }

    #[inline(always)]
    fn square_minus(self, subtrahend: Self) -> Self {
        let a = arch::one_by_one(&self.0);
        let minus = &(-subtrahend).0;
        try_instructions!(adx256: square_add_above or square_add_below(&a, minus));
        Self::long_square(&a) - subtrahend
    }

    #[inline(always)]
    fn select(self, other: Self, mask: u64) -> Self {
        Self(limbs::select(&self.0, &other.0, mask))
    }
}
