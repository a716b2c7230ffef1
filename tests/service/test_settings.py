"""The configuration file: every key has a default, and a wrong one is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec import structs

from zaruka import messages as catalogues
from zaruka.errors import ConfigError
from zaruka.fetch import Limits
from zaruka.service.reaching import fetch_settings
from zaruka.service.settings import (
    LIMITS,
    Settings,
    load_settings,
    parse_settings,
    store_place,
)
from zaruka.trust import Scheme

PIN = "AB:" * 31 + "ab"


def written(tmp_path, text):
    folder = tmp_path / "zaruka"
    folder.mkdir()
    (folder / "zaruka.toml").write_text(text, encoding="utf-8")
    return {"XDG_CONFIG_HOME": str(tmp_path), "HOME": "/nonexistent"}


def test_without_a_file_all_is_as_documented(tmp_path):
    settings = load_settings({"XDG_CONFIG_HOME": str(tmp_path)})
    assert settings == Settings()
    assert [each.name for each in settings.sources] == ["e-trust", "gossuok"]
    assert settings.removed_max is None


def test_everything_can_be_said(tmp_path):
    settings = load_settings(
        written(
            tmp_path,
            f"""
            store = "/var/lib/zaruka/zaruka.db"
            [update]
            policy = "accept-unless-removed-over-20-percent"
            [bundles]
            signers = ["{PIN}"]
            [fetch]
            allow = ["10.0.0.0/8"]
            proxy = "http://proxy.example:3128"
            octets = 1000000
            silence_s = 2.5
            [sources.e-trust]
            url = "https://mirror.example/list.xml"
            [sources.gossuok]
            enabled = false
            [sources.eu]
            scheme = "etsi-lotl"
            url = "https://ec.europa.eu/tools/lotl/eu-lotl.xml"
            signers = ["{PIN}"]
            """,
        )
    )
    assert settings.store == "/var/lib/zaruka/zaruka.db"
    assert settings.removed_max == 20
    assert settings.bundle_signers == {"ab" * 32}
    assert settings.fetch.allow == ("10.0.0.0/8",)
    limits = fetch_settings(settings.fetch).limits
    assert limits == structs.replace(Limits(), octets=1_000_000, silence_s=2.5)
    assert [each.name for each in settings.sources] == ["e-trust", "eu"]
    assert settings.source("e-trust").url == "https://mirror.example/list.xml"
    assert settings.source("e-trust").scheme is Scheme.E_TRUST
    assert settings.source("eu").signers == {"ab" * 32}


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [
        ('stor = "x"', "config.unknown-key", "store"),
        ('[update]\npolcy = "ask"', "config.unknown-key", "policy"),
        ('[sources.e-trust]\nurll = "x"', "config.unknown-key", "url"),
        ("[sorces.e-trust]", "config.unknown-key", "sources"),
        ("[fetch]\nallowed = []", "config.unknown-key", "allow"),
        ("[fetch]\nsecond = 3", "config.unknown-key", "seconds"),
        ("[fetch]\nseconds = -1", "config.wrong-value", None),
        ("[fetch]\ntries = 0", "config.wrong-value", None),
        ("[fetch]\noctets = 1.5", "config.wrong-value", None),
        ("[fetch]\noctets = true", "config.wrong-value", None),
        ("[fetch]\nseconds = inf", "config.wrong-value", None),
        ("[fetch]\nseconds = nan", "config.wrong-value", None),
        ('[update]\npolicy = "always"', "config.wrong-value", None),
        ('[update]\npolicy = "accept-unless-removed-over-101-percent"', "config.wrong-value", None),
        ('[update]\npolicy = "accept-unless-removed-over-²-percent"', "config.wrong-value", None),
        ("[sources.new]", "config.wrong-value", None),
        ('[sources."eu/EE"]\nscheme = "etsi"', "config.wrong-value", None),
        ('[sources.new]\nscheme = "unknown"', "config.wrong-value", None),
        ('[sources.e-trust]\nsigners = ["abcd"]', "config.wrong-value", None),
        ("[sources]\ne-trust = 1", "config.wrong-value", None),
        ("store = 1", "config.wrong-value", None),
    ],
)
def test_what_is_wrong_is_named_with_what_is_nearest(text, code, nearest):
    with pytest.raises(ConfigError) as raised:
        parse_settings(text)
    assert raised.value.code == code
    assert nearest is None or raised.value.details["nearest"] == nearest


@pytest.mark.parametrize(
    ("octets", "place"),
    [(b"store =  ", 8), (b"ab\xff\xfe", 3), (b"x = " + b"[" * 100_000, 100_005)],
)
def test_a_file_that_is_no_toml_is_named_with_the_place(tmp_path, octets, place):
    (tmp_path / "zaruka.toml").write_bytes(octets)
    with pytest.raises(ConfigError) as raised:
        load_settings({"ZARUKA_CONFIG": str(tmp_path / "zaruka.toml")})
    assert raised.value.code == "config.not-toml"
    assert (raised.value.details["line"], raised.value.details["column"]) == (1, place)


def test_a_file_that_is_not_to_be_opened_is_named_without_the_systems_english(tmp_path):
    (tmp_path / "zaruka.toml").mkdir()
    with pytest.raises(ConfigError) as raised:
        load_settings({"ZARUKA_CONFIG": str(tmp_path / "zaruka.toml")})
    assert raised.value.code == "config.unreadable"
    assert raised.value.details == {"name": "zaruka.toml", "reason": "EISDIR"}


def test_a_file_that_was_named_has_to_be_there(tmp_path):
    with pytest.raises(ConfigError) as raised:
        load_settings({"ZARUKA_CONFIG": str(tmp_path / "zaruka.toml")})
    assert raised.value.code == "config.missing"


def test_the_store_is_where_the_nearest_says():
    environment = {"ZARUKA_STORE": "/env.db", "XDG_DATA_HOME": "/data", "HOME": "/home/me"}
    configured = Settings(store="/configured.db")
    assert store_place("/option.db", configured, environment) == ("/option.db", True)
    assert store_place(None, configured, environment) == ("/env.db", True)
    del environment["ZARUKA_STORE"]
    assert store_place(None, configured, environment) == ("/configured.db", True)
    assert store_place(None, Settings(), environment) == ("/data/zaruka/zaruka.db", False)
    environment["XDG_DATA_HOME"] = "relative"
    usual = "/home/me/.local/share/zaruka/zaruka.db"
    assert store_place(None, Settings(), environment) == (usual, False)


# --- what sentences and documents promise

GUIDE = Path(__file__).parents[2] / "docs" / "trust.md"
KEYS = {"allow", "proxy", "tls_roots", *LIMITS}


def test_every_limit_of_fetching_is_a_key():
    assert [*Limits.__struct_fields__] == [*LIMITS]


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_every_remedy_that_names_a_key_of_fetch_names_one_that_exists(language):
    """Keys are the only Latin words in Russian and Belarusian; English names the same ones."""
    catalogue = Path(catalogues.__file__).parent
    named = {}
    for spoken in (language, "ru"):
        said = "".join(
            (catalogue / spoken / file).read_text(encoding="utf-8")
            for file in ("errors/fetch.toml", "findings/online.toml")
        )
        remedies = [line for line in re.findall(r'remedy = "(.+)"', said) if "[fetch]" in line]
        assert len(remedies) == 8
        words = [set(re.findall(r"[a-z_]+", each)) for each in remedies]
        named[spoken] = [each - {"fetch", "zaruka", "toml"} for each in words]
    assert all(each and each <= KEYS | {"pem"} for each in named["ru"])
    for own, russian in zip(named[language], named["ru"], strict=True):
        assert russian <= own


def test_the_documented_configuration_is_one():
    """All keys with their defaults: as if there were no file."""
    text = GUIDE.read_text(encoding="utf-8")
    first = re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1]
    settings = parse_settings(first)
    usual = Settings()
    assert settings.sources == usual.sources
    assert fetch_settings(settings.fetch) == fetch_settings(usual.fetch)
    assert {key for key in KEYS if re.search(rf"^(# )?{key} =", first, re.MULTILINE)} == KEYS
