//! The groups in which both countries sign: short Weierstrass and twisted Edwards curves.

use crate::field::{Field, Modulus, Montgomery};

/// `Copy` for points, which a derive would also ask of the curve.
macro_rules! copy {
    ($($point:ident)*) => {$(
        impl<C: Curve<N>, const N: usize> Clone for $point<C, N> {
            #[inline(always)]
            fn clone(&self) -> Self {
                *self
            }
        }
        impl<C: Curve<N>, const N: usize> Copy for $point<C, N> {}
    )*};
}
use copy;

/// [`Masked`] for points of these coordinates, of which a negative has some negated.
macro_rules! masked {
    ($point:ident { $($coordinate:ident),* } negates $($negated:ident),*) => {
        impl<C: $crate::curve::Curve<N>, const N: usize> $crate::curve::Masked for $point<C, N> {
            #[inline(always)]
            fn select(&self, other: &Self, mask: u64) -> Self {
                Self { $($coordinate: self.$coordinate.select(other.$coordinate, mask)),* }
            }

            #[inline(always)]
            fn negate_if(&self, mask: u64) -> Self {
                Self {
                    $($negated: self.$negated.select(-self.$negated, mask),)*
                    ..*self
                }
            }
        }
    };
}
use masked;

pub mod edwards;
#[cfg(target_arch = "x86_64")]
mod lanes;
pub mod parameters;
pub mod table;
#[cfg(test)]
mod tests;
pub mod weierstrass;

use table::{Addend, Digits, NonAdjacent, Tables};

/// A set of parameters: a cyclic group of prime order `Modulus::MODULUS` with generator G, whose
/// points are written in the coordinates of a short Weierstrass equation.
pub trait Curve<const N: usize>: Modulus<N> {
    /// The field of the coordinates.
    type F: Field<N>;
    /// The points as verification computes with them: in variable time.
    type Point: Point<N, Self::F>;
    /// The points as signing computes with them: in constant time, by complete formulas.
    type SecretPoint: SecretPoint<N, Self::F, Affine = <Self::Point as Point<N, Self::F>>::Affine>;

    /// The coefficient a of y^2 = x^3 + a x + b.
    const A: [u64; N];
    /// The coefficient b of y^2 = x^3 + a x + b.
    const B: [u64; N];
    /// The generator in Weierstrass coordinates.
    const G: ([u64; N], [u64; N]);
    /// The number of points on the curve divided by the order of the group.
    const COFACTOR: u64;

    /// Multiples of the generator, computed at first use.
    fn tables() -> &'static Tables<Self, N>;

    /// The sum of all.
    fn sum(addends: &mut impl Iterator<Item = Affine<Self, N>>) -> Self::Point {
        sum(addends)
    }

    /// `k point` and what the digits of the generator choose, by one run of doublings (Straus).
    fn combine(
        point: &Self::Point,
        k: &NonAdjacent,
        generator: &[Digits<Affine<Self, N>>; 2],
    ) -> Self::Point {
        combine(point, k, generator)
    }
}

type Affine<C, const N: usize> = <<C as Curve<N>>::Point as Point<N, <C as Curve<N>>::F>>::Affine;

/// A number modulo the order of the group.
pub type Scalar<C, const N: usize> = Montgomery<C, N>;

/// A point in coordinates that need no inversion; in variable time.
pub trait Point<const N: usize, F: Field<N>>: Copy + Send + Sync + 'static {
    /// A point other than O, normalised and prepared for additions.
    type Affine: Masked + Send + Sync + 'static;
    /// A multiple, other than O, of a point that is seen once, prepared for additions.
    type Multiple: Masked;

    /// O.
    fn identity() -> Self;

    /// The point with these Weierstrass coordinates, which satisfy the equation. None for those
    /// of order two and four that another form of the curve cannot express.
    fn from_weierstrass(x: F, y: F) -> Option<Self>;

    /// The Weierstrass coordinate x; None for O.
    fn x(&self) -> Option<F>;

    /// Whether the Weierstrass coordinate x is this; false for O. Needs no inversion.
    fn has_x(&self, x: F) -> bool;

    /// Whether this is O.
    fn is_identity(&self) -> bool;

    /// Whether this point, which is not O, has the order of the group.
    fn is_in_group(&self) -> bool;

    /// `2 self`.
    fn double(&self) -> Self;

    /// `self + other`.
    fn add(&self, other: &Self) -> Self;

    /// `-self`.
    fn negate(&self) -> Self;

    /// `self + other`.
    fn add_affine(&self, other: &Self::Affine) -> Self;

    /// Becomes `2 self` and what is to be added to it. Where `to_double` it is good for nothing but
    /// the next such step. In place, for a copy would be loaded before it is stored.
    fn double_and_add(
        &mut self,
        key: Addend<Self::Multiple>,
        generator: [Addend<Self::Affine>; 2],
        to_double: bool,
    );

    /// `self`, `3 self`, `5 self`, ..., so many, of which none is O.
    fn odd_multiples(&self, count: usize) -> Vec<Self::Multiple>;

    /// The same, normalised.
    fn odd_affine_multiples(&self, count: usize) -> Vec<Self::Affine> {
        Self::normalise(&table::odd_multiples(self, count))
    }

    /// All points normalised with one inversion; none may be O.
    fn normalise(points: &[Self]) -> Vec<Self::Affine>;
}

/// A point whose coordinates are secret: complete formulas, no branch, no secret index.
pub trait SecretPoint<const N: usize, F: Field<N>>: Masked {
    /// As in [`Point`].
    type Affine: Masked;

    /// O.
    fn identity() -> Self;

    /// `self + other`, whatever they are.
    fn add_affine(&self, other: &Self::Affine) -> Self;

    /// The Weierstrass coordinates; meaningless for O.
    fn to_weierstrass(&self) -> (F, F);
}

/// What can be chosen and negated by a mask, which is zero or all ones.
pub trait Masked: Copy {
    /// `self` where the mask is zero, `other` where it is all ones.
    fn select(&self, other: &Self, mask: u64) -> Self;

    /// `-self` where the mask is all ones.
    fn negate_if(&self, mask: u64) -> Self;
}

/// [`Curve::sum`] without instructions for it.
fn sum<P: Point<N, F>, F: Field<N>, const N: usize>(
    addends: &mut impl Iterator<Item = P::Affine>,
) -> P {
    addends.fold(P::identity(), |sum, next| sum.add_affine(&next))
}

/// [`Curve::combine`] without instructions for it.
fn combine<P: Point<N, F>, F: Field<N>, const N: usize>(
    point: &P,
    k: &NonAdjacent,
    generator: &[Digits<P::Affine>; 2],
) -> P {
    let multiples = point.odd_multiples(table::KEY_MULTIPLES);
    let key = Digits(k, &multiples);
    let mut sum = P::identity();
    for place in (0..table::longest(k, generator)).rev() {
        let [lower, upper] = generator;
        sum.double_and_add(key.at(place), [lower.at(place), upper.at(place)], place > 0);
    }
    sum
}

/// Whether (x, y) satisfies y^2 = x^3 + a x + b.
pub fn satisfies_equation<C: Curve<N>, const N: usize>(x: C::F, y: C::F) -> bool {
    let right = (x.square() + C::F::reduce(C::A)) * x + C::F::reduce(C::B);
    y.square().equals(right)
}
