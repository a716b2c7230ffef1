"""Let Zaruka obtain what a verdict lacks: python obtain_what_is_missing.py FILE [ALLOWED_HOST...].

What comes is kept in zaruka.db and zaruka.evidence here, and used again while it is good. Hosts
that are not on the public internet are asked only if they are named.
"""

import sys

import zaruka
from zaruka.fetch import Settings
from zaruka.service.online import keep_beside

source, *allowed = sys.argv[1:]

online = zaruka.Online(Settings(allow=tuple(allowed)), store=keep_beside("zaruka.db"))
report = zaruka.verify(source, fetch=online)

print(report.conclusion.indication, report.conclusion.sub_indication or "")
for fact in report.facts:
    if fact.obtained is not None:
        print(f"{fact.kind} of {fact.source}, obtained {fact.obtained:%Y-%m-%d %H:%M} UTC")
for finding in report.findings:
    print(finding.rule.code, dict(finding.details))
