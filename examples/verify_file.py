"""Judge one signed file and say the answer in words: python verify_file.py FILE [ANCHOR...]."""

import sys

import zaruka
from zaruka.messages import messages
from zaruka.reports.page import headline

source, *anchors = sys.argv[1:]
say = messages("en")

report = zaruka.verify(source, anchors=anchors)
for signature in report.signatures:
    print(headline(signature.conclusion, say))
    if signature.signer is not None:
        print("  signed by", signature.signer.name)
    for finding in signature.findings:
        if finding.severity in {zaruka.Severity.FAIL, zaruka.Severity.UNKNOWN}:
            print("  ", finding.rule.code, finding.rule.clause, finding.subject.name)
