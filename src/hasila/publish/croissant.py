"""``croissant.json``: what is published, as Croissant 1.1 with its RAI fields, for machines to load.

Record sets and their fields come from the shapes of the configs, files and digests from the Parquet files,
the rest from CITATION.cff, ``dataset/`` and the prose of README.md: nothing is written here by hand.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from hasila.atomic import write_file
from hasila.corpus import Corpus, read_lines
from hasila.publish.card import bibtex
from hasila.publish.configs import FOLDER, Config, configs
from hasila.publish.shapes import Shape, shapes
from hasila.schema import Field, Type

Json = dict[str, Any]

PATH = "croissant.json"
VERSION = "http://mlcommons.org/croissant/1.1"
PARQUET = "application/x-parquet"

CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification gives for every dataset."""

DATA_TYPES = {"string": "sc:Text", "label": "cr:Int64", "bool": "sc:Boolean", "date": "sc:Date"}

PROSE = {
    "dataCollection": ("Collection",),
    "dataCollectionRawData": ("Composition",),
    "annotatorDemographics": ("Data statement",),
    "dataUseCases": ("Motivation", "Uses"),
    "dataLimitations": ("Limits",),
    "personalSensitiveInformation": ("Personal data",),
    "dataReleaseMaintenancePlan": ("Maintenance",),
}
"""RAI properties and the paragraphs of README.md, by their bold first words, that they quote."""


def write(corpus: Corpus) -> list[Path]:
    """Write the file where the sources give another one; return it if it changed."""
    changed = stale(corpus)
    for path in changed:
        write_file(path, render(corpus))
    return changed


def stale(corpus: Corpus) -> list[Path]:
    """The file, if it is not what the sources give; nothing where nothing is published."""
    path = corpus.root / PATH
    if not (corpus.root / FOLDER).is_dir():
        return []
    return [] if path.is_file() and path.read_text(encoding="utf-8") == render(corpus) else [path]


def render(corpus: Corpus) -> str:
    """The text of the file."""
    listed = configs(corpus)
    known = shapes(corpus.layers)
    found = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        **_about(corpus),
        **responsible(corpus),
        "distribution": [file for config in listed for file in _files(corpus.root, config)],
        "recordSet": [record_set(known[config.name]) for config in listed],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _about(corpus: Corpus) -> Json:
    """Name, description, rights and citation, from CITATION.cff; without one the folder gives the name."""
    cited = yaml.safe_load(_read(corpus.root / "CITATION.cff")) or {}
    title = str(cited.get("title", corpus.root.resolve().name))
    articles = corpus.articles.values()
    found: Json = {
        "name": re.sub(r"[^A-Za-z0-9]+", "-", title.partition(":")[0]).strip("-") or "corpus",
        "alternateName": title,
        "description": cited.get("abstract", f"{len(articles)} articles with span annotations.").strip(),
        "inLanguage": sorted({article.meta["language"] for article in articles}),
    }
    if version := _read(corpus.root / "dataset" / "VERSION"):
        found["version"] = version
    if cited:
        found["datePublished"] = str(cited["date-released"])
        found["keywords"] = cited["keywords"]
        found["citeAs"] = bibtex(corpus).removeprefix("```bibtex\n").removesuffix("\n```")
        found["creator"] = [_creator(author) for author in cited["authors"]]
        found["license"] = [f"https://spdx.org/licenses/{cited['license']}.html"]
    if (corpus.root / "LICENSE-DATA.md").is_file():
        found.setdefault("license", []).append("LICENSE-DATA.md")
    if (corpus.root / "README.md").is_file():
        found["url"] = "README.md"
    return found


def _creator(author: Mapping[str, str]) -> Json:
    if "name" in author:
        return {"@type": "sc:Organization", "name": author["name"]}
    return {"@type": "sc:Person", "name": f"{author['given-names']} {author['family-names']}"}


def responsible(corpus: Corpus) -> Json:
    """The RAI properties: what the README says in prose, and what the corpus's files tell."""
    prose = paragraphs(_read(corpus.root / "README.md"))
    found: Json = {}
    for name, heads in PROSE.items():
        said = " ".join(prose[head] for head in heads if head in prose)
        if said:
            found[f"rai:{name}"] = said
    articles = [article.meta for article in corpus.articles.values()]
    days = sorted(str(meta["published"]) for meta in articles if meta.get("published"))
    if days:
        found["rai:dataCollectionTimeFrame"] = [days[0], days[-1]]
    unknown = sum(meta.get("publisher") is None for meta in articles)
    found["rai:dataCollectionMissingData"] = (
        f"The publisher of {unknown} of {len(articles)} articles is unknown."
    )
    passes = sorted(path.name for path in (corpus.root / "annotations" / "passes").glob("[!.]*"))
    read = sum(bool(lines) for lines in corpus.annotations("hand").values())
    also = f", decided from {len(passes)} independent readings (annotations/passes)" if passes else ""
    found["rai:annotationsPerItem"] = (
        f"{read} of {len(articles)} articles are annotated by reading (annotations/hand){also}."
    )
    found["rai:dataAnnotationProtocol"] = [
        *([prose[WHO]] if WHO in prose else []),
        *(f"{layer.name}: {layer.description}" for layer in corpus.layers.values()),
    ]
    found["rai:machineAnnotationTools"] = sorted(set(_annotators(corpus)))
    return found


