"""Chains, lists and answers made to exhaust: a verdict or an error in 2 s and 256 MB.

Both bounds are the kernel's: whoever breaks one is killed or gets no memory, which is no verdict.
That of time is thrice as long here, for a slow machine with other work.
"""

from __future__ import annotations

import base64
import json
import resource
import subprocess
import sys
from itertools import pairwise

import pytest

from hierarchy import END, NOW, Authority
from zaruka.asn1 import extensions as asn1
from zaruka.asn1 import pkix
from zaruka.signatures.creation import Signer, sign_cades
from zaruka.x509.issuing import extension, issue_ocsp_response

SECONDS, MEMORY = 6, 256 << 20
PASSED, INDETERMINATE, UNREADABLE = 0, 2, 3
ROOT, LEAF = Authority("root"), Authority("leaf")


def bounded():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


@pytest.fixture
def bench(tmp_path):
    """Return a folder with a trusted root and its empty list."""
    (tmp_path / "root.cer").write_bytes(ROOT.anchor().certificate.der)
    (tmp_path / "root.crl").write_bytes(ROOT.crl().der)
    return tmp_path


def verdict(folder, *words):
    """Run the command in its bounds; give its status and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "zaruka", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        preexec_fn=bounded,
    )
    assert done.returncode >= 0, "killed: out of its time"
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def verified(folder, *words):
    at = ["--at", NOW.isoformat(), "--lang", "en"]
    status, text = verdict(folder, "verify", *words, "--anchor", "root.cer", *at, "--json")
    return status, json.loads(text)


def codes(report) -> set[str]:
    """Collect the codes of everything that was found, wherever it stands in the report."""
    found, stack = set(), [report]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            found |= {value["code"]} if "code" in value else set()
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return found


def pem(certificates) -> bytes:
    head, tail = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"
    return b"".join(head + base64.encodebytes(c.der) + tail for c in certificates)


@pytest.fixture(scope="module")
def ten_thousand():
    """Make a chain of ten thousand certificates under the root, from the root down."""
    links = [ROOT, *(Authority(f"link {n}") for n in range(10_000))]
    return [above.issue(below) for above, below in pairwise(links)]


def test_a_chain_of_ten_thousand_certificates(bench, ten_thousand):
    *chain, leaf = ten_thousand
    (bench / "leaf.cer").write_bytes(leaf.der)
    (bench / "chain.pem").write_bytes(pem(chain))
    status, report = verified(bench, "leaf.cer", "--cert", "chain.pem")
    assert status == INDETERMINATE
    assert "x509.chain-too-long" in codes(report)


def test_ten_thousand_certificates_in_one_file_to_judge(bench, ten_thousand):
    (bench / "chain.pem").write_bytes(pem(ten_thousand))
    status, report = verified(bench, "chain.pem")
    assert status == UNREADABLE
    assert report["error"]["code"] == "input.too-many-objects"


def test_a_signature_that_brings_ten_thousand_certificates(bench, ten_thousand):
    signer = Signer(Authority("link 9999").issuer.private_key, ten_thousand[-1])
    message = sign_cades(b"text", [signer], signing_time=NOW, entropy=bytes, chain=ten_thousand)
    (bench / "text.p7s").write_bytes(message)
    status, report = verified(bench, "text.p7s")
    assert status in {INDETERMINATE, UNREADABLE}
    assert codes(report) & {"x509.chain-too-long", "cms.too-many-certificates"}
    assert verdict(bench, "inspect", "text.p7s")[0] in {PASSED, UNREADABLE}


def subtrees(count: int):
    return tuple(asn1.GeneralSubtree(("dNSName", f"{n:x}"), 0, None) for n in range(count))


@pytest.mark.parametrize("kind", ["permitted", "excluded"])
def test_a_hundred_thousand_name_constraints(bench, kind):
    bases = subtrees(100_000)
    value = asn1.NameConstraints(*((bases, None) if kind == "permitted" else (None, bases)))
    middle = Authority("middle")
    constrained = ROOT.issue(middle, [extension("2.5.29.30", value, critical=True)])
    names = [("dNSName", f"name-{n}.example") for n in range(1_000)]
    leaf = middle.issue(LEAF, [extension("2.5.29.17", names)], ca=False)
    (bench / "leaf.cer").write_bytes(leaf.der)
    (bench / "middle.cer").write_bytes(constrained.der)
    (bench / "middle.crl").write_bytes(middle.crl().der)
    words = ["leaf.cer", "--cert", "middle.cer", "--crl", "root.crl", "--crl", "middle.crl"]
    status, report = verified(bench, *words)
    assert status == INDETERMINATE
    assert codes(report) & {"x509.name-not-permitted", "x509.name-constraint-budget"}
    assert verdict(bench, "inspect", "middle.cer")[0] in {PASSED, UNREADABLE}


def policies(*oids: str) -> pkix.Extension:
    return extension("2.5.29.32", [asn1.PolicyInformation(oid, None) for oid in oids])


@pytest.mark.parametrize("breadth", [2, 50])
def test_a_policy_tree_that_would_double_at_each_level(bench, breadth):
    oids = [f"1.2.3.{n}" for n in range(1, breadth + 1)]
    pairs = tuple(asn1.PolicyMapping(one, other) for one in oids for other in oids)
    both = [policies(*oids), extension("2.5.29.33", pairs)]
    explicit = extension("2.5.29.36", asn1.PolicyConstraints(0, None), critical=True)
    links = [ROOT, *(Authority(f"level {n}") for n in range(19))]
    chain = [one.issue(other, [*both, explicit]) for one, other in pairwise(links)]
    leaf = links[-1].issue(LEAF, [policies(*oids)], ca=False)
    (bench / "leaf.cer").write_bytes(leaf.der)
    (bench / "chain.pem").write_bytes(pem(chain))
    (bench / "crls").mkdir()
    for number, one in enumerate(links):
        (bench / f"crls/{number}.crl").write_bytes(one.crl().der)
    status, report = verified(bench, "leaf.cer", "--cert", "chain.pem", "--crl", "crls")
    assert status == PASSED, codes(report)
    assert "x509.no-valid-policy" not in codes(report)


def test_a_revocation_list_of_half_a_gigabyte_of_zeros(bench):
    (bench / "leaf.cer").write_bytes(ROOT.issue(LEAF, ca=False).der)
    with (bench / "zeros.crl").open("wb") as file:
        file.truncate(500 << 20)
    for words in (["leaf.cer", "--crl", "zeros.crl"], ["zeros.crl"]):
        status, report = verified(bench, *words)
        assert status == UNREADABLE
        assert report["error"]["remedy"]
    assert verdict(bench, "inspect", "zeros.crl")[0] in {PASSED, UNREADABLE}


def test_a_list_whose_header_promises_half_a_gigabyte_of_zeros(bench):
    (bench / "leaf.cer").write_bytes(ROOT.issue(LEAF, ca=False).der)
    size = (500 << 20) - 6
    with (bench / "zeros.crl").open("wb") as file:
        file.write(b"\x30\x84" + size.to_bytes(4) + b"\x30\x84" + (size - 6).to_bytes(4))
        file.truncate(500 << 20)
    for words in (["leaf.cer", "--crl", "zeros.crl"], ["zeros.crl"]):
        status, report = verified(bench, *words)
        assert status == UNREADABLE
        assert report["error"]["remedy"]


def test_an_answer_that_names_a_thousand_responders(bench):
    signer = Authority("responder")
    leaf = ROOT.issue(LEAF, ca=False)
    decoys = [Authority("responder", secret=str(n)) for n in range(1_000)]
    answer = issue_ocsp_response(
        signer.issuer,
        leaf,
        ROOT.anchor(),
        this_update=NOW,
        next_update=END,
        hash_oid="1.3.14.3.2.26",
        certificates=[ROOT.issue(one, ca=False, serial=n + 9) for n, one in enumerate(decoys)],
        entropy=b"",
    )
    (bench / "leaf.cer").write_bytes(leaf.der)
    (bench / "answer.ocsp").write_bytes(answer.der)
    status, report = verified(bench, "leaf.cer", "--ocsp", "answer.ocsp")
    assert status == INDETERMINATE
    assert "x509.ocsp-signature" in codes(report)
    assert verified(bench, "answer.ocsp")[0] in {INDETERMINATE, 1}


def test_two_hundred_signatures_over_a_thousand_lists_each(bench):
    impostor = Authority("root", secret="impostor")
    signer = Signer(LEAF.issuer.private_key, ROOT.issue(LEAF, ca=False))
    message = sign_cades(b"text", [signer] * 200, signing_time=NOW, entropy=bytes)
    (bench / "text.p7s").write_bytes(message)
    (bench / "crls").mkdir()
    for number in range(1_000):
        (bench / f"crls/{number}.crl").write_bytes(impostor.crl(number=number).der)
    status, report = verified(bench, "text.p7s", "--crl", "crls")
    assert status == INDETERMINATE
    assert "x509.revocation-budget" in codes(report)
