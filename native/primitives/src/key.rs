//! Keys of both countries: checked once when made, with tables of multiples where they recur.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::OnceLock;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ct;
use crate::curve::table::{self, KeyWindows};
use crate::curve::{satisfies_equation, Curve, Point, Scalar, SecretPoint};
use crate::field::{limbs, Field};

/// Why octets are not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// No curve has this object identifier.
    UnknownCurve,
    /// Wrong number of octets.
    Length,
    /// A coordinate is not below the characteristic of the field.
    Coordinate,
    /// The point is not on the curve.
    NotOnCurve,
    /// The order of the point is not that of the group.
    Order,
    /// The private key is not in 1..q-1.
    Range,
}

impl core::fmt::Display for KeyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::UnknownCurve => "unknown curve",
            Self::Length => "the key has a wrong length",
            Self::Coordinate => "a coordinate is not below the field's characteristic",
            Self::NotOnCurve => "the point is not on the curve",
            Self::Order => "the point does not have the order of the group",
            Self::Range => "the private key is not in 1..q-1",
        })
    }
}

impl std::error::Error for KeyError {}

/// Uses of a key after which a table of its multiples pays.
const USES_BEFORE_TABLE: u32 = 4;

/// A point of the group other than O.
pub struct PublicKey<C: Curve<N>, const N: usize> {
    point: C::Point,
    uses: AtomicU32,
    windows: OnceLock<KeyWindows<C, N>>,
}

impl<C: Curve<N>, const N: usize> PublicKey<C, N> {
    /// The key from x || y, each little-endian in `8 N` octets.
    ///
    /// Checks what STB 34.101.45 6.2.3 asks and, where there is a cofactor, that the order of
    /// the point is that of the group.
    pub fn new(encoded: &[u8]) -> Result<Self, KeyError> {
        if encoded.len() != 16 * N {
            return Err(KeyError::Length);
        }
        let (x, y) = encoded.split_at(8 * N);
        let coordinate = |octets| C::F::from_limbs(limbs::from_le(octets));
        let (Some(x), Some(y)) = (coordinate(x), coordinate(y)) else {
            return Err(KeyError::Coordinate);
        };
        if !satisfies_equation::<C, N>(x, y) {
            return Err(KeyError::NotOnCurve);
        }
        let point = C::Point::from_weierstrass(x, y).ok_or(KeyError::Order)?;
        if !point.is_in_group() {
            return Err(KeyError::Order);
        }
        Ok(Self {
            point,
            uses: AtomicU32::new(0),
            windows: OnceLock::new(),
        })
    }

    /// `g G + k Q`, in variable time; `k` fits in `bits` bits, always the same for a curve.
    pub(crate) fn combine(&self, g: &[u64; N], k: &[u64], bits: usize) -> C::Point {
        if self.windows.get().is_none() && self.uses.fetch_add(1, Relaxed) < USES_BEFORE_TABLE {
            return table::combine::<C, N>(g, &self.point, k);
        }
        self.windows
            .get_or_init(|| KeyWindows::new(&self.point, bits))
            .combine(g, k)
    }
}

/// A number in 1..q-1, wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PrivateKey<C: Curve<N>, const N: usize> {
    number: [u64; N],
    #[zeroize(skip)]
    curve: core::marker::PhantomData<C>,
}

impl<C: Curve<N>, const N: usize> PrivateKey<C, N> {
    /// The key from a little-endian number of `8 N` octets.
    pub fn new(encoded: &[u8]) -> Result<Self, KeyError> {
        if encoded.len() != 8 * N {
            return Err(KeyError::Length);
        }
        let key = Self {
            number: limbs::from_le(encoded),
            curve: core::marker::PhantomData,
        };
        ct::in_range(&key.number, &C::MODULUS)
            .then_some(key)
            .ok_or(KeyError::Range)
    }

    /// The public key, x || y, each little-endian in `8 N` octets.
    pub fn public_key(&self) -> Vec<u8> {
        let (x, y) = C::tables().multiply_secret(&self.number).to_weierstrass();
        [limbs::to_le(&x.to_limbs()), limbs::to_le(&y.to_limbs())].concat()
    }

    pub(crate) fn number(&self) -> &[u64; N] {
        &self.number
    }

    pub(crate) fn scalar(&self) -> Scalar<C, N> {
        Scalar::<C, N>::reduce(self.number)
    }
}
