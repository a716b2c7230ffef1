"""A revocation list of a million entries: indexed, looked up, kept, opened again.

    python benchmarks/crl.py [--entries 1000000] [--folder DIR]

The list is made first, in a process of its own; then it is kept in a store, indexed, and opened
again in another process, as a second run of Zaruka would. Peer: `cryptography`, which parses the
list and looks one number up. Aims of speed.md: index built at 150 MB/s or more, less than 50 MB of
anonymous memory (beside the interpreter, for the time that the index is built), a look-up under
10 us, opened again under 5 ms. CPU time, least of the rounds; of look-ups the mean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADDRESS = "http://ca.example/big.crl"
ROUNDS = 5
LOOK_UPS = 20_000


def make(path: Path, entries: int) -> None:
    """Write a list of `entries` with reasons, signed by ECDSA so that the peer reads it too."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    from zaruka.asn1 import pkix
    from zaruka.asn1 import schema as s
    from zaruka.crypto import public_key
    from zaruka.x509.issuing import Issuer, issue_crl
    from zaruka.x509.names import Name
    from zaruka.x509.private_keys import load_private_key

    private = ec.generate_private_key(ec.SECP256R1())
    der = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key = load_private_key(der)
    issuer = Issuer(Name.of([("2.5.4.3", "big")]), key, public_key(key))
    small = issue_crl(
        issuer, (), this_update=NOW, next_update=NOW + timedelta(days=7), number=1, entropy=b""
    )
    parsed = s.decode(pkix.CERTIFICATE_LIST, small.der)
    tbs = s.decode(pkix.TBS_CERT_LIST, parsed.tbs_cert_list)
    tail = b"\x17\x0d260101000000Z0\x0c0\x0a\x06\x03U\x1d\x15\x04\x03\x0a\x01\x01"
    # serial numbers of 16 octets, not in their order
    numbers = ((n * 0x9E3779B97F4A7C15 & (1 << 64) - 1) for n in range(1, entries + 1))
    one = b"0" + bytes([18 + len(tail)]) + b"\x02\x10\x01"
    content = b"".join(one + bytes(7) + number.to_bytes(8, "big") + tail for number in numbers)
    header = b"\x30\x84" + len(content).to_bytes(4, "big")
    tbs_der = s.encode(
        pkix.TBS_CERT_LIST, tbs._replace(revoked_certificates=memoryview(header + content))
    )
    signature = private.sign(tbs_der, ec.ECDSA(hashes.SHA256()))
    whole = parsed._replace(
        tbs_cert_list=memoryview(tbs_der), signature_value=s.BitString(signature)
    )
    path.write_bytes(s.encode(pkix.CERTIFICATE_LIST, whole))


def serial(number: int) -> int:
    """Return the serial number of the entry `number`, counted from 1."""
    return int.from_bytes(
        b"\x01" + bytes(7) + (number * 0x9E3779B97F4A7C15 & (1 << 64) - 1).to_bytes(8, "big"), "big"
    )


