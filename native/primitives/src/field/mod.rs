//! Prime fields of 256, 384 and 512 bits as `N` limbs of 64 bits.
//!
//! Three ways to reduce, one for each kind of prime that the standards chose: [`Below`] for
//! `2^n - c`, [`Above`] for `2^(n-1) + c`, [`Montgomery`] for any odd modulus (also the orders
//! of the groups). Everything is constant-time, except what is called `_vartime`.

#![allow(
    clippy::needless_range_loop,
    reason = "an index is the place of a limb"
)]

use core::ops::{Add, Mul, Neg, Sub};

mod above;
mod below;
mod crandall;
mod invert;
pub mod limbs;
mod montgomery;
#[cfg(test)]
mod tests;

pub use crandall::{Above, Below};
pub use montgomery::{Modulus, Montgomery};

/// An element of a prime field of odd characteristic `MODULUS`.
pub trait Field<const N: usize>:
    Copy
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
{
    /// The characteristic.
    const MODULUS: [u64; N];
    /// The neutral element of addition.
    const ZERO: Self;
    /// The neutral element of multiplication.
    const ONE: Self;

    /// The residue of any number of `N` limbs.
    fn reduce(number: [u64; N]) -> Self;

    /// The representative in `0..MODULUS`.
    fn to_limbs(self) -> [u64; N];

    /// `self * self`.
    fn square(self) -> Self;

    /// Becomes `a * b`. Where a product is wanted in a field of a point, this spares a copy, which
    /// would load limbs two at a time and wait for the stores that have just written them.
    fn set_product(&mut self, a: &Self, b: &Self);

    /// `self` where the mask is zero, `other` where it is all ones.
    fn select(self, other: Self, mask: u64) -> Self;

    /// The element, unless the number is not below the modulus.
    fn from_limbs(number: [u64; N]) -> Option<Self> {
        limbs::less(&number, &Self::MODULUS).then(|| Self::reduce(number))
    }

    /// The element that a small number stands for.
    fn small(number: u64) -> Self {
        let mut limbs = [0; N];
        limbs[0] = number;
        Self::reduce(limbs)
    }

    /// `2 * self`.
    #[inline(always)]
    fn double(self) -> Self {
        self + self
    }

    /// `self / 2`.
    fn half(self) -> Self;

    /// Whether this is zero.
    #[inline(always)]
    fn is_zero(self) -> bool {
        limbs::is_zero(&self.to_limbs())
    }

    /// Whether both are the same element.
    #[inline(always)]
    fn equals(self, other: Self) -> bool {
        (self - other).is_zero()
    }

    /// `self ^ exponent`; the exponent is public.
    fn power(self, exponent: &[u64; N]) -> Self {
        let mut powers = [Self::ONE; 16];
        for i in 1..16 {
            powers[i] = powers[i - 1] * self;
        }
        let mut power = Self::ONE;
        for i in (0..16 * N).rev() {
            power = power.square().square().square().square();
            let digit = (exponent[i / 16] >> (4 * (i % 16))) & 15;
            if digit != 0 {
                power = power * powers[digit as usize];
            }
        }
        power
    }

    /// `1 / self`, and zero for zero (Fermat).
    fn invert(self) -> Self {
        self.power(&limbs::sub_small(&Self::MODULUS, 2).0)
    }

    /// `1 / self`, and zero for zero, in a time that depends on `self`.
    fn invert_vartime(self) -> Self {
        Self::reduce(invert::invert_vartime(&self.to_limbs(), &Self::MODULUS))
    }
}

/// Inverts all elements in place (Montgomery's trick); none may be zero.
pub fn invert_all_vartime<F: Field<N>, const N: usize>(elements: &mut [F]) {
    let mut products = Vec::with_capacity(elements.len());
    let mut product = F::ONE;
    for &element in elements.iter() {
        products.push(product);
        product = product * element;
    }
    let mut inverse = product.invert_vartime();
    for (element, &before) in elements.iter_mut().zip(&products).rev() {
        let next = inverse * *element;
        *element = inverse * before;
        inverse = next;
    }
}

/// The operators of a field from its methods `sum`, `difference` and `set_product`.
macro_rules! operators {
    ([$($generics:tt)*] $field:ty) => {
        impl<$($generics)*> core::ops::Add for $field {
            type Output = Self;
            #[inline(always)]
            fn add(self, rhs: Self) -> Self {
                self.sum(&rhs)
            }
        }
        impl<$($generics)*> core::ops::Sub for $field {
            type Output = Self;
            #[inline(always)]
            fn sub(self, rhs: Self) -> Self {
                self.difference(&rhs)
            }
        }
        impl<$($generics)*> core::ops::Mul for $field {
            type Output = Self;
            #[inline(always)]
            fn mul(self, rhs: Self) -> Self {
                let mut product = Self::ZERO;
                product.set_product(&self, &rhs);
                product
            }
        }
        impl<$($generics)*> core::ops::Neg for $field {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                Self::ZERO.difference(&self)
            }
        }
    };
}
use operators;
