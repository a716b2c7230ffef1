"""The words that lawyers and accountants of each country use stand where they look for them."""

from __future__ import annotations

import pytest

from zaruka.findings import Conclusion, Indication, SubIndication
from zaruka.messages import messages
from zaruka.reports.page import headline

PASSED, FAILED = Indication.TOTAL_PASSED, Indication.TOTAL_FAILED
OPEN = Indication.INDETERMINATE
SAID = [
    ("ru", PASSED, None, "Подпись действительна."),
    ("be", PASSED, None, "Подпіс сапраўдны."),
    ("ru", FAILED, None, "Подпись недействительна."),
    ("ru-BY", FAILED, None, "ЭЦП недействительна."),
    ("be", FAILED, None, "Подпіс несапраўдны."),
    ("ru", OPEN, None, "Установить действительность не удалось: не хватает сведений."),
    ("ru-BY", OPEN, None, "Установить действительность не удалось: не хватает сведений."),
    ("be", OPEN, None, "Устанавіць сапраўднасць не ўдалося: не хапае звестак."),
    (
        "ru",
        FAILED,
        SubIndication.HASH_FAILURE,
        "Подпись недействительна: документ изменён после подписания или приложен не тот файл.",
    ),
    (
        "ru-BY",
        FAILED,
        SubIndication.HASH_FAILURE,
        "ЭЦП недействительна: целостность документа нарушена или приложен не тот файл.",
    ),
    (
        "be",
        FAILED,
        SubIndication.HASH_FAILURE,
        "Подпіс несапраўдны: дакумент зменены пасля падпісання або далучаны не той файл.",
    ),
    (
        "ru",
        FAILED,
        SubIndication.REVOKED,
        "Подпись недействительна: сертификат прекратил действие до подписания.",
    ),
    ("ru-BY", FAILED, SubIndication.REVOKED, "ЭЦП недействительна: СОК отозван до подписания."),
    (
        "ru",
        OPEN,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        (
            "Установить действительность не удалось: не хватает сведений. Срок сертификата истёк, "
            "а момент подписания ничем не доказан (63-ФЗ, ст. 11)."
        ),
    ),
    (
        "ru-BY",
        OPEN,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        (
            "Установить действительность не удалось: не хватает сведений. Срок СОК истёк, момент "
            "подписания не доказан."
        ),
    ),
    (
        "be",
        OPEN,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        (
            "Устанавіць сапраўднасць не ўдалося: не хапае звестак. Тэрмін сертыфіката скончыўся, "
            "момант падпісання не даказаны."
        ),
    ),
    (
        "ru",
        OPEN,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
        (
            "Установить действительность не удалось: не хватает сведений. Не найден сертификат УЦ, "
            "выдавшего сертификат подписанта."
        ),
    ),
    (
        "be",
        OPEN,
        SubIndication.TRY_LATER,
        (
            "Устанавіць сапраўднасць не ўдалося: не хапае звестак. Звесткі аб адкліканні пакуль "
            "недаступныя."
        ),
    ),
]


@pytest.mark.parametrize(("language", "indication", "sub", "text"), SAID)
def test_a_verdict_is_said_in_the_words_of_the_glossary(language, indication, sub, text):
    assert headline(Conclusion(indication, sub), messages(language)) == text


@pytest.mark.parametrize("sub", SubIndication)
@pytest.mark.parametrize("language", ["ru", "ru-BY", "be", "en"])
def test_every_reason_makes_one_sentence_with_its_verdict(language, sub):
    for indication in (FAILED, OPEN):
        said = headline(Conclusion(indication, sub), messages(language))
        assert said[0].isupper()
        assert said.endswith(".")
        assert not said.endswith("..")


TERMS = {
    "ru": {
        "words.label.claimed_time": "Время, указанное подписавшим",
        "words.label.proven_time": "Достоверная информация о моменте подписания",
        "words.object.RU.timestamp": "метка доверенного времени",
        "words.object.BY.timestamp": "штамп времени",
        "words.object.RU.crl": "список аннулированных сертификатов",
        "words.object.BY.crl": "список отозванных сертификатов (СОС)",
        "words.object.BY.certificate": "сертификат открытого ключа (СОК)",
        "words.object.BY.signature": "электронная цифровая подпись (ЭЦП)",
        "words.heading.chain": "Цепочка сертификатов",
    },
    "ru-BY": {
        "words.label.proven_time": "Достоверная информация о дате и времени подписания",
        "words.heading.chain": "Цепочка (маршрут) сертификатов",
        "words.object.RU.certificate": "сертификат ключа проверки электронной подписи",
        "kinds.kind.private-key": "личный ключ",
    },
    "be": {
        "words.label.claimed_time": "Час, указаны тым, хто падпісаў",
        "words.label.proven_time": "Дакладная інфармацыя пра дату і час падпісання",
        "words.heading.chain": "Ланцужок сертыфікатаў",
        "words.object.BY.certificate": "сертыфікат адкрытага ключа",
        "words.object.BY.signature": "электронны лічбавы подпіс (ЭЛП)",
        "words.holder.root-ca": "каранёвы засведчвальны цэнтр",
        "kinds.kind.private-key": "асабісты ключ",
    },
}


@pytest.mark.parametrize("language", TERMS)
def test_a_thing_has_the_name_of_the_glossary(language):
    say = messages(language)
    assert {key: say(key) for key in TERMS[language]} == TERMS[language]
