//! u^2 + v^2 = 1 + d u^2 v^2 with d not a square: extended coordinates, for verification and
//! signing alike, because the law has no exception (Hisil, Wong, Carter, Dawson: "Twisted Edwards
//! curves revisited", 2008). The birational map is that of RFC 7836 5.2.

use super::table::{self, Addend};
use super::{Curve, Point, SecretPoint};
use crate::field::{invert_all_vartime, limbs, Field};

/// What the Edwards form adds to the parameters.
pub trait EdwardsCurve<const N: usize>: Curve<N> {
    /// The coefficient d.
    const D: [u64; N];
    /// s = (1 - d) / 4.
    const S: [u64; N];
    /// t = (1 + d) / 6.
    const T: [u64; N];
}

/// A point (X / Z, Y / Z) with T = X Y / Z.
pub struct Extended<C: Curve<N>, const N: usize> {
    pub(super) x: C::F,
    pub(super) y: C::F,
    pub(super) z: C::F,
    pub(super) t: C::F,
}

/// A point (u, v) with d u v.
pub struct Affine<C: Curve<N>, const N: usize> {
    pub(super) u: C::F,
    pub(super) v: C::F,
    pub(super) duv: C::F,
}

/// A point (X / Z, Y / Z) with d T = d X Y / Z.
pub struct Prepared<C: Curve<N>, const N: usize> {
    pub(super) x: C::F,
    pub(super) y: C::F,
    pub(super) z: C::F,
    pub(super) dt: C::F,
}

super::copy!(Extended Affine Prepared);
super::masked!(Extended { x, y, z, t } negates x, t);
super::masked!(Prepared { x, y, z, dt } negates x, dt);
super::masked!(Affine { u, v, duv } negates u, duv);

impl<C: EdwardsCurve<N>, const N: usize> Extended<C, N> {
    /// The common end of additions and doublings; doublings ask for no T.
    #[inline(always)]
    fn set(&mut self, e: C::F, f: C::F, g: C::F, h: C::F, to_double: bool) {
        self.y.set_product(&g, &h);
        self.z.set_product(&f, &g);
        self.x.set_product(&e, &f);
        if !to_double {
            self.t.set_product(&e, &h);
        }
    }

    #[inline(always)]
    fn double_in_place(&mut self, to_double: bool) {
        let c = self.z.square();
        let (a, b) = (self.x.square(), self.y.square());
        let g = a + b;
        let f = g - c.double();
        let e = (self.x * self.y).double();
        self.set(e, f, g, a - b, to_double);
    }

    /// Adds another point of which the factors that need d or Z are given.
    #[inline(always)]
    fn add_in_place(&mut self, x: C::F, y: C::F, dt: C::F, zz: C::F, to_double: bool) {
        let (a, b, c) = (self.x * x, self.y * y, self.t * dt);
        let e = (self.x + self.y) * (x + y) - (a + b);
        self.set(e, zz - c, zz + c, b - a, to_double);
    }

    #[inline(never)]
    fn add_prepared(&mut self, other: &Prepared<C, N>, to_double: bool) {
        self.add_in_place(other.x, other.y, other.dt, self.z * other.z, to_double);
    }

    #[inline(never)]
    fn add_affine_in_place(&mut self, other: &Affine<C, N>, to_double: bool) {
        self.add_in_place(other.u, other.v, other.duv, self.z, to_double);
    }

    fn prepared(&self) -> Prepared<C, N> {
        Prepared {
            x: self.x,
            y: self.y,
            z: self.z,
            dt: self.t * C::F::reduce(C::D),
        }
    }
}

impl<C: EdwardsCurve<N>, const N: usize> Point<N, C::F> for Extended<C, N> {
    type Affine = Affine<C, N>;
    type Multiple = Prepared<C, N>;

    fn identity() -> Self {
        Self {
            x: C::F::ZERO,
            y: C::F::ONE,
            z: C::F::ONE,
            t: C::F::ZERO,
        }
    }

    /// u = (x - t) / y, v = (x - t - s) / (x - t + s).
    fn from_weierstrass(x: C::F, y: C::F) -> Option<Self> {
        let (s, x) = (C::F::reduce(C::S), x - C::F::reduce(C::T));
        let (numerator, denominator) = (x - s, x + s);
        if y.is_zero() || denominator.is_zero() {
            return None;
        }
        // u = X / Z and v = Y / Z first, then all times Z so that T is a product.
        let (u, v, z) = (x * denominator, numerator * y, y * denominator);
        Some(Self {
            x: u * z,
            y: v * z,
            z: z.square(),
            t: u * v,
        })
    }

    fn x(&self) -> Option<C::F> {
        let difference = self.z - self.y;
        (!difference.is_zero()).then(|| {
            C::F::reduce(C::S) * (self.z + self.y) * difference.invert_vartime()
                + C::F::reduce(C::T)
        })
    }