def anonymous() -> int:
    """Octets of resident memory that belong to no file."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    sys.exit("the system does not tell RssAnon")


def least(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU seconds of the quickest round."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return min(found)


def look_up(find: Callable[[int], object], entries: int) -> float:
    """CPU seconds of one look-up, half of them of numbers that are not there."""
    wanted = [serial(n * 7919 % entries + 1) + n % 2 for n in range(LOOK_UPS)]
    start = time.process_time()
    for number in wanted:
        find(number)
    return (time.process_time() - start) / LOOK_UPS


def index(path: Path, entries: int, folder: Path) -> dict[str, float]:
    """Index the mapped file, for rate and memory; then keep it in a store."""
    import hashlib
    import mmap

    from zaruka.facts import FactKind
    from zaruka.fetch import Fetched
    from zaruka.stores.database import Database
    from zaruka.stores.evidence import EvidenceStore
    from zaruka.x509 import CertificateList

    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    before = anonymous()
    start = time.process_time()
    crl = CertificateList.parse(mapped)
    assert len(crl) == entries
    took = time.process_time() - start
    crl.to_index()
    memory = anonymous() - before

    def again() -> None:
        assert len(CertificateList.parse(mapped)) == entries

    found = {
        "index": min(took, least(again)),
        "memory": float(memory),
        "look up": look_up(crl.find, entries),
    }
    sha256 = hashlib.sha256(mapped).hexdigest()
    with Database.open(folder / "zaruka.db") as database:
        store = EvidenceStore(database, folder / "zaruka.evidence")
        octets = path.read_bytes()
        got = Fetched(ADDRESS, ADDRESS, NOW, sha256=sha256, size=len(octets), octets=octets)
        store.crl(store.keep(FactKind.CRL, got, until=crl.next_update))
    return found


def reopen(entries: int, folder: Path) -> dict[str, float]:
    """Open the list again by its index, as another process does, and look up in it."""
    from zaruka.stores.database import Database
    from zaruka.stores.evidence import EvidenceStore

    with Database.open(folder / "zaruka.db") as database:
        kept = EvidenceStore(database, folder / "zaruka.evidence").newest(ADDRESS)
        assert kept is not None

        def again() -> None:
            crl = EvidenceStore(database, folder / "zaruka.evidence").crl(kept)
            assert crl.find(serial(1)) is not None

        start = time.process_time()
        again()
        first = time.process_time() - start
        before = anonymous()
        crl = EvidenceStore(database, folder / "zaruka.evidence").crl(kept)
        found = {"first": first, "open": least(again, 50), "look up": look_up(crl.find, entries)}
        assert len(crl) == entries
        return {**found, "memory": float(anonymous() - before)}


def peer(path: Path) -> dict[str, float]:
    """Parse the list and look one number up, by `cryptography`."""
    from cryptography import x509

    octets = path.read_bytes()

    def cold() -> None:
        crl = x509.load_der_x509_crl(octets)
        assert crl.get_revoked_certificate_by_serial_number(serial(1)) is not None

    return {"cold": least(cold, 3)}


def alone(step: str, options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Run one step in a process of its own."""
    command = [sys.executable, __file__, "--entries", str(options.entries)]
    command += ["--folder", str(folder), "--step", step]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout or "{}"))


def main() -> int:
    """Measure, and print one line for each aim; 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--step", default="")
    options = parser.parse_args()
    if options.step:
        path = options.folder / "big.crl"
        found = {
            "make": lambda: make(path, options.entries),
            "index": lambda: index(path, options.entries, options.folder),
            "reopen": lambda: reopen(options.entries, options.folder),
            "peer": lambda: peer(path),
        }[options.step]()
        print(json.dumps(found or {}))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        alone("make", options, folder)
        size = (folder / "big.crl").stat().st_size
        built, opened, other = (
            alone(step, options, folder) for step in ("index", "reopen", "peer")
        )
    print(f"{options.entries} entries, {size / 1e6:.0f} MB")
    rate = size / built["index"] / 1e6
    lines = [
        ("index built", f"{rate:.0f} MB/s", "150 MB/s", rate >= 150),
        ("memory of it", f"{built['memory'] / 1e6:.1f} MB", "50 MB", built["memory"] < 50e6),
        ("look-up", f"{built['look up'] * 1e6:.2f} us", "10 us", built["look up"] < 10e-6),
        ("opened again", f"{opened['open'] * 1e3:.2f} ms", "5 ms", opened["open"] < 5e-3),
        ("  the first time", f"{opened['first'] * 1e3:.2f} ms", "", True),
        ("  look-up then", f"{opened['look up'] * 1e6:.2f} us", "10 us", opened["look up"] < 10e-6),
        ("  memory then", f"{opened['memory'] / 1e6:.1f} MB", "50 MB", opened["memory"] < 50e6),
    ]
    for what, value, aim, good in lines:
        print(f"{what:18}{value:>12}   {'aim ' + aim if aim else '':14}{'' if good else 'MISSED'}")
    cold = other["cold"]
    print(
        f"cryptography: parsed and looked up in {cold * 1e3:.0f} ms"
        f" ({cold / built['index']:.1f}x our index, {cold / opened['open']:.0f}x opening again)"
    )
    return int(not all(good for *_, good in lines))


if __name__ == "__main__":
    sys.exit(main())
