"""Ask what would settle an open verdict: python what_is_missing.py FILE.

Validation never fetches. It names what it needs and where the objects themselves say it can be
had; obtain it and ask again.
"""

import sys

import zaruka

report = zaruka.verify(sys.argv[1])
print(report.conclusion.indication, report.conclusion.sub_indication or "")
for need in report.needs:
    print(f"needs {need.kind} for {need.name}:", ", ".join(need.addresses) or "no address known")
