"""A large document, detached and attached (DER, BER in segments): speed and memory of verifying.

    python benchmarks/large_content.py [--gib 5] [--digest sha256|streebog256|belt] [--folder DIR]

The document is a sparse file of zeros, read once before, so that no disk is measured. It says the
rate against the digest alone on memory (CPU time), the growth of anonymous memory and the heap of
Python at its peak. Exit status 1 where either grows by 100 MB (speed.md, "Aims").
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from zaruka.asn1 import schema as s
from zaruka.crypto import hash_context
from zaruka.signatures.content import Content, FileContent, SpanContent, map_file

DIGESTS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "streebog256": "1.2.643.7.1.1.2.2",
    "belt": "1.2.112.0.2.0.34.101.31.81",
}
SEGMENTS = {"BER, 1 MiB": 1 << 20, "BER, 4 KiB": 4096}
AIM_MEMORY = 100_000_000  # octets
BLOCK = bytes(1 << 20)


def anonymous() -> int:
    """Octets of resident memory that belong to no file."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    sys.exit("the system does not tell RssAnon")


def alone(oid: str, seconds: float = 1.0) -> float:
    """Octets a second of the digest alone, over the same memory again and again."""
    context, count, start = hash_context(oid), 0, time.process_time()
    while time.process_time() - start < seconds:
        context.update(BLOCK)
        count += len(BLOCK)
    return count / (time.process_time() - start)


def written(path: Path, size: int, segment: int | None) -> Path:
    """Write an OCTET STRING of `size` zeros, sparse; in BER in segments of `segment` octets."""
    with path.open("wb") as file:
        if segment is None:
            file.write(b"\x04\x88" + size.to_bytes(8, "big"))
            file.truncate(file.tell() + size)
            return path
        file.write(b"\x24\x80")
        for _ in range(size // segment):
            file.write(b"\x04\x84" + segment.to_bytes(4, "big"))
            file.seek(segment, 1)
        file.write(b"\x00\x00")
    return path


def warm(path: Path) -> None:
    """Bring the file into the page cache."""
    for _ in FileContent(path).segments():
        pass


def span(path: Path) -> Content:
    """Find the content in a mapped file, as reading a message does."""
    return SpanContent(s.decode(s.SPAN, map_file(path), mode=s.BER, budget=s.Budget(size=1 << 40)))


def measure(name: str, make: Callable[[], Content], oid: str, rate: float) -> bool:
    """Hash twice, for the rate and (watched, which costs time) for memory; judge memory."""
    before, most = anonymous(), 0

    def look(_read: int) -> None:
        nonlocal most
        most = max(most, anonymous() - before)

    start = time.process_time()
    content = make()
    content.digest_many([oid])
    spent = time.process_time() - start
    tracemalloc.start()
    make().digest_many([oid], progress=look)
    heap = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    good = max(most, heap) < AIM_MEMORY
    print(
        f"{name:<12}{content.size / spent / 1e6:>8.0f} MB/s"
        f"{content.size / spent / rate:>6.2f} of the digest alone"
        f"{most / 1e6:>8.1f} MB anonymous{heap / 1e6:>8.1f} MB heap   {'ok' if good else 'MISSED'}"
    )
    return good


def main() -> None:
    """Measure each form in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gib", type=float, default=5)
    parser.add_argument("--digest", choices=DIGESTS, default="streebog256")
    parser.add_argument("--folder", type=Path, default=None, help="where the sparse files may lie")
    options = parser.parse_args()
    size, oid = int(options.gib * (1 << 30)) & -(1 << 20), DIGESTS[options.digest]
    rate = alone(oid)
    print(f"{options.digest}: {rate / 1e6:.0f} MB/s alone; {size / (1 << 30):.2f} GiB")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "large"
        with path.open("wb") as file:
            file.truncate(size)
        warm(path)
        results = [measure("detached", lambda: FileContent(path), oid, rate)]
        for name, segment in {"DER": None, **SEGMENTS}.items():
            warm(written(path, size, segment))
            results.append(measure(name, lambda: span(path), oid, rate))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