WHO = "Who annotated"


def paragraphs(text: str) -> dict[str, str]:
    """The paragraphs of a README that open with a bold name, and the first one on who annotated."""
    found = {
        match[1]: _plain(match[2])
        for match in re.finditer(
            r"^(?:- )?\*\*([^*.]+)\.\*\* (.+?)(?=\n\n|\n- |\n\*\*|\Z)", text, re.M | re.S
        )
    }
    who = re.search(rf"^## {WHO}[^\n]*\n+(.+?)\n\n", text, re.M | re.S)
    return found | ({WHO: _plain(who[1])} if who else {})


def _plain(text: str) -> str:
    """Markdown prose without emphasis, links and line breaks."""
    without_links = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\s+", " ", re.sub(r"\*\*|`", "", without_links)).strip()


def _annotators(corpus: Corpus) -> Iterator[str]:
    """Who or what stands in the provenance of annotations, as it stands there."""
    for path in sorted((corpus.root / "annotations").rglob("*.jsonl")):
        for line in read_lines(path):
            provenance = line.get("provenance")
            if isinstance(provenance, dict):
                yield provenance.get("annotator") or f"rule {provenance.get('rule', '').partition('.')[0]}"


def _files(root: Path, config: Config) -> Iterator[Json]:
    """The Parquet files of a config, and the set that they make."""
    for file in config.files.values():
        path = root / file
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        yield {
            "@type": "cr:FileObject",
            "@id": file,
            "name": path.name,
            "contentUrl": file,
            "contentSize": f"{path.stat().st_size} B",
            "encodingFormat": PARQUET,
            "sha256": digest,
        }
    yield {
        "@type": "cr:FileSet",
        "@id": f"files-{config.name}",
        "name": f"files-{config.name}",
        "description": f"The splits of {config.name}: {', '.join(config.files)}.",
        "encodingFormat": PARQUET,
        "includes": f"{FOLDER}/{config.name}/*.parquet",
    }


def record_set(shape: Shape) -> Json:
    """A config as a record set, a row a record."""
    return {
        "@type": "cr:RecordSet",
        "@id": shape.name,
        "name": shape.name,
        "description": shape.description,
        "field": [
            *_fields(shape.fields, shape.name, f"files-{shape.name}"),
            *([] if any(one.name == "split" for one in shape.fields) else [_split(shape.name)]),
        ],
    }


def _split(config: str) -> Json:
    """The split of a record, from the name of its file."""
    extract = {"fileProperty": "fullpath"}
    regex = f"^.*/{config}/([a-z]+)-.*$"
    return {
        "@type": "cr:Field",
        "@id": f"{config}/split",
        "name": "split",
        "description": "The split that the record is in.",
        "dataType": "sc:Text",
        "source": {"fileSet": {"@id": f"files-{config}"}, "extract": extract, "transform": {"regex": regex}},
    }


def _fields(
    fields: Iterable[Field], above: str, files: str, column: str = "", path: str = "", in_list: bool = False
) -> Iterator[Json]:
    """The columns of a record set; a struct's are read from its column by JSON path."""
    for one in fields:
        where = f"{path}.{one.name}" if path else one.name if column else ""
        kind = one.type
        inner = kind.item if kind.kind == "list" and kind.item else kind
        found: Json = {
            "@type": "cr:Field",
            "@id": f"{above}/{one.name}",
            "name": one.name,
            "description": _describe(one, inner),
        }
        if kind.kind == "list":
            found |= {"isArray": True, "arrayShape": "-1"}
        if inner.kind == "struct":
            if in_list and kind.kind == "list":
                # No path of Croissant's leads through two lists; the layer's own record set has these.
                continue
            within = in_list or kind.kind == "list"
            found["subField"] = list(
                _fields(inner.fields, found["@id"], files, column or one.name, where, within)
            )
        else:
            source: Json = {"fileSet": {"@id": files}, "extract": {"column": column or one.name}}
            if where:
                source["transform"] = {"jsonPath": where}
            found |= {"dataType": _data_type(inner), "source": source}
        yield found


def _describe(one: Field, kind: Type) -> str:
    labels = "; ".join(f"{place} {name}" for place, name in enumerate(kind.label_names))
    said = one.description or one.name
    return f"{said} Labels by number: {labels}." if labels else said


def _data_type(kind: Type) -> str:
    if kind.kind == "int":
        return f"cr:Int{kind.bits}"
    return DATA_TYPES[kind.kind]
