//! A curve with a = -3 and small b: homogeneous coordinates with one law for sums and doubles alike,
//! that of [`crate::curve::weierstrass::Homogeneous`]. It is two products of six lanes, and before
//! each sums of lanes, with small multiples before the second.

use super::Lanes;
use crate::arch::ifma::eight::{Factors, Sums};
use crate::curve::weierstrass::{a_is_minus_3, Affine, Jacobian};
use crate::curve::Curve;
use crate::field::{Below, Field};

/// X, Y, Z, of the point (X / Z, Y / Z); other lanes are anything. Limbs are below those of two
/// products, but in X those of one and of [`Sums::multiple`].
#[derive(Clone, Copy)]
pub struct Coordinates<const K: u64>(Sums<K>);

/// 3 b, where the curve is one for these lanes: its order is odd, so the law has no exception.
const fn three_b<C: Curve<4>>() -> i64 {
    assert!(a_is_minus_3::<C, 4>() && C::COFACTOR == 1);
    let [b, 0, 0, 0] = C::B else {
        panic!("b is not small")
    };
    assert!(b < 300);
    3 * b as i64
}

impl<const K: u64> Coordinates<K> {
    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn of([x, y, z]: [Below<4, K>; 3]) -> Self {
        let [x, y, z] = [x, y, z].map(Field::to_limbs);
        Self(Factors::new([x, y, z, [0; 4], [0; 4], [0; 4], [0; 4], [0; 4]]).sums())
    }

    /// (X + Y, X + Z, X + Z, Y + Z, X + Z, Z, X, Y).
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn factors(&self) -> Factors<K> {
        let first = self.0.permuted::<0x1020_1000>();
        let second = self.0.permuted::<0xfff2_2221>();
        first.plus_all(&second).carried()
    }

    /// The sum of two points from the products of their factors: (x y, x z, x z, y z, x z, ZZ, XX,
    /// YY), where x y is (X + Y) (X' + Y') and XX is X X'. With n = XX + ZZ - x z and
    /// B = 3 n + 3 b ZZ, neighbours are multiplied in the circle XX + YY - x y, B - YY, B + YY,
    /// YY + ZZ - y z, 3 b n + 3 XX + 9 ZZ, 3 XX - 3 ZZ. X is the fourth of these products less the
    /// first, Y the second and the fifth, Z the third and the sixth: signs are such that only one
    /// is to be negated.
    ///
    /// Limbs of the circle are below 2^58: a lane has three products, or the multiple of p less a
    /// product, and what is scaled.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn from_products<C: Curve<4>>(products: &Sums<K>) -> Self {
        let b = const { three_b::<C>() };
        // What has x y and its like: XX - x y, XX - x z, XX - x z, YY - y z, XX - x z, XX - ZZ.
        let differences = Sums::multiple()
            .plus_all(&products.permuted::<0x7666_7666>())
            .minus::<0b1111_1111>(products);
        let yy_zz = products.permuted::<0x5555_5557>();
        let yy_xx = products.permuted::<0xfff6_f77f>();
        let circle = yy_xx
            .negated::<0b0000_0010>()
            .plus::<0b0001_0000>(&yy_xx)
            .plus::<0b0001_0000>(&yy_xx)
            .plus_scaled([
                (&yy_zz, [1, b + 3, b + 3, 1, b + 9, 0, 0, 0]),
                (&differences, [1, 3, 3, 1, b, 3, 0, 0]),
            ])
            .carried();
        let products = circle.times(&circle.permuted::<0x7605_4321>());
        let others = products.permuted::<0x7654_3543>();
        Self(products.negated::<0b0000_0001>().plus_all(&others))
    }
}

impl<C, const K: u64> Lanes<C> for Coordinates<K>
where
    C: Curve<4, F = Below<4, K>, Point = Jacobian<C, 4>>,
{
    type Entry = Factors<K>;

    #[target_feature(enable = "avx512ifma,avx512vl")]
    unsafe fn new(&Jacobian { x, y, z }: &Jacobian<C, 4>) -> Self {
        Self::of([x * z, y, z * z.square()])
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    unsafe fn point(&self) -> Jacobian<C, 4> {
        let [x, y, z, ..] = self.0.carried().to_numbers().map(super::element);
        Jacobian {
            x: x * z,
            y: y * z.square(),
            z,
        }
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    unsafe fn entry(&Affine { x, y }: &Affine<C, 4>) -> Factors<K> {
        Self::of([x, y, Field::ONE]).factors()
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    unsafe fn entries(&self) -> [Factors<K>; 2] {
        let negative = Self(self.0.negated::<0b0000_0010>());
        [self.factors(), negative.factors()]
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    unsafe fn step(&self, other: Option<&Factors<K>>) -> Self {
        let factors = self.factors();
        Self::from_products::<C>(&match other {
            Some(other) => factors.times(other),
            None => factors.square(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::parameters::CryptoProA;
    use crate::curve::Point;

    type Point256 = Jacobian<CryptoProA, 4>;

    fn same(a: &Point256, b: &Point256) -> bool {
        if a.is_identity() || b.is_identity() {
            return a.is_identity() && b.is_identity();
        }
        let (squared_a, squared_b) = (a.z.square(), b.z.square());
        (a.x * squared_b).equals(b.x * squared_a)
            && (a.y * squared_b * b.z).equals(b.y * squared_a * a.z)
    }

    /// O and others, most of them with their negatives, sums and doubles.
    fn points() -> Vec<Point256> {
        let (x, y) = CryptoProA::G;
        let g = Point256::from_weierstrass(Below::reduce(x), Below::reduce(y)).expect("a point");
        let mut points = vec![Point256::identity(), g];
        for _ in 0..40 {
            let last = points[points.len() - 1];
            points.extend([last.double(), last.double().add(&g), last.negate()]);
        }
        points
    }

    #[test]
    fn lanes_agree_with_single_elements() {
        super::super::tests::check::<Coordinates<617>, CryptoProA>(&points(), same);
    }
}
