"""The schema of TS 119 102-2 V1.4.1, its imports answered from the shared folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

_HOMES = {
    "xmldsig-core-schema.xsd": "xmldsig-core-schema.xsd",
    "XAdES.xsd": "XAdES01903v132-202407.xsd",
    "ts_119612v020201_201601xsd.xsd": "ts_119612v020401_xsd.xsd",
    "xml.xsd": "xml.xsd",
}


class _Resolver(etree.Resolver):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resolve(self, url, _, context):
        name = _HOMES.get(url.rsplit("/", 1)[-1])
        if name is None:
            return None
        return self.resolve_string((self._folder / name).read_bytes(), context, base_url=url)


@cache
def etsi_schema(shared: Path) -> etree.XMLSchema:
    folder = shared / "schemas" / "etsi"
    parser = etree.XMLParser(no_network=True, load_dtd=False)
    parser.resolvers.add(_Resolver(folder))
    path = folder / "TS119102-2-v141.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes(), parser, base_url=path.as_uri()))
