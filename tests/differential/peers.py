"""The same chain through other programs: each says whether it accepts it."""

from __future__ import annotations

import asyncio
import base64
import subprocess
from datetime import timedelta
from pathlib import Path

from asn1crypto import crl, x509
from chains import ANY_POLICY, Chain
from cryptography.x509 import load_der_x509_certificate
from cryptography.x509.verification import (
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from zaruka.findings import Indication
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import parse_policy
from zaruka.validation.process import validate_certificate

GOST = "1.2.643."
POLICY = """name = "differential"
[revocation]
signer = "{required}"
authorities = "{required}"
[paths]
initial_policies = {policies}
explicit_policy = {explicit}
inhibit_policy_mapping = {mapping}
inhibit_any_policy = {any}
"""


def is_gost(chain: Chain) -> bool:
    return chain.leaf.key.algorithm.oid.startswith(GOST)


def zaruka(chain: Chain) -> bool:
    """Judge by the whole validation, with the inputs that the chain is judged by."""

    def words(values) -> str:
        return "[" + ", ".join(f'"{value}"' for value in values) + "]"

    text = POLICY.format(
        required="inform" if chain.crls is None else "fail",
        policies=words(chain.policies or ["2.5.29.32.0"]),
        explicit=str(chain.explicit_policy).lower(),
        mapping=str(chain.inhibit_mapping).lower(),
        any=str(chain.inhibit_any).lower(),
    )
    evidence = Evidence.of(
        "given", certificates=(*chain.middles, chain.anchor), crls=chain.crls or ()
    )
    trust = TrustBase(given([chain.anchor]))
    report = validate_certificate(
        chain.leaf, Context(parse_policy(text), chain.at, trust, evidence)
    )
    return report.conclusion.indication is Indication.PASSED


def openssl(chain: Chain, program: str, folder: Path) -> bool:
    """Ask `openssl verify`; trust without self-signature, everything else by default."""

    def write(file: str, label: str, objects) -> str:
        text = b"".join(
            f"-----BEGIN {label}-----\n".encode()
            + base64.encodebytes(one.der)
            + f"-----END {label}-----\n".encode()
            for one in objects
        )
        (folder / file).write_bytes(text)
        return str(folder / file)

    words = ["-engine", "gost"] * is_gost(chain)  # before the certificates are read
    words += ["-attime", str(int(chain.at.timestamp())), "-policy_check", "-partial_chain"]
    words += ["-no-CApath", "-no-CAstore", "-CAfile", write("root", "CERTIFICATE", [chain.anchor])]
    if chain.middles:
        words += ["-untrusted", write("middles", "CERTIFICATE", chain.middles)]
    if chain.crls is not None:
        words += ["-crl_check_all", "-extended_crl", "-use_deltas"]
        words += ["-CRLfile", write("crls", "X509 CRL", chain.crls)] if chain.crls else []
    words += [word for oid in chain.policies or [ANY_POLICY] for word in ("-policy", oid)]
    words += ["-explicit_policy"] * chain.explicit_policy
    words += ["-inhibit_map"] * chain.inhibit_mapping + ["-inhibit_any"] * chain.inhibit_any
    leaf = write("leaf", "CERTIFICATE", [chain.leaf])
    done = subprocess.run(
        [program, "verify", *words, leaf], capture_output=True, text=True, check=False
    )
    return done.returncode == 0


def certvalidator(chain: Chain) -> bool:
    """Ask pyHanko's certvalidator; revocation is required where lists are given."""
    # It may be absent.
    from pyhanko_certvalidator import (  # noqa: PLC0415
        CertificateValidator,
        ValidationContext,
    )
    from pyhanko_certvalidator.authority import CertTrustAnchor  # noqa: PLC0415
    from pyhanko_certvalidator.errors import PathBuildingError, ValidationError  # noqa: PLC0415
    from pyhanko_certvalidator.policy_decl import AcceptAllAlgorithms, PKIXValidationParams  # noqa: PLC0415

    def certificate(one) -> x509.Certificate:
        return x509.Certificate.load(bytes(one.der))

    context = ValidationContext(
        trust_roots=[CertTrustAnchor(certificate(chain.anchor), None, True)],
        crls=[crl.CertificateList.load(bytes(one.der)) for one in chain.crls or ()],
        moment=chain.at,
        best_signature_time=chain.at,
        revocation_mode="soft-fail" if chain.crls is None else "require",
        algorithm_usage_policy=AcceptAllAlgorithms(),
        time_tolerance=timedelta(),
    )
    params = PKIXValidationParams(
        user_initial_policy_set=frozenset(chain.policies or ["any_policy"]),
        initial_explicit_policy=chain.explicit_policy,
        initial_policy_mapping_inhibit=chain.inhibit_mapping,
        initial_any_policy_inhibit=chain.inhibit_any,
    )
    try:
        validator = CertificateValidator(
            certificate(chain.leaf), [*map(certificate, chain.middles)], context, params
        )
        asyncio.run(validator.async_validate_path())
    except (PathBuildingError, ValidationError):
        return False
    except (ValueError, TypeError, KeyError, NotImplementedError):  # it stumbles
        return False
    return True


def known_to_library(chain: Chain) -> bool:
    """Whether `cryptography` is asked no more than it judges: it has no policies, no revocation."""
    asked = chain.explicit_policy, chain.inhibit_mapping, chain.inhibit_any
    return chain.crls is None and not chain.policies and not any(asked)


def library(chain: Chain) -> bool:
    """Ask `cryptography`: CA certificates by its profile of the Web, leaves by none."""
    try:
        anchor, leaf = (load_der_x509_certificate(c.der) for c in (chain.anchor, chain.leaf))
        middles = [load_der_x509_certificate(one.der) for one in chain.middles]
        verifier = (
            PolicyBuilder()
            .store(Store([anchor]))
            .time(chain.at)
            .extension_policies(
                ca_policy=ExtensionPolicy.webpki_defaults_ca(),
                ee_policy=ExtensionPolicy.permit_all(),
            )
            .build_client_verifier()
        )
        verifier.verify(leaf, middles)
    except (VerificationError, ValueError):
        return False
    return True
