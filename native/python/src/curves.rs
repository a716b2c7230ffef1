use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use zaruka_primitives::key::KeyError;
use zaruka_primitives::recent;
use zaruka_primitives::suite::{self, Standard, Suite, SUITES};

/// Fresh random octets that a hedged nonce asks for at least.
const ENTROPY: usize = 32;

fn invalid(error: KeyError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

fn find(curve: &str) -> PyResult<&'static Suite> {
    Suite::find(curve).ok_or_else(|| invalid(KeyError::UnknownCurve))
}

/// Whether the question can be asked of a key on this curve.
fn expect(suite: &Suite, standard: Standard, digest: &[u8]) -> PyResult<()> {
    if suite.standard != standard {
        let by = if standard == Standard::Gost {
            "GOST R 34.10"
        } else {
            "bign"
        };
        return Err(PyValueError::new_err(format!(
            "{} does not sign on {}",
            by, suite.name
        )));
    }
    if digest.len() != suite.bits() / 8 {
        let wanted = suite.bits() / 8;
        return Err(PyValueError::new_err(format!(
            "a digest of {wanted} octets is wanted"
        )));
    }
    Ok(())
}

/// A public key, checked when it is made.
#[pyclass(frozen, module = "zaruka._native")]
struct PublicKey {
    curve: String,
    suite: &'static Suite,
    key: Arc<dyn suite::PublicKey>,
}

#[pymethods]
impl PublicKey {
    #[new]
    fn new(py: Python<'_>, curve: &str, encoded: &[u8]) -> PyResult<Self> {
        let suite = find(curve)?;
        let key = py
            .detach(|| recent::public_key(suite, encoded))
            .map_err(invalid)?;
        Ok(Self {
            curve: curve.to_owned(),
            suite,
            key,
        })
    }

    #[getter]
    fn curve(&self) -> &str {
        &self.curve
    }

    #[getter]
    fn bits(&self) -> usize {
        self.suite.bits()
    }

    fn verify_gost(&self, py: Python<'_>, digest: &[u8], signature: &[u8]) -> PyResult<bool> {
        expect(self.suite, Standard::Gost, digest)?;
        Ok(py.detach(|| self.key.verify_gost(digest, signature)))
    }

    fn verify_bign(
        &self,
        py: Python<'_>,
        digest: &[u8],
        hash_oid_der: &[u8],
        signature: &[u8],
    ) -> PyResult<bool> {
        expect(self.suite, Standard::Bign, digest)?;
        Ok(py.detach(|| self.key.verify_bign(digest, hash_oid_der, signature)))
    }
}

/// A private key, wiped when it is freed.
#[pyclass(frozen, module = "zaruka._native")]
struct PrivateKey {
    suite: &'static Suite,
    key: Box<dyn suite::PrivateKey>,
}

#[pymethods]
impl PrivateKey {
    #[new]
    fn new(curve: &str, encoded: &[u8]) -> PyResult<Self> {
        let suite = find(curve)?;
        Ok(Self {
            suite,
            key: suite.private_key(encoded).map_err(invalid)?,
        })
    }

    fn public_key<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.key.public_key()))
    }

    fn sign_gost<'py>(
        &self,
        py: Python<'py>,
        digest: &[u8],
        entropy: &[u8],
    ) -> PyResult<Bound<'py, PyBytes>> {
        expect(self.suite, Standard::Gost, digest)?;
        if entropy.len() < ENTROPY {
            return Err(PyValueError::new_err(
                "at least 32 octets of entropy are wanted",
            ));
        }
        Ok(PyBytes::new(
            py,
            &py.detach(|| self.key.sign_gost(digest, entropy)),
        ))
    }

    #[pyo3(signature = (digest, hash_oid_der, extra = None))]
    fn sign_bign<'py>(
        &self,
        py: Python<'py>,
        digest: &[u8],
        hash_oid_der: &[u8],
        extra: Option<&[u8]>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        expect(self.suite, Standard::Bign, digest)?;
        let extra = extra.unwrap_or_default();
        Ok(PyBytes::new(
            py,
            &py.detach(|| self.key.sign_bign(digest, hash_oid_der, extra)),
        ))
    }
}

/// Every object identifier with the name of its curve.
#[pyfunction]
fn curves() -> Vec<(&'static str, &'static str)> {
    let names = |suite: &'static Suite| suite.oids.iter().map(|&oid| (oid, suite.name));
    SUITES.iter().flat_map(names).collect()
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PublicKey>()?;
    m.add_class::<PrivateKey>()?;
    m.add_function(wrap_pyfunction!(curves, m)?)
}
