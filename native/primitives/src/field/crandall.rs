//! Fields of primes near a power of two, where a product folds by a small factor (Crandall).

use super::limbs::{self, Wide};
use super::{above, below, operators, Field};
use crate::arch;
#[cfg(target_arch = "x86_64")]
use crate::arch::adx;

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

/// What instructions of this processor make of the arguments, if there are any for them.
macro_rules! by_instructions {
    ($above:ident or $below:ident($($argument:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        let found = if ABOVE {
            adx::$above::<N, C>($($argument),*)
        } else {
            adx::$below::<N, C>($($argument),*)
        };
        #[cfg(not(target_arch = "x86_64"))]
        let found = None;
        found.map(Self)
    }};
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

    /// Too long to be copied to every place that asks for it.
    #[inline(never)]
    fn set_square(&mut self, Self(a): &Self) {
        *self = by_instructions!(square_above or square_below(a))
            .unwrap_or_else(|| Self::fold(limbs::square_wide(a)));
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
        self.sum(&Self(arch::apart(&self.0)))
    }

    #[inline(always)]
    fn half(self) -> Self {
        folded!(half(&self.0))
    }

    #[inline(always)]
    fn square(self) -> Self {
        let mut square = Self::ZERO;
        square.set_square(&self);
        square
    }

    /// Too long to be copied to every place that asks for it.
    #[inline(never)]
    fn set_product(&mut self, Self(a): &Self, Self(b): &Self) {
        *self = by_instructions!(multiply_above or multiply_below(a, b))
            .unwrap_or_else(|| Self::fold(limbs::mul_wide(a, b)));
    }

    #[inline(always)]
    fn select(self, other: Self, mask: u64) -> Self {
        Self(limbs::select(&self.0, &other.0, mask))
    }
}
