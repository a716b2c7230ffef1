"""Count the departures of real certificates from their national profiles: docs/census.md.

    python docs/census.py [SHARED]         print the tables as they are now
    python docs/census.py [SHARED] --write put the numbers into docs/census.md

SHARED is the folder of shared material (`../shared` beside the checkout, or ZARUKA_SHARED). The
explanations stand in docs/census.md and are kept; a departure without one gets an empty cell.
"""

from __future__ import annotations

import base64
import os
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zaruka.findings import Severity
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.messages import messages
from zaruka.x509 import Certificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.findings import Finding
    from zaruka.validation.jurisdiction import Jurisdiction

PAGE = Path(__file__).with_name("census.md")
_SAY = messages("en")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END", re.DOTALL)


class Row(NamedTuple):
    """One kind of departure: the rule, what departs, how many certificates, of which years."""

    rule: str
    what: str
    count: str
    years: str


def russian(shared: Path) -> list[Certificate]:
    """Read the certificates of the accredited authorities."""
    pem = (shared / "real" / "ru" / "accredited-ca.pem").read_bytes()
    return [Certificate.parse(base64.b64decode(each)) for each in _PEM.findall(pem)]


def belarusian(shared: Path) -> list[Certificate]:
    """Read the certificates of GosSUOK."""
    files = sorted((shared / "real" / "by").glob("*.cer"))
    return [Certificate.parse(file.read_bytes()) for file in files]


def tables(shared: Path) -> dict[str, list[Row]]:
    """Count both countries' departures."""
    return {
        "russia": count(RUSSIA, russian(shared)),
        "belarus": count(BELARUS, belarusian(shared)),
    }


def count(jurisdiction: Jurisdiction, certificates: Iterable[Certificate]) -> list[Row]:
    """Count each departure by certificate and year of issue; most frequent first in a rule."""
    years: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for certificate in certificates:
        met = {
            (finding.rule.code, what)
            for finding in jurisdiction.findings(certificate)
            if finding.severity is not Severity.PASS
            for what in _what(finding)
        }
        for each in met:
            years[each][certificate.not_before.year] += 1
    rows = [
        Row(
            f"`{rule}`",
            what,
            str(by_year.total()),
            ", ".join(f"{year}: {number}" for year, number in sorted(by_year.items())),
        )
        for (rule, what), by_year in years.items()
    ]
    return sorted(rows, key=lambda row: (row.rule, -int(row.count), row.what))


def _what(finding: Finding) -> Iterator[str]:
    """Name what departs: each attribute or extension by itself, else the value found."""
    oids = finding.details.get("attributes") or finding.details.get("extensions")
    kind = finding.rule.code.rsplit(".", 1)[-1]
    if kind in {"attribute-missing", "address-incomplete", "extension-missing"}:
        oids = finding.actual
    if kind == "attribute-type":
        yield str(finding.actual)
    elif kind == "identifier-incorrect":
        yield str(finding.details["identifier"])
    elif kind == "identification-kind":
        yield f"{finding.actual}: {_SAY(f'words.identification_kind.{finding.actual}')}"
    elif oids:
        yield from (_SAY.name_of(oid) for oid in str(oids).split())
    else:
        yield "; ".join(_SAY.name_of(oid) for oid in (finding.actual or "").split())


def written(page: str) -> dict[str, dict[Row, str]]:
    """Read the tables of the page: each row, and its explanation."""
    found = {}
    for name, body in re.findall(r"<!-- (\w+) -->\n(.*?)<!-- end -->", page, re.DOTALL):
        lines = [line.strip("| ").split(" | ") for line in body.splitlines()[2:]]
        found[name] = {
            Row(*(cell.strip() for cell in line[:4])): "".join(line[4:]).strip() for line in lines
        }
    return found


def rewritten(page: str, now: dict[str, list[Row]]) -> str:
    """Put the numbers of now into the page."""
    explained = {
        (row.rule, row.what): why for rows in written(page).values() for row, why in rows.items()
    }
    for name, rows in now.items():
        lines = [
            f"| {row.rule} | {row.what} | {row.count} | {row.years} "
            f"| {explained.get((row.rule, row.what), '')} |"
            for row in rows
        ]
        head = "| finding | of what | certificates | years | why, and what we do |\n"
        table = head + "|---|---|---|---|---|\n" + "\n".join(lines)
        page = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)",
            lambda match, table=table: f"{match[1]}{table}\n{match[2]}",
            page,
            flags=re.DOTALL,
        )
    return page


def main() -> int:
    """Print the page with the numbers of now, or write it."""
    arguments = [each for each in sys.argv[1:] if each != "--write"]
    beside = Path(__file__).parents[2] / "shared"
    shared = Path(arguments[0] if arguments else os.environ.get("ZARUKA_SHARED", beside))
    page = rewritten(PAGE.read_text(encoding="utf-8"), tables(shared))
    if "--write" in sys.argv:
        PAGE.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
