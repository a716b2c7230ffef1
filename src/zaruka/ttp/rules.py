"""What is checked of receipts and requests: STB 34.101.81-2019, RFC 3029, EEC Collegium 125."""

from __future__ import annotations

from zaruka.findings import Rule

_STB = "STB 34.101.81"

# The answer itself.
UNSIGNED = Rule("ttp.unsigned", f"{_STB} 7.3")
SIGNATURE = Rule("ttp.signature", f"{_STB} 6.15; RFC 3029 9")
VERSION = Rule("ttp.version", f"{_STB} 7.1.9")
EXTENSION = Rule("ttp.extension", f"{_STB} 7.1.9")
STATUS = Rule("ttp.status", f"{_STB} 7.1.3, 7.3")
SERVICE = Rule("ttp.service", f"{_STB} 5.2")

# The certificate of who gave it.
KEY_PURPOSE = Rule("ttp.key-purpose", f"{_STB} 6.9; RFC 3029 8")
KEY_USAGE = Rule("ttp.key-usage", f"{_STB} 6.8")
CERTIFICATE_REFERENCE = Rule("ttp.certificate-reference", f"{_STB} 6.7")
RECOGNISED = Rule("ttp.recognised", "agreement RU-BY of 15.04.2024, annex")
SERVICE_NAME = Rule("ttp.service-name", f"{_STB} 6.14")

# When.
TIME = Rule("ttp.time", f"{_STB} 6.14")
TIME_STAMP = Rule("ttp.time-stamp", f"{_STB} 6.4, 7.1.2")

# What it is about.
OBJECT = Rule("ttp.object", f"{_STB} 6.14, 7.1.9")
OBJECT_NOT_COMPARED = Rule("ttp.object-not-compared", f"{_STB} 6.14")
OBJECT_SPLIT = Rule("ttp.object-split", f"{_STB} 7.1.8")
CONTENT_NOT_SHOWN = Rule("ttp.content-not-shown", f"{_STB} 7.1.8")
DOCUMENT = Rule("ttp.document", f"{_STB} 6.14; RFC 5652 11.2")

# What it holds.
CHAINS = Rule("ttp.chains", f"{_STB} 7.1.9")
CONTRADICTION = Rule("ttp.contradiction", f"{_STB} 7.3")
NESTED = Rule("ttp.nested", f"{_STB} 7.1.5")
NESTED_OTHER = Rule("ttp.nested-other", f"{_STB} 7.1.5, 7.1.9")
NESTED_TOO_DEEP = Rule("ttp.nested-too-deep", f"{_STB} 7.1.5")

# Against the request, and against another receipt.
NONCE = Rule("ttp.nonce", f"{_STB} 7.1.9")
REQUEST_COPIED = Rule("ttp.request-copied", f"{_STB} 7.1.9")
REQUEST_IMPRINT = Rule("ttp.request-imprint", f"{_STB} 7.1.9")
TRANSACTION = Rule("ttp.transaction", f"{_STB} 7.2")
SERIAL_ORDER = Rule("ttp.serial-order", f"{_STB} 6.3")
TIME_ORDER = Rule("ttp.time-order", f"{_STB} 7.1.2")


# Of the Eurasian Economic Commission's receipt.
_EEC = "EEC Collegium 125; urn:EEC:TTP:v1.0:receipt"
EEC_COVERAGE = Rule("ttp.eec-coverage", "EEC Collegium 125; urn:EEC:SignedData:v1.0:EDoc")
EEC_DOCUMENT = Rule("ttp.eec-document", _EEC)
EEC_REPORT = Rule("ttp.eec-report", _EEC)
