"""Two countries, each with a third party whose receipts cross the border."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from zaruka.asn1.dvcs import VSD
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent
from zaruka.trust import TrustBase, given
from zaruka.ttp.checking import Shown
from zaruka.ttp.documents import attach
from zaruka.ttp.issuing import Authority, Judgement, answer_request
from zaruka.ttp.profiles import profile_named
from zaruka.ttp.reading import parse_response
from zaruka.ttp.requests import make_request
from zaruka.ttp.serials import GivenSerial
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import evidence_of, validate_document

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
SIGNED = NOW - timedelta(days=1)
BID = "Предложение участника (учебное)\n".encode()
PROFILES = {"BY": "by-crossborder", "RU": "ru"}


class Country:
    """A hierarchy, a signer and a third party."""

    def __init__(self, lab, hierarchy, subject):
        self.lab = lab
        self.hierarchy = hierarchy
        self.signer = hierarchy.enrol(subject, lab.SIGNER)
        self.third_party = hierarchy.enrol(lab.THIRD_PARTY, lab.RECEIPTS)

    def enrol_third_party(self, extensions, **validity):
        return self.hierarchy.enrol(self.lab.THIRD_PARTY, extensions, **validity)


class World:
    """Both countries, and the trust and evidence of somebody who believes both."""

    def __init__(self):
        self.countries = {
            "BY": Country(by, by.belarus(NOW, os.urandom), by.BIDDER),
            "RU": Country(ru, ru.russia(NOW, os.urandom), ru.CONTRACTOR),
        }

    def context(self, at=NOW, *, trusting=("BY", "RU")):
        hierarchies = [self.countries[code].hierarchy for code in trusting]
        roots = [each.root.certificate for each in hierarchies]
        evidence = Evidence.of(
            "given",
            certificates=[each.authority.certificate for each in hierarchies],
            crls=[crl for each in hierarchies for crl in each.lists()],
        )
        return Context(
            policy=built_in(),
            at=at,
            trust=TrustBase(given(roots)),
            evidence=evidence + Evidence.of("anchor", certificates=roots),
            jurisdictions=(RUSSIA, BELARUS),
        )

    def signature(self, code="BY", content=BID, *, signers=None, detached=True):
        """Sign and stamp: CAdES B-T."""
        country = self.countries[code]
        message = country.hierarchy.sign(
            content, signers or [country.signer], at=SIGNED, detached=detached
        )
        return country.hierarchy.stamp(message, 0, at=SIGNED + timedelta(seconds=5))

    def authority(self, code="BY", profile=None, *, number=7, member=None, context=None, **more):
        member = member or self.countries[code].third_party
        return Authority(
            signer=member.signer,
            profile=profile_named(profile or PROFILES[code]),
            serials=more.pop("serials", GivenSerial(number)),
            context=context or self.context(),
            entropy=os.urandom,
            **more,
        )

    def judge(self, context=None, **more):
        """Return what judges the document of a request."""
        context = context or self.context()

        def judge(message, _):
            document = parse_signed_data(message)
            tokens = [t for s in document.signatures for e in s.evidence for t in e.tokens]
            return Judgement(
                validate_document(document, None, context),
                context.evidence + evidence_of(document),
                tokens={token.sha256: token.der for token in tokens},
                **more,
            )

        return judge

    def receipt(self, message, content=BID, *, code="BY", profile=None, judge=None, **more):
        """Ask for a receipt on a signature and its document, and read the answer."""
        sent = message if content is None else attach(message, content)
        return parse_response(self.answer(sent, code=code, profile=profile, judge=judge, **more))

    def answer(self, message, *, code="BY", profile=None, judge=None, **more):
        authority = self.authority(code, profile, **more)
        request = make_request(authority.profile, VSD, message=message, **_wanted(authority))
        return answer_request(request, authority, judge or self.judge(authority.context))


def _wanted(authority):
    required = authority.profile.transaction == "required"
    return {"transaction": ("registeredID", "1.2.3")} if required else {}


def shown(message, content=BID):
    """Show a signature file and its document to who checks."""
    return Shown(message, None if content is None else BytesContent(content))


def codes(checked, *severities):
    """Give the codes of the findings of these severities."""
    return [f.rule.code for f in checked.findings if not severities or f.severity in severities]
