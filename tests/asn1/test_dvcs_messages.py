"""DVCS messages: six of 2012 by a Russian service, read and written back to the same octets."""

from __future__ import annotations

import pytest

from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import (
    CCPD,
    CPD,
    DVCS_REQUEST,
    DVCS_REQUEST_INFORMATION,
    DVCS_RESPONSE,
    VPKC,
    CertEtcToken,
    DVCSRequestInformation,
)
from zaruka.errors import InputError
from zaruka.signatures.cms import parse_signed_data
from zaruka.x509 import Certificate

SERVICES = {"ccpd": CCPD, "cpd": CPD, "vpkc": VPKC}


def content(shared, name):
    document = parse_signed_data((shared / "real/ru/dvcs" / f"{name}_tomsk.der").read_bytes())
    return bytes(document.encapsulated)


@pytest.mark.parametrize("service", SERVICES)
def test_a_request_says_its_service_and_is_written_back_as_it_was(shared, service):
    octets = content(shared, f"request_{service}")
    request = s.decode(DVCS_REQUEST, octets)
    assert request.request_information.service == SERVICES[service]
    assert request.transaction_identifier is not None
    assert (
        request.data.value[0]
        == {
            "ccpd": "messageImprint",
            "cpd": "message",
            "vpkc": "certs",
        }[service]
    )
    assert s.encode(DVCS_REQUEST, request) == octets


@pytest.mark.parametrize("service", SERVICES)
def test_a_response_is_granted_and_is_written_back_as_it_was(shared, service):
    octets = content(shared, f"response_{service}")
    kind, info = s.decode(DVCS_RESPONSE, octets)
    assert (kind, info.dv_req_info.service) == ("dvCertInfo", SERVICES[service])
    assert info.dv_status.status == 0
    assert info.response_time[0] == "genTime"
    assert s.encode(DVCS_RESPONSE, (kind, info)) == octets


def test_evidence_of_a_chain_is_read_out_of_its_tags_and_put_back(shared):
    _, info = s.decode(DVCS_RESPONSE, content(shared, "response_vpkc"))
    (chain,) = info.certs
    tokens = [CertEtcToken.parse(each) for each in (chain.target, *chain.chain)]
    assert [each.kind for each in tokens] == ["certificate", "crl", "pkistatus"]
    assert (
        Certificate.parse(tokens[0].der).subject.get("2.5.4.3") == "Тестовый Пользователь УЦ Сибири"
    )
    assert [each.octets for each in tokens] == [chain.target, *chain.chain]


@pytest.mark.parametrize("octets", [b"", b"\x04\x00", b"\xa9\x00", b"\x80\x00"])
def test_what_is_no_token_is_refused(octets):
    with pytest.raises(InputError):
        CertEtcToken.parse(octets)


def test_what_follows_an_absent_request_time_is_not_taken_for_it():
    information = DVCSRequestInformation(
        1, CPD, dvcs=(("dNSName", "dvcs.example"),), data_locations=(("registeredID", "1.2.3"),)
    )
    octets = s.encode(DVCS_REQUEST_INFORMATION, information)
    assert s.decode(DVCS_REQUEST_INFORMATION, octets) == information
