"""Validations with a warm store: certificates and lists of the authorities are open already.

    python benchmarks/warm.py
    python benchmarks/warm.py --soak 100000

What comes anew each time is the message: it is parsed, its certificate and signature are verified
and judged, to the conclusion; no report is rendered. Every message has a signer of its own, so
nothing of it is remembered; the context has a memory for its authorities, as that of the service,
and one moment for all. Median of 2,000, CPU time of one thread. "mathematics": the two signature
verifications that are new, timed in the same run; "rest": all but them; "same": one message again
and again, whose certificate is remembered.

The aim is 0.2 ms, for GOST-256 and bign-256, on the machine where pyHanko takes 3.9 ms for all of
the RSA-2048 case of validation.py; so it is a "share" of that, taken in turn with ours. pyHanko
itself has none of these algorithms, nor does it keep anything open; where it is not installed the
milliseconds stand alone and nothing is claimed. "openssl": `openssl cms -verify` as a process.

With `--soak N`, N validations through `zaruka.Zaruka` and a store of evidence in one process: how
its memory grew. Exit status 1 if it grew by 2 MB from the first fifth to the end.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from validation import CONTENT, Files, milliseconds, with_openssl, with_pyhanko
from validation import make as rsa_files
from zaruka.asn1.extensions import DistributionPoint
from zaruka.asn1.pkix import Extension
from zaruka.crypto import Outcome, verify
from zaruka.facts import FactKind
from zaruka.fetch import Fetched
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.lab.hierarchy import Hierarchy
from zaruka.service import Zaruka
from zaruka.service.online import Online
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent
from zaruka.stores.database import Database
from zaruka.stores.evidence import EvidenceStore
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
from zaruka.validation.memory import Memory
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_document
from zaruka.x509.issuing import extension

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RUNS = 2000
AIM = 0.2 / 3.9  # of what pyHanko takes for RSA-2048
PEER_RUNS = 60
KINDS = ("gost-256", "bign-256")
SOAK_MB = 2.0
SOAK_MESSAGES = 500
ADDRESS = "http://ca.example/ca.crl"


def make(kind: str, count: int, more: Sequence[Extension] = ()) -> tuple[Hierarchy, list[bytes]]:
    """Mint a hierarchy and `count` detached signatures, each of a signer of its own."""
    if kind.startswith("bign"):
        hierarchy, subject, extensions = by.belarus(NOW, os.urandom), by.BIDDER, by.SIGNER
    else:
        hierarchy = ru.russia(NOW, os.urandom, root_key=kind, key=kind)
        subject, extensions = ru.CONTRACTOR, ru.SIGNER
    members = [hierarchy.enrol(subject, (*extensions, *more)) for _ in range(count)]
    messages = [hierarchy.sign(CONTENT, [each], at=NOW, detached=True) for each in members]
    return hierarchy, messages


def warm_context(hierarchy: Hierarchy) -> Context:
    """Open what a store has open: root, authority, both lists."""
    root = hierarchy.root.certificate
    authorities = [root, hierarchy.authority.certificate]
    return Context(
        policy=built_in("etsi"),
        at=NOW,
        trust=TrustBase(given([root])),
        evidence=Evidence.of("store", certificates=authorities, crls=hierarchy.lists()),
        jurisdictions=(RUSSIA, BELARUS),
        memory=Memory(),
    )


def median_ms(action: Callable[[bytes], None], messages: list[bytes]) -> float:
    """Return the median CPU time of `action` over the messages."""
    return medians_ms(action, messages, None)[0]


def medians_ms(
    action: Callable[[bytes], None], messages: list[bytes], peer: Callable[[], None] | None
) -> tuple[float, float | None]:
    """Return the median CPU times of `action` over the messages, and of `peer` in turn with it."""
    found, peers = [], []
    for number, message in enumerate(messages):
        found.append(_nanoseconds(lambda message=message: action(message)))
        if peer is not None and number % (len(messages) // PEER_RUNS) == 0:
            peers.append(_nanoseconds(peer))
    return statistics.median(found) / 1e6, statistics.median(peers) / 1e6 if peers else None


def _nanoseconds(run: Callable[[], None]) -> int:
    start = time.process_time_ns()
    run()
    return time.process_time_ns() - start


def mathematics_ms(hierarchy: Hierarchy, messages: list[bytes]) -> float:
    """Return the median of the two verifications that are new in each message."""
    key = hierarchy.authority.certificate.key
    found = []
    for message in messages:
        document = parse_signed_data(message)
        (signature,) = document.signatures
        (signer,) = (each for each in document.certificates if signature.sid.names(each))
        of_signer = signer.signature_algorithm, None, signer.signature
        own = signature.signature_algorithm, signature.digest_algorithm.oid, signature.signature
        attributes = signature.signed_attributes_der
        start = time.process_time_ns()
        first = verify(key, *of_signer, message=signer.tbs_der)
        second = verify(signer.key, *own, message=attributes)
        found.append(time.process_time_ns() - start)
        assert first.outcome is second.outcome is Outcome.VALID
    return statistics.median(found) / 1e6


def compare(kind: str, folder: Path, pyhanko: Callable[[], None] | None) -> bool:
    """Print the line of one algorithm; whether its aim was met."""
    hierarchy, messages = make(kind, RUNS)
    context = warm_context(hierarchy)

    def ours(message: bytes) -> None:
        report = validate_document(parse_signed_data(message), BytesContent(CONTENT), context)
        if not report.conclusion.passed:
            raise AssertionError(report.conclusion)

    for message in messages[:20]:
        ours(message)
    took, whole = medians_ms(ours, messages, pyhanko)
    floor = mathematics_ms(hierarchy, messages)
    same = median_ms(ours, [messages[0]] * RUNS)
    root, authority = (bytes(crl.der) for crl in hierarchy.lists())
    files = Files(
        hierarchy.root.certificate.der,
        hierarchy.authority.certificate.der,
        (root, authority),
        messages[0],
    )
    peer = None
    if not kind.startswith("bign"):
        peer = with_openssl(files, folder, engine=kind.startswith("gost"))
    said = "absent" if peer is None else f"{milliseconds(peer, 20) / took:.0f}x"
    share = None if whole is None else took / whole
    good = share is None or share <= AIM
    compared = f"{'absent':>9}{'absent':>8}" if whole is None else f"{whole:9.2f}{share:8.4f}"
    print(
        f"{kind:10}{took:9.3f}{floor:13.3f}{took - floor:8.3f}{same:8.3f}{compared}{said:>9}"
        f"   aim {AIM:.4f}{'' if good else '  MISSED'}",
        flush=True,
    )
    return good


def resident() -> float:
    """Megabytes of resident anonymous memory."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    sys.exit("the system does not tell RssAnon")


