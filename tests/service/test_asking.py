"""The lawyer's question: was this authority accredited on the day it issued this certificate?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from minted_lists import ISSUED, YEAR, Party, russian_list

from zaruka.errors import ConfigError, InputError
from zaruka.lab.lists import Accredited
from zaruka.service.asking import find_subject, history_of, listed
from zaruka.service.lists import Obtained
from zaruka.trust import Standing

DAY = timedelta(days=1)
START, PAUSE, AGAIN, END = (ISSUED - n * DAY for n in (300, 200, 150, 50))
STATUSES = (
    ("Действует", START),
    ("Приостановлена", PAUSE),
    ("Действует", AGAIN),
    ("Прекращена", END),
)
OGRN = "1027700132195"
NOW = ISSUED + DAY


@pytest.fixture(scope="module")
def authority():
    return Party("Центр")


@pytest.fixture
def filled(taking, store, source, authority):
    """Two issues: until the end was known, and after."""

    def issue(version, statuses, others=()):
        found = Accredited("Центр", OGRN, (authority.certificate,), statuses)
        octets = russian_list(found, *others, version=version)
        taking.accept(taking.propose(source, Obtained(octets, "list.xml")), obtained[version])

    obtained = {5: END - DAY, 6: ISSUED}
    issue(5, STATUSES[:3])
    issue(6, STATUSES)
    return store


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (START - DAY, None),
        (START, Standing.GRANTED),
        (PAUSE + DAY, Standing.SUSPENDED),
        (AGAIN + DAY, Standing.GRANTED),
        (END + DAY, Standing.ENDED),
        (NOW, Standing.ENDED),
    ],
)
def test_an_authority_stood_as_the_newest_list_says(filled, at, standing):
    history = history_of(find_subject(OGRN, filled), filled, at, NOW)
    found = None if history.standing is None else history.standing.statement.standing
    assert found is standing
    if history.standing is not None:
        assert history.standing.last.sequence == 6


def test_what_was_known_then_may_differ(filled):
    at = END + DAY
    history = history_of(find_subject(OGRN, filled), filled, at, NOW)
    assert history.was_known
    assert history.known_then.standing is Standing.GRANTED
    early = history_of(find_subject(OGRN, filled), filled, START + DAY, NOW)
    assert not early.was_known


def test_a_certificate_is_asked_about_on_the_day_of_its_issue(filled, authority, tmp_path):
    signer = Party("Подписант", authority, ca=False, years=(0, 1))
    shifted = tmp_path / "signer.cer"
    shifted.write_bytes(signer.certificate.der)
    subject = find_subject(str(shifted), filled)
    assert subject.certificate == signer.certificate
    assert subject.issuer == authority.certificate
    history = history_of(subject, filled, None, NOW)
    assert history.at == signer.certificate.not_before
    assert history.standing.statement.standing is Standing.ENDED


def test_a_namesake_with_another_key_is_not_the_issuer(filled, tmp_path):
    namesake = Party("Центр", kind="p-256")
    signer = Party("Подписант", namesake, ca=False)
    (tmp_path / "signer.cer").write_bytes(signer.certificate.der)
    with pytest.raises(InputError) as raised:
        find_subject(str(tmp_path / "signer.cer"), filled)
    assert raised.value.code == "trust.not-listed"


def test_fingerprints_are_read_as_people_write_them(filled, authority):
    sha256 = authority.certificate.sha256
    spaced = ":".join(sha256[n : n + 2] for n in range(0, 64, 2)).upper()
    assert find_subject(spaced, filled).stated == find_subject(sha256, filled).stated != ()


def test_what_no_list_knows_is_named(filled):
    for asked in ("никто", "ab" * 32):
        with pytest.raises(InputError) as raised:
            find_subject(asked, filled)
        assert raised.value.code == "trust.not-listed"


def test_a_name_of_several_authorities_is_no_question(filled):
    with pytest.raises(ConfigError) as raised:
        history_of(find_subject("ц", filled), filled, None, NOW)
    assert raised.value.code == "trust.several"


def test_everybody_is_listed_as_they_stood_or_were_known(filled):
    def standings(at, known=None):
        found = listed(filled, at, search="центр", known=known)
        return [each.statement.standing for each in found]

    assert standings(END + DAY) == [Standing.ENDED]
    assert standings(END + DAY, known=END + DAY) == [Standing.GRANTED]
    assert standings(END + DAY, known=START) == []
    assert standings(START - DAY) == []
    assert listed(filled, NOW, country="BY") == ()
    assert len(listed(filled, NOW, country="RU")) == 2


def test_years_hence_the_answer_is_the_same(filled):
    subject = find_subject(OGRN, filled)
    today = history_of(subject, filled, PAUSE + DAY, NOW)
    later = history_of(subject, filled, PAUSE + DAY, NOW + 8 * YEAR)
    assert today == later
