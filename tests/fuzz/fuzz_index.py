"""Fuzz the stored index of a list: a damaged one is refused, and never an absence that is none."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from driver import run

sys.path.insert(0, str(Path(__file__).parents[1]))

from hierarchy import NOW, Authority
from zaruka._native import StoredCrlIndex
from zaruka.errors import InputError
from zaruka.x509 import CertificateList
from zaruka.x509.crls import RevokedEntry, _start

ENTRIES = [RevokedEntry(serial * 7, NOW - timedelta(days=1)) for serial in range(1, 1500)]
CRL = Authority("list of the fuzzer").crl(ENTRIES)
DER = bytes(CRL.der)
INDEX, SEAL = CRL.to_index()
SERIALS = range(0, 7 * 1500, 61)
LISTED = {serial: CRL.find(serial) for serial in SERIALS}


def check(octets: bytes) -> None:
    """Open the list with `octets` for its index; anything unforeseen is raised."""
    for serial, found in _answers(octets, SEAL):
        assert found == LISTED[serial]
    forged = _seal_of(octets)  # who writes the database too is not kept from lying, only bounded
    if forged is not None:
        for serial, found in _answers(octets, forged):
            assert found is None or found == LISTED[serial]


def _answers(octets: bytes, seal: str):
    try:
        crl = CertificateList.with_index(DER, CRL.sha256, octets, seal)
    except InputError:
        return
    for serial in SERIALS:
        try:
            yield serial, crl.find(serial)
        except InputError:
            continue


def _seal_of(octets: bytes) -> str | None:
    view = CRL._tbs.revoked_certificates
    try:
        stored = StoredCrlIndex(octets, _start(view), len(view))
    except ValueError:
        return None
    return CRL._seal(CRL.sha256, stored.digest)


if __name__ == "__main__":
    run(check, [INDEX])
