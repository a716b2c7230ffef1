"""Let Zaruka obtain what a verdict lacks: python obtain_what_is_missing.py FILE [ALLOWED_HOST...].

What comes is kept in zaruka.db and zaruka.evidence here, and used again while it is good. Hosts
that are not on the public internet are asked only if they are named.
"""

import sys
from pathlib import Path

import zaruka
from zaruka.fetch import Settings
from zaruka.stores.database import Database
from zaruka.stores.evidence import EvidenceStore

source, *allowed = sys.argv[1:]

with Database.open("zaruka.db") as database:
    store = EvidenceStore(database, Path("zaruka.evidence"))
    online = zaruka.Online(Settings(allow=tuple(allowed)), store=store)
    report = zaruka.verify(source, fetch=online)

print(report.conclusion.indication, report.conclusion.sub_indication or "")
for fact in report.facts:
    if fact.obtained is not None:
        print(f"{fact.kind} of {fact.source}, obtained {fact.obtained:%Y-%m-%d %H:%M} UTC")
for finding in report.findings:
    print(finding.rule.code, dict(finding.details))
