"""Whole validations against pyHanko and `openssl cms -verify`, on the same files in one run.

    python benchmarks/validation.py

Detached CAdES B-B, a chain of three, two CRLs; everything parsed afresh for each validation and
every signature verified each time (what Zaruka remembers of verified certificates is forgotten,
and the context is made for one question, without a memory).
CPU time of one thread, the least of the rounds: other work on the machine only ever adds. "rest"
is what is left when the five signature verifications alone, timed in the same run, are taken away:
in ms, and as a share of what pyHanko takes for everything. The aim is 0.25 ms on the machine it was
set on, where pyHanko takes 3.9 ms (RSA) and 4.2 ms (P-256): as a ratio it holds for any machine.
"alone" is a validation that remembers nothing at all, not even a name or a key read before.
A peer that cannot do an algorithm is absent; nothing is claimed.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import _lru_cache_wrapper
from pathlib import Path

from zaruka.crypto import Outcome, verify
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_document
from zaruka.x509 import Certificate, CertificateList, signed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTENT = b"zaruka" * 100
AIMS = {"rsa-2048": 10.0, "p-256": 6.0}  # speed.md, against pyHanko
REST_AIMS = {"rsa-2048": 0.25 / 3.9, "p-256": 0.25 / 4.2}  # of what pyHanko takes
ROUNDS = 60


@dataclass(frozen=True)
class Files:
    """The octets of one case."""

    root: bytes
    authority: bytes
    lists: tuple[bytes, bytes]
    message: bytes


def make(kind: str) -> Files:
    """Mint one case; keys of the whole chain are of one kind."""
    if kind.startswith("bign"):
        hierarchy, subject, extensions = by.belarus(NOW, os.urandom), by.BIDDER, by.SIGNER
    else:
        hierarchy = ru.russia(NOW, os.urandom, root_key=kind, key=kind)
        subject, extensions = ru.CONTRACTOR, ru.SIGNER
    member = hierarchy.enrol(subject, extensions)
    root, authority = (bytes(crl.der) for crl in hierarchy.lists())
    return Files(
        hierarchy.root.certificate.der,
        hierarchy.authority.certificate.der,
        (root, authority),
        hierarchy.sign(CONTENT, [member], at=NOW, detached=True),
    )


def memories() -> list[Callable[[], None]]:
    """Say how to forget everything that Zaruka keeps from one validation to the next.

    Policies are kept: they come with the program, and are no part of what is validated.
    """
    modules = [module for name, module in sys.modules.items() if name.startswith("zaruka.")]
    values = {id(value): value for module in modules for value in vars(module).values()}
    return [
        value.cache_clear
        for value in values.values()
        if isinstance(value, _lru_cache_wrapper) and value is not built_in
    ]


def ours(files: Files, memories: Iterable[Callable[[], None]] = ()) -> None:
    """Parse everything and validate; fail unless it passes. First forget `memories`."""
    signed._memory.clear()
    for forget in memories:
        forget()
    root = Certificate.parse(files.root)
    evidence = Evidence.of(
        "given",
        certificates=[root, Certificate.parse(files.authority)],
        crls=[CertificateList.parse(each) for each in files.lists],
    )
    context = Context(
        policy=built_in("etsi"),
        at=NOW,
        trust=TrustBase(given([root])),
        evidence=evidence,
        jurisdictions=(RUSSIA, BELARUS),
    )
    document = parse_signed_data(files.message)
    report = validate_document(document, BytesContent(CONTENT), context)
    if not report.conclusion.passed:
        raise AssertionError(report.conclusion)


def mathematics(files: Files) -> Callable[[], None]:
    """Return the five signature verifications of one validation, and nothing else."""
    document = parse_signed_data(files.message)
    (signature,) = document.signatures
    root, authority = Certificate.parse(files.root), Certificate.parse(files.authority)
    signer = next(c for c in document.certificates if c.issuer != c.subject and c != authority)
    crls = [CertificateList.parse(each) for each in files.lists]
    calls = [
        (issuer.key, each.signature_algorithm, None, each.signature, bytes(each.tbs_der))
        for issuer, each in (
            (root, authority),
            (authority, signer),
            (root, crls[0]),
            (authority, crls[1]),
        )
    ]
    attributes = signature.signed_attributes_der
    assert attributes is not None
    calls.append(
        (
            signer.key,
            signature.signature_algorithm,
            signature.digest_algorithm.oid,
            signature.signature,
            attributes,
        )
    )

    def run() -> None:
        for key, algorithm, digest, value, message in calls:
            if verify(key, algorithm, digest, value, message=message).outcome is not Outcome.VALID:
                raise AssertionError(algorithm)

    return run


def with_pyhanko(files: Files) -> Callable[[], None] | None:
    """Return the same validation by pyHanko; None where it is not installed."""
    try:
        from asn1crypto import cms, crl, x509
        from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
        from pyhanko_certvalidator import ValidationContext
    except ImportError:
        return None

    loop = asyncio.new_event_loop()  # one for all: its making is no part of a validation

    def run() -> None:
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(files.root)],
            other_certs=[x509.Certificate.load(files.authority)],
            crls=[crl.CertificateList.load(each) for each in files.lists],
            moment=NOW,
            revocation_mode="require",
            allow_fetching=False,
        )
        signed_data = cms.ContentInfo.load(files.message)["content"]
        status = loop.run_until_complete(
            async_validate_detached_cms(CONTENT, signed_data, signer_validation_context=context)
        )
        if not (status.intact and status.valid and status.trusted):
            raise AssertionError(status.summary())

    return run


def with_openssl(files: Files, folder: Path, *, engine: bool) -> Callable[[], None] | None:
    """Return the same validation by a process of `openssl cms -verify`; None where it cannot."""
    program = shutil.which("openssl")
    if program is None:
        return None
    for name, octets in (
        ("message", files.message),
        ("root", files.root),
        ("authority", files.authority),
        ("root-list", files.lists[0]),
        ("authority-list", files.lists[1]),
        ("content", CONTENT),
    ):
        (folder / name).write_bytes(octets)
    for kind, names in (("x509", ("root", "authority")), ("crl", ("root-list", "authority-list"))):
        for name in names:
            path = folder / name
            convert = [program, kind, "-inform", "DER", "-in", path, "-out", f"{path}.pem"]
            if subprocess.run(convert, capture_output=True, check=False).returncode:
                return None
    crls = folder / "store.pem"
    crls.write_bytes(
        b"".join(
            (folder / f"{n}.pem").read_bytes() for n in ("root", "root-list", "authority-list")
        )
    )
    command = [
        program, "cms", "-verify", *(["-engine", "gost"] if engine else []), "-cades", "-binary",
        "-inform", "DER", "-in", folder / "message", "-content", folder / "content",
        "-CAfile", crls, "-certfile", folder / "authority.pem", "-crl_check_all",
        "-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", os.devnull,
    ]  # fmt: skip

    def run() -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(done.stderr)

    try:
        run()
    except AssertionError as refused:
        print(f"  openssl refuses: {str(refused).splitlines()[-1:]}")
        return None
    return run


def milliseconds(run: Callable[[], None], count: int) -> float:
    """CPU time of one call, children included, in ms."""
    before = _cpu_time_s()
    for _ in range(count):
        run()
    return (_cpu_time_s() - before) / count * 1e3


def _cpu_time_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def main() -> int:
    """Print one line for each algorithm; 1 if an aim is missed."""
    missed = False
    columns = ("ours ms", "rest ms", "share", "alone", "pyHanko", "openssl")
    print("algorithm  " + " ".join(f"{column:>8}" for column in columns) + "  ratios")
    for kind in ("rsa-2048", "p-256", "gost-256", "bign-256"):
        files, kept = make(kind), memories()
        with tempfile.TemporaryDirectory() as folder:
            peers = {
                "pyHanko": with_pyhanko(files) if kind in AIMS else None,
                "openssl": None
                if kind.startswith("bign")
                else with_openssl(files, Path(folder), engine=kind.startswith("gost")),
            }
            runs = {
                "ours": lambda files=files: ours(files),
                "alone": lambda files=files, kept=kept: ours(files, kept),
                "mathematics": mathematics(files),
                **peers,
            }
            counts = {"ours": 20, "alone": 10, "mathematics": 20, "pyHanko": 3, "openssl": 2}
            times: dict[str, list[float]] = {name: [] for name, run in runs.items() if run}
            for run in filter(None, runs.values()):
                run()
            for _ in range(ROUNDS):  # in short turns: each finds a quiet moment
                for name, found in times.items():
                    run = runs[name]
                    assert run is not None
                    found.append(milliseconds(run, counts[name]))
        took = {name: min(found) for name, found in times.items()}
        rest = took["ours"] - took["mathematics"]
        ratios = {
            name: took[name] / took["ours"] for name in ("pyHanko", "openssl") if name in took
        }
        share = rest / took["pyHanko"] if "pyHanko" in took else None
        late = share is not None and (ratios["pyHanko"] < AIMS[kind] or share > REST_AIMS[kind])
        missed |= late
        shown = [f"{took[name]:8.2f}" if name in took else "  absent" for name in peers]
        print(
            f"{kind:10} {took['ours']:8.3f} {rest:8.3f} "
            + ("  absent" if share is None else f"{share:8.4f}")
            + f" {took['alone']:8.3f} {' '.join(shown)}  "
            + ", ".join(f"{name} {ratio:.1f}x" for name, ratio in ratios.items())
            + ("  MISSED" if late else "")
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
