"""Taking in the list of accredited authorities, and verifying with a full store.

    python benchmarks/store.py

The 2375 real certificates (shared material) are put into one signed list, one authority each.
Loading is measured as a ratio to `cryptography` parsing the same certificates in the same run;
the aim is 3 s. A whole `zaruka verify` process is timed with the full store and
without any, in turn; the aim is a tenth more. CPU time, the least of the rounds.
"""

from __future__ import annotations

import hashlib
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from zaruka.crypto import public_key
from zaruka.lab.keys import make_key
from zaruka.lab.lists import Accredited, accredited_list, sign_list
from zaruka.service.lists import Obtained
from zaruka.service.settings import ListSource
from zaruka.service.taking import Taking
from zaruka.signatures.creation import Signer
from zaruka.stores.database import Database
from zaruka.stores.trust import TrustStore
from zaruka.trust import Scheme
from zaruka.x509 import Certificate, Name
from zaruka.x509.issuing import Issuer, authority_extensions, issue_certificate

SHARED = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[2] / "shared"))
ISSUED = datetime(2026, 7, 23, tzinfo=UTC)
LOAD_AIM_S = 3.0
VERIFY_AIM = 1.1
ROUNDS, RUNS = 3, 15


def signer() -> Signer:
    """A key that signs the list and is pinned."""
    private = make_key("gost-256", os.urandom)
    own = Issuer(Name.of([("2.5.4.3", "signer")]), private, public_key(private))
    certificate = issue_certificate(
        own,
        own.name,
        own.key,
        serial_number=1,
        not_before=ISSUED - timedelta(days=1),
        not_after=ISSUED + timedelta(days=365),
        extensions=authority_extensions(own.key, None),
        entropy=os.urandom(64),
    )
    return Signer(private, certificate)


def least(rounds: int, call: Callable[[], None]) -> float:
    """CPU time of the quickest of the rounds."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return min(found)


def verification(store: Path | None, target: Path) -> float:
    """CPU time of one process."""
    command = [sys.executable, "-m", "zaruka", "verify", str(target)]
    if store is not None:
        command += ["--store", str(store)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=False, env={**os.environ, "HOME": "/"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the table; 1 if an aim is missed."""
    pem = SHARED / "real" / "ru" / "accredited-ca.pem"
    if not pem.is_file():
        print("the shared material is not here: set ZARUKA_SHARED")
        return 0
    bodies = re.findall(rb"-----BEGIN [^-]+-----(.*?)-----END", pem.read_bytes(), re.DOTALL)
    ders = [b64decode(body) for body in bodies]
    authorities = [
        Accredited(f"УЦ {n}", f"{n:013}", (Certificate.parse(der),), (("Действует", ISSUED),))
        for n, der in enumerate(ders)
    ]
    party = signer()
    octets = sign_list(accredited_list(authorities, version=1, issued=ISSUED), party, os.urandom)
    pins = frozenset({party.certificate.sha256})
    source = ListSource("e-trust", Scheme.E_TRUST, signers=pins)

    warnings.simplefilter("ignore")  # of the peer, about lengths

    def peer() -> None:
        for der in ders:
            try:
                x509.load_der_x509_certificate(der).subject  # noqa: B018 - it is read lazily
            except ValueError:
                continue  # 35 of them it cannot read

    with tempfile.TemporaryDirectory() as folder:
        names = iter(range(ROUNDS))

        def load() -> None:
            with Database.open(Path(folder) / f"{next(names)}.db") as database:
                taking = Taking(TrustStore(database), ISSUED, lambda _: Obtained(b"", ""))
                taking.accept(taking.propose(source, Obtained(octets, "list.xml")))

        base, ours = least(ROUNDS, peer), least(ROUNDS, load)
        late = ours > LOAD_AIM_S
        print(f"{'cryptography parses the certificates':38} {base:7.3f} s")
        print(
            f"{f'list of {len(octets) / 1e6:.1f} MB: read, checked, kept':38} {ours:7.3f} s"
            f"  {ours / base:5.1f}x the peer  aim {LOAD_AIM_S} s{'  MISSED' if late else ''}"
        )
        store, target = Path(folder) / "0.db", Path(folder) / "some.cer"
        target.write_bytes(next(d for d in ders if hashlib.sha256(d).hexdigest() > "8"))
        runs = [(verification(None, target), verification(store, target)) for _ in range(RUNS)]
        without, full = map(min, zip(*runs, strict=True))
        slow = full / without > VERIFY_AIM
        print(f"{'zaruka verify, no store':38} {without:7.3f} s")
        print(
            f"{'zaruka verify, full store':38} {full:7.3f} s  {full / without:5.2f}x without"
            f"  aim {VERIFY_AIM}{'  MISSED' if slow else ''}"
        )
    return int(late or slow)


if __name__ == "__main__":
    sys.exit(main())
