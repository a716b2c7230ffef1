"""A list of accredited authorities with the real certificates: minted, signed, read.

    python benchmarks/lists.py

The aim: the whole of it read in less than 3 s, signature and all. The ratio is to `cryptography`
reading the same certificates (of which it refuses some) and nothing else. Processor time counts.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
import warnings
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.x509 import load_der_x509_certificate

from zaruka.jurisdictions.russia.accredited import parse_accredited
from zaruka.jurisdictions.russia.list_signer import read_accredited
from zaruka.lab.lists import Accredited, accredited_list, sign_list
from zaruka.lab.russia import russia
from zaruka.x509 import Certificate

SHARED = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[2] / "shared"))
AIM_S = 3.0
NOW = datetime(2026, 7, 23, tzinfo=UTC)


def minted(ders: list[bytes]) -> bytes:
    nation = russia(NOW, lambda count: hashlib.shake_256(b"benchmark").digest(count))
    statuses = tuple(
        (word, NOW - timedelta(days=days)) for word, days in (("Действует", 900), ("Прекращена", 9))
    )
    authorities = [
        Accredited(f"УЦ {n}", "1027700100010", (Certificate.parse(der),), statuses, ("http://a/",))
        for n, der in enumerate(ders)
    ]
    octets = accredited_list(authorities, version=16314, issued=NOW)
    return sign_list(octets, nation.authority.signer, os.urandom)


def best(work: Callable[[], object], times: int = 5) -> float:
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def read_by_peer(ders: list[bytes]) -> int:
    refused = 0
    for der in ders:
        try:
            load_der_x509_certificate(der).subject.rfc4514_string()
        except ValueError:
            refused += 1
    return refused


def main() -> int:
    path = SHARED / "real" / "ru" / "accredited-ca.pem"
    if not path.is_file():
        print("the shared material is not here: set ZARUKA_SHARED")
        return 0
    warnings.simplefilter("ignore")  # of long names, which real certificates have
    bodies = re.findall(rb"-----BEGIN [^-]+-----(.*?)-----END", path.read_bytes(), re.DOTALL)
    ders = [b64decode(body) for body in bodies]
    octets = minted(ders)
    signed = best(lambda: read_accredited(octets))
    plain = best(lambda: parse_accredited(octets))
    peer = best(lambda: read_by_peer(ders))
    print(f"{len(ders)} certificates, {len(octets) / 1e6:.1f} MB")
    print(f"read with signature   {signed:6.2f} s   {signed / peer:5.1f} x cryptography")
    print(f"read without          {plain:6.2f} s   {plain / peer:5.1f} x")
    print(f"cryptography, certificates only, {read_by_peer(ders)} refused   {peer:.3f} s")
    print(f"aim: under {AIM_S:.0f} s: {'met' if signed < AIM_S else 'MISSED'}")
    return int(signed >= AIM_S)


if __name__ == "__main__":
    sys.exit(main())