def soak(count: int, folder: Path) -> bool:
    """Validate `count` messages through the service, the authority's list from a store."""
    name = ("fullName", (("uniformResourceIdentifier", ADDRESS),))
    points = extension("2.5.29.31", [DistributionPoint(name, None, None)])
    with Database.open(folder / "zaruka.db") as database:
        store = EvidenceStore(database, folder / "zaruka.evidence")
        hierarchy, messages = make("bign-256", SOAK_MESSAGES, [points])
        anchor, of_root = folder / "root.cer", folder / "root.crl"
        anchor.write_bytes(hierarchy.root.certificate.der)
        first, second = hierarchy.lists()
        of_root.write_bytes(bytes(first.der))
        octets = bytes(second.der)
        got = Fetched(ADDRESS, ADDRESS, NOW, sha256=second.sha256, size=len(octets), octets=octets)
        store.keep(FactKind.CRL, got, until=second.next_update)
        online = Online(store=store, network=False)
        zaruka = Zaruka(anchors=[anchor], crls=[of_root], at=NOW, fetch=online)
        early = 0.0
        for number, message in enumerate(islice(cycle(messages), count), start=1):
            report = zaruka.verify(message, content=CONTENT)
            if not report.conclusion.passed:
                raise AssertionError(report.conclusion)
            if number % max(1, count // 10) == 0:
                gc.collect()
                now = resident()
                early = early or (now if number >= count // 5 else 0.0)
                print(f"{number:>8}  {now:7.1f} MB", flush=True)
        grown = resident() - early
    good = grown < SOAK_MB
    print(
        f"grew by {grown:.2f} MB from the first fifth   aim {SOAK_MB}{'' if good else '  MISSED'}"
    )
    return good


def main() -> int:
    """Measure, or soak; 1 if an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.soak:
            return int(not soak(options.soak, Path(name)))
        pyhanko = with_pyhanko(rsa_files("rsa-2048"))
        if pyhanko is not None:
            pyhanko()
        print("algorithm  ours ms  mathematics    rest    same  pyHanko   share  openssl")
        results = [compare(kind, Path(name), pyhanko) for kind in KINDS]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main())
