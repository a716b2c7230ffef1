//! Parameters against their equations; every way to multiply against adding one by one.

use super::edwards::EdwardsCurve;
use super::parameters::*;
use super::table::{combine, multiply, KeyWindows};
use super::{satisfies_equation, Curve, Point, Scalar, SecretPoint};
use crate::field::{limbs, Field};

/// Calls a generic test for every curve.
macro_rules! on_every_curve {
    ($test:ident) => {
        $test::<CryptoProA, 4>();
        $test::<CryptoProB, 4>();
        $test::<CryptoProC, 4>();
        $test::<Tc26A256, 4>();
        $test::<Test256, 4>();
        $test::<BignCurve256v1, 4>();
        $test::<BignCurve384v1, 6>();
        $test::<Tc26A512, 8>();
        $test::<Tc26B512, 8>();
        $test::<Tc26C512, 8>();
        $test::<Test512, 8>();
        $test::<BignCurve512v1, 8>();
    };
}

fn generator<C: Curve<N>, const N: usize>() -> C::Point {
    let (x, y) = (C::F::reduce(C::G.0), C::F::reduce(C::G.1));
    C::Point::from_weierstrass(x, y).expect("the generator")
}

fn small<const N: usize>(number: u64) -> [u64; N] {
    limbs::add_small(&[0; N], number).0
}

fn same<P: Point<N, F>, F: Field<N>, const N: usize>(a: &P, b: &P) -> bool {
    a.add(&b.negate()).is_identity()
}

#[test]
fn parameters_satisfy_their_equations() {
    fn check<C: Curve<N>, const N: usize>() {
        assert!(satisfies_equation::<C, N>(
            C::F::reduce(C::G.0),
            C::F::reduce(C::G.1)
        ));
        assert!(limbs::less(&C::G.0, &C::F::MODULUS) && limbs::less(&C::G.1, &C::F::MODULUS));
        let g = generator::<C, N>();
        assert!(!g.is_identity());
        assert!(multiply(&g, &C::MODULUS).is_identity());
        assert!(g.has_x(C::F::reduce(C::G.0)));
        // Fermat: both moduli pass for primes.
        let order_less_one = limbs::sub_small(&C::MODULUS, 1).0;
        assert!(Scalar::<C, N>::small(3)
            .power(&order_less_one)
            .equals(Scalar::<C, N>::ONE));
        let p_less_one = limbs::sub_small(&C::F::MODULUS, 1).0;
        assert!(C::F::small(3).power(&p_less_one).equals(C::F::ONE));
    }
    on_every_curve!(check);
}

#[test]
fn edwards_parameters_satisfy_their_equations() {
    fn check<C: EdwardsCurve<N>, const N: usize>(u: u64) {
        let (d, s, t) = (C::F::reduce(C::D), C::F::reduce(C::S), C::F::reduce(C::T));
        assert!((s * C::F::small(4)).equals(C::F::ONE - d));
        assert!((t * C::F::small(6)).equals(C::F::ONE + d));
        // a = s^2 - 3 t^2, b = 2 t^3 - t s^2 (RFC 7836 5.2)
        let t_squared = t.square();
        assert!(C::F::reduce(C::A).equals(s.square() - t_squared.double() - t_squared));
        assert!(C::F::reduce(C::B).equals((t_squared.double() - s.square()) * t));
        // d is not a square, so the law has no exception.
        let (half, _) = limbs::sub_small(&C::F::MODULUS, 1);
        let half =
            core::array::from_fn(|i| half[i] >> 1 | if i + 1 < N { half[i + 1] << 63 } else { 0 });
        assert!(d.power(&half).equals(-C::F::ONE));
        // The generator's u of RFC 7836 A.2: u = (x - t) / y.
        let (x, y) = (C::F::reduce(C::G.0), C::F::reduce(C::G.1));
        assert!((x - t).equals(C::F::small(u) * y));
    }
    check::<Tc26A256, 4>(0x0d);
    check::<Tc26C512, 8>(0x12);
}

#[test]
fn additions_know_their_exceptions() {
    fn check<C: Curve<N>, const N: usize>() {
        let (g, o) = (generator::<C, N>(), C::Point::identity());
        let affine = &C::Point::normalise(&[g.double().add(&g)])[0];
        let three = g.double().add(&g);
        assert!(same(&g.add(&g), &g.double()));
        assert!(g.add(&g.negate()).is_identity());
        assert!(same(&g.add(&o), &g) && same(&o.add(&g), &g));
        assert!(o.double().is_identity() && o.add(&o).is_identity());
        assert!(same(&three.add_affine(affine), &three.double()));
        assert!(three.negate().add_affine(affine).is_identity());
        assert!(same(&o.add_affine(affine), &three));
        assert!(o.x().is_none() && !o.has_x(C::F::ZERO) && !o.has_x(C::F::ONE));
        assert!(same(&g.double_only().double(), &g.double().double()));
    }
    on_every_curve!(check);
}

#[test]
fn every_way_to_multiply_agrees() {
    fn check<C: Curve<N>, const N: usize>() {
        let g = generator::<C, N>();
        let key = multiply(&g, &small(0xfeed_f00d));
        let minus = |x: u64| limbs::sub_small(&C::MODULUS, x).0;
        let pattern: [u64; N] = core::array::from_fn(|i| 0x9e37_79b9_7f4a_7c15 >> i);
        let mut half = [0; N];
        half[..N / 2].fill(u64::MAX);
        half[N / 2] = 1;
        let windows = KeyWindows::<C, N>::new(&key, 64 * N);
        let numbers = [
            small(0),
            small(1),
            small(31),
            minus(1),
            minus(16),
            minus(17),
            pattern,
            half,
        ];
        for a in &numbers {
            for b in &numbers {
                let expected = multiply(&g, a).add(&multiply(&key, b));
                assert!(same(&combine::<C, N>(a, &key, b), &expected));
                assert!(same(&windows.combine(a, b), &expected));
            }
            // With a key that is a small multiple of G the two runs meet each other.
            for near in [g, g.double(), g.negate()] {
                let expected = multiply(&g, a).add(&multiply(&near, &pattern));
                assert!(same(&combine::<C, N>(a, &near, &pattern), &expected));
            }
            let short = &half[..N / 2 + 1];
            let expected = multiply(&g, a).add(&multiply(&key, &half));
            assert!(same(&combine::<C, N>(a, &key, short), &expected));
            assert!(same(
                &KeyWindows::<C, N>::new(&key, 32 * N + 1).combine(a, short),
                &expected
            ));
        }
    }
    on_every_curve!(check);
}

#[test]
fn constant_time_multiples_agree() {
    fn check<C: Curve<N>, const N: usize>() {
        let g = generator::<C, N>();
        let numbers = (1..70)
            .chain([1 << 20, u64::MAX])
            .map(small)
            .chain((1..40).map(|x| limbs::sub_small(&C::MODULUS, x).0));
        for number in numbers {
            let (x, y) = C::tables().multiply_secret(&number).to_weierstrass();
            let point = C::Point::from_weierstrass(x, y).expect("a point");
            assert!(satisfies_equation::<C, N>(x, y));
            assert!(same(&point, &multiply(&g, &number)));
        }
    }
    on_every_curve!(check);
}