    /// x = s (1 + v) / (1 - v) + t.
    fn has_x(&self, x: C::F) -> bool {
        let left = (x - C::F::reduce(C::T)) * (self.z - self.y);
        left.equals(C::F::reduce(C::S) * (self.z + self.y))
    }

    fn is_identity(&self) -> bool {
        self.x.is_zero() && self.y.equals(self.z)
    }

    /// Whether the point is the double of a double, by symbols instead of a multiple (the idea is
    /// Pornin's: "Point-Halving and Subgroup Membership in Twisted Edwards Curves", 2022).
    ///
    /// As neither d nor 1 - d is a square and p = 3 mod 4, the points are a cyclic group of order
    /// 4 q. P = (u, v) = 2 (u', v') has w = (1 - d u'^2 v'^2) / (1 + d u'^2 v'^2) as a root of
    /// 1 - d u^2, and conversely v'^2 = (1 + v w) / (1 + w) for one root w; so P is a double when
    /// 1 - d u^2 is a square. From (1 - u^2) (1 - v^2) = (1 - d) u^2 v^2 and the equation of the
    /// curve follows that this means that 1 - v^2 is none. Hence P is the double of a double when
    /// 1 - v'^2 = w (1 - v) / (1 + w) is none. Its symbol is the same for both roots, because
    /// (1 - w) (1 + w) = d u^2 is no square and neither is -1; here w Z is the root that is a square.
    fn is_in_group(&self) -> bool {
        let square = self.z.square() - C::F::reduce(C::D) * self.x.square();
        let quarter = limbs::add_small(&limbs::shift_right(&C::F::MODULUS, 2), 1).0;
        let half = limbs::shift_right(&C::F::MODULUS, 1);
        // w = root / Z
        let root = square.power(&quarter);
        let product = (self.z - self.y) * (self.z + root);
        root.square().equals(square)
            && !product.is_zero()
            && (product * self.z).power(&half).equals(-C::F::ONE)
    }

    #[inline]
    fn double(&self) -> Self {
        let mut double = *self;
        double.double_in_place(false);
        double
    }

    #[inline(always)]
    fn double_and_add(
        &mut self,
        key: Addend<Self::Multiple>,
        [lower, upper]: [Addend<Self::Affine>; 2],
        to_double: bool,
    ) {
        // Whether nothing more is added after this.
        let after_lower = to_double && upper.is_zero();
        let after_key = after_lower && lower.is_zero();
        self.double_in_place(after_key && key.is_zero());
        if !key.is_zero() {
            self.add_prepared(&key.multiple(), after_key);
        }
        if !lower.is_zero() {
            self.add_affine_in_place(&lower.multiple(), after_lower);
        }
        if !upper.is_zero() {
            self.add_affine_in_place(&upper.multiple(), to_double);
        }
    }

    #[inline]
    fn add(&self, other: &Self) -> Self {
        let mut sum = *self;
        sum.add_prepared(&other.prepared(), false);
        sum
    }

    fn negate(&self) -> Self {
        Self {
            x: -self.x,
            t: -self.t,
            ..*self
        }
    }

    #[inline]
    fn add_affine(&self, other: &Affine<C, N>) -> Self {
        let mut sum = *self;
        sum.add_affine_in_place(other, false);
        sum
    }

    /// Not normalised: an inversion costs more than a product with Z at each addition.
    fn odd_multiples(&self, count: usize) -> Vec<Self::Multiple> {
        table::odd_multiples(self, count)
            .iter()
            .map(Self::prepared)
            .collect()
    }

    fn normalise(points: &[Self]) -> Vec<Self::Affine> {
        let mut inverses: Vec<_> = points.iter().map(|point| point.z).collect();
        invert_all_vartime(&mut inverses);
        let affine = |(point, &inverse): (&Self, &C::F)| {
            let (u, v) = (point.x * inverse, point.y * inverse);
            Affine {
                u,
                v,
                duv: C::F::reduce(C::D) * u * v,
            }
        };
        points.iter().zip(&inverses).map(affine).collect()
    }
}

impl<C: EdwardsCurve<N>, const N: usize> SecretPoint<N, C::F> for Extended<C, N> {
    type Affine = Affine<C, N>;

    fn identity() -> Self {
        <Self as Point<N, C::F>>::identity()
    }

    #[inline]
    fn add_affine(&self, other: &Affine<C, N>) -> Self {
        let mut sum = *self;
        sum.add_affine_in_place(other, false);
        sum
    }

    /// x = s (1 + v) / (1 - v) + t, y = s (1 + v) / ((1 - v) u).
    fn to_weierstrass(&self) -> (C::F, C::F) {
        let inverse = ((self.z - self.y) * self.x).invert();
        let factor = C::F::reduce(C::S) * (self.z + self.y) * inverse;
        (factor * self.x + C::F::reduce(C::T), factor * self.z)
    }
}
