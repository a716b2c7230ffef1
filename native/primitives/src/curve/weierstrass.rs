//! y^2 = x^3 + a x + b: Jacobian coordinates for verification, homogeneous ones with complete
//! formulas for signing.

use super::table::Addend;
use super::{Curve, Point, SecretPoint};
use crate::field::{invert_all_vartime, limbs, Field};

/// A point (X / Z^2, Y / Z^3), in variable time; O has Z = 0.
pub struct Jacobian<C: Curve<N>, const N: usize> {
    pub(super) x: C::F,
    pub(super) y: C::F,
    pub(super) z: C::F,
}

/// A point (X / Z, Y / Z), in constant time; O has X = Z = 0.
pub struct Homogeneous<C: Curve<N>, const N: usize> {
    x: C::F,
    y: C::F,
    z: C::F,
}

/// A point (x, y).
pub struct Affine<C: Curve<N>, const N: usize> {
    pub(super) x: C::F,
    pub(super) y: C::F,
}

super::copy!(Jacobian Homogeneous Affine);
super::masked!(Affine { x, y } negates y);
super::masked!(Homogeneous { x, y, z } negates y);

/// Whether a = -3, for which doubling is cheaper.
pub(super) const fn a_is_minus_3<C: Curve<N>, const N: usize>() -> bool {
    let (minus_3, _) = limbs::sub_small(&C::F::MODULUS, 3);
    let mut i = 0;
    while i < N {
        if C::A[i] != minus_3[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[inline(always)]
fn times_a<C: Curve<N>, const N: usize>(x: C::F) -> C::F {
    if const { a_is_minus_3::<C, N>() } {
        -(x.double() + x)
    } else {
        C::F::reduce(C::A) * x
    }
}

impl<C: Curve<N>, const N: usize> Jacobian<C, N> {
    /// This point, of which `inverse` is 1 / Z.
    #[inline(always)]
    fn affine(&self, inverse: C::F) -> Affine<C, N> {
        let squared = inverse.square();
        Affine {
            x: self.x * squared,
            y: self.y * squared * inverse,
        }
    }

    /// Becomes the sum of two different points from `h = x2 - x1` and `r = y2 - y1`, brought to a
    /// common denominator; `x`, `y` are the first one's and `z` the product of both Z.
    #[inline(always)]
    fn set_chord(&mut self, x: C::F, y: C::F, h: C::F, r: C::F, z: C::F) {
        self.z.set_product(&z, &h);
        let h_squared = h.square();
        let h_cubed = h * h_squared;
        let v = x * h_squared;
        let y_h_cubed = y * h_cubed;
        let x3 = r.square() - (v.double() + h_cubed);
        self.y = r * (v - x3) - y_h_cubed;
        self.x = x3;
    }

    /// Becomes `2 self`; returns what x and y were, with the same Z. With half the slope of the
    /// tangent, Z is Y times what it was.
    #[inline(always)]
    fn double_in_place(&mut self) -> (C::F, C::F) {
        let z_squared = self.z.square();
        let y_squared = self.y.square();
        let z = self.y * self.z;
        let beta = self.x * y_squared;
        let alpha = if const { a_is_minus_3::<C, N>() } {
            let product = (self.x - z_squared) * (self.x + z_squared);
            product + product.half()
        } else {
            let x_squared = self.x.square();
            (x_squared.double() + x_squared + C::F::reduce(C::A) * z_squared.square()).half()
        };
        let gamma = y_squared.square();
        let x = alpha.square() - beta.double();
        self.y = alpha * (beta - x) - gamma;
        self.x = x;
        self.z = z;
        (beta, gamma)
    }

    /// Becomes `self + (self + other)`: the second sum is one of two points with the same Z, which
    /// costs less than a doubling, and its slope needs no coordinate y of the first.
    #[inline]
    fn double_add_affine(&mut self, other: &Affine<C, N>) {
        let z_squared = self.z.square();
        let h = other.x * z_squared - self.x;
        if h.is_zero() || self.is_identity() {
            return self.double_then_add_affine(other);
        }
        let minus_r = self.y - other.y * z_squared * self.z;
        let h_squared = h.square();
        let h_cubed = h * h_squared;
        // This point, and how far from it the sum of both is, in their common Z.
        let (x, y) = (self.x * h_squared, self.y * h_cubed);
        let w = minus_r.square() - (x.double() + h_cubed) - x;
        if w.is_zero() {
            return self.double_then_add_affine(other);
        }
        self.set_chord(x, y, w, minus_r * w - y.double(), self.z * h);
    }

    /// Where one of the two chords of [`Self::double_add_affine`] is none.
    #[cold]
    #[inline(never)]
    fn double_then_add_affine(&mut self, other: &Affine<C, N>) {
        *self = self.double().add_affine(other);
    }

    #[inline]
    fn add_affine_in_place(&mut self, other: &Affine<C, N>) {
        if self.is_identity() {
            *self = Self {
                x: other.x,
                y: other.y,
                z: C::F::ONE,
            };
            return;
        }
        let z_squared = self.z.square();
        let h = other.x * z_squared - self.x;
        let r = other.y * z_squared * self.z - self.y;
        if h.is_zero() {
            *self = self.tangent_or_identity(r);
            return;
        }
        self.set_chord(self.x, self.y, h, r, self.z);
    }

    /// What a chord of slope `r / 0` means: the point doubled, or O.
    #[cold]
    #[inline(never)]
    fn tangent_or_identity(&self, r: C::F) -> Self {
        if r.is_zero() {
            self.double()
        } else {
            Self::identity()
        }
    }
}

impl<C: Curve<N>, const N: usize> Point<N, C::F> for Jacobian<C, N> {
    type Affine = Affine<C, N>;
    type Multiple = Affine<C, N>;

    fn identity() -> Self {
        Self {
            x: C::F::ONE,
            y: C::F::ONE,
            z: C::F::ZERO,
        }
    }

    fn from_weierstrass(x: C::F, y: C::F) -> Option<Self> {
        Some(Self { x, y, z: C::F::ONE })
    }

    fn x(&self) -> Option<C::F> {
        (!self.is_identity()).then(|| self.x * self.z.invert_vartime().square())
    }

    fn has_x(&self, x: C::F) -> bool {
        !self.is_identity() && self.x.equals(x * self.z.square())
    }

    fn is_identity(&self) -> bool {
        self.z.is_zero()
    }

    /// Every point is in the group, says the test of the parameters: the cofactor is 1.
    fn is_in_group(&self) -> bool {
        true
    }

    #[inline]
    fn double(&self) -> Self {
        let mut double = *self;
        double.double_in_place();
        double
    }

    #[inline(always)]
    fn double_and_add(
        &mut self,
        key: Addend<Self::Multiple>,
        [lower, upper]: [Addend<Self::Affine>; 2],
        _to_double: bool,
    ) {
        let addends = [key, lower, upper];
        let mut addends = addends.iter().filter(|addend| !addend.is_zero());
        match addends.next() {
            Some(first) => self.double_add_affine(&first.multiple()),
            None => _ = self.double_in_place(),
        }
        for next in addends {
            self.add_affine_in_place(&next.multiple());
        }
    }

    #[inline]
    fn add(&self, other: &Self) -> Self {
        if self.is_identity() {
            return *other;
        }
        if other.is_identity() {
            return *self;
        }
        let (z1_squared, z2_squared) = (self.z.square(), other.z.square());
        let (x1, x2) = (self.x * z2_squared, other.x * z1_squared);
        let (y1, y2) = (self.y * z2_squared * other.z, other.y * z1_squared * self.z);
        let (h, r) = (x2 - x1, y2 - y1);
        if h.is_zero() {
            return self.tangent_or_identity(r);
        }
        let mut sum = *self;
        sum.set_chord(x1, y1, h, r, self.z * other.z);
        sum
    }

    fn negate(&self) -> Self {
        Self {
            y: -self.y,
            ..*self
        }
    }

    #[inline]
    fn add_affine(&self, other: &Self::Affine) -> Self {
        let mut sum = *self;
        sum.add_affine_in_place(other);
        sum
    }

    fn normalise(points: &[Self]) -> Vec<Self::Affine> {
        let mut inverses: Vec<_> = points.iter().map(|point| point.z).collect();
        invert_all_vartime(&mut inverses);
        let affine = |(point, &inverse): (&Self, &C::F)| point.affine(inverse);
        points.iter().zip(&inverses).map(affine).collect()
    }

    /// `2 self` is brought to the Z of each new multiple, so that the next sum is one of two points
    /// with the same Z (Meloni: "New point addition formulae for ECC applications", 2007). Each Z
    /// is the one before times the difference h, so one inversion and one product each undo them.
    fn odd_multiples(&self, count: usize) -> Vec<Self::Multiple> {
        let mut double = *self;
        let (x, y) = double.double_in_place();
        let mut multiple = Self { x, y, ..double };
        let mut multiples = Vec::with_capacity(count);
        let mut steps = Vec::with_capacity(count);
        for _ in 1..count {
            let h = multiple.x - double.x;
            let h_squared = h.square();
            let (x, x_other) = (double.x * h_squared, multiple.x * h_squared);
            let r = multiple.y - double.y;
            let y = double.y * (x_other - x);
            multiples.push(multiple);
            steps.push(h);
            multiple.x = r.square() - (x + x_other);
            multiple.y = r * (x - multiple.x) - y;
            multiple.z = multiple.z * h;
            double = Self { x, y, ..multiple };
        }
        let mut inverse = multiple.z.invert_vartime();
        let mut affine = vec![multiple.affine(inverse)];
        for (multiple, h) in multiples.iter().zip(steps).rev() {
            inverse = inverse * h;
            affine.push(multiple.affine(inverse));
        }
        affine.reverse();
        affine
    }

    fn odd_affine_multiples(&self, count: usize) -> Vec<Self::Affine> {
        self.odd_multiples(count)
    }
}

impl<C: Curve<N>, const N: usize> SecretPoint<N, C::F> for Homogeneous<C, N> {
    type Affine = Affine<C, N>;

    fn identity() -> Self {
        Self {
            x: C::F::ZERO,
            y: C::F::ONE,
            z: C::F::ZERO,
        }
    }

    /// Bosma and Lenstra's law ("Complete systems of two addition laws for elliptic curves",
    /// 1995), which Renes, Costello and Batina (2016) showed to have no exception where the order
    /// of the group is odd.
    #[inline]
    fn add_affine(&self, other: &Self::Affine) -> Self {
        let b = C::F::reduce(C::B);
        let triple = |x: C::F| x.double() + x;
        let (xx, yy, zz) = (self.x * other.x, self.y * other.y, self.z);
        let xy = (self.x + self.y) * (other.x + other.y) - xx - yy;
        let (xz, yz) = (self.x + self.z * other.x, self.y + self.z * other.y);
        let a_zz = times_a::<C, N>(zz);
        let s = times_a::<C, N>(xz) + triple(b * zz);
        let t = times_a::<C, N>(xx - a_zz) + triple(b * xz);
        let u = triple(xx) + a_zz;
        Self {
            x: xy * (yy - s) - yz * t,
            y: (yy + s) * (yy - s) + u * t,
            z: yz * (yy + s) + xy * u,
        }
    }

    fn to_weierstrass(&self) -> (C::F, C::F) {
        let inverse = self.z.invert();
        (self.x * inverse, self.y * inverse)
    }
}
