"""The generated parts of docs/formats.md: ``python -m hasila.formats.page`` renews them."""

from __future__ import annotations

from pathlib import Path

from hasila import schema
from hasila.atomic import write_file
from hasila.formats import FORMATS
from hasila.formats import cas as uima
from hasila.formats.fields import fields, main_label, way
from hasila.formats.ged import EMPTY, GED
from hasila.formats.iob2 import tag_of
from hasila.publish.documents import Block, fill, table

PATH = Path("docs/formats.md")


def formats() -> str:
    """Every format with what it carries and leaves out."""
    rows = [
        [
            f"`{one.name}`",
            one.title,
            _code(one.files),
            one.carries,
            one.loses,
            "yes" if one.reads else "–",
        ]
        for one in FORMATS.values()
    ]
    return table(["format", "it is", "files", "carries", "leaves out", "import"], rows)


def _code(files: str) -> str:
    return ", ".join(f"`{file}`" for file in files.split(", "))


def mapping() -> str:
    """Every field of every layer with its place in brat and UIMA CAS."""
    rows: list[list[object]] = []
    for layer in schema.layers().values():
        main = main_label(layer)
        for field in layer.fields:
            if field == main:
                brat = f"type `{layer.name}-{field.type.label_names[0]}` …"
            else:
                brat = BRAT[way(field.type)] if field.type.kind != "bool" else BRAT["label"]
            feature = f"`{uima.feature(field)}`"
            if uima.is_slot(field):
                feature += ", slot"
            rows.append([layer.name, f"`{field.name}`", brat, feature])
    common = next(iter(schema.layers().values()))
    for field in fields(common)[len(common.fields) :]:
        feature = f"`{uima.feature(field)}`" if uima.is_word(field) else "in `more`"
        if uima.is_slot(field):
            feature = f"`{uima.feature(field)}`, slot"
        rows.append(["all", f"`{field.name}`", BRAT[way(field.type)], feature])
    return table(["layer", "field", "brat", "UIMA feature"], rows)


BRAT = {
    "label": "attribute",
    "labels": "note",
    "plain": "note",
    "json": "note",
    "span": "relation to a piece of text",
    "spans": "relation to pieces of text",
    "link": "relation",
    "links": "relations",
    "roles": "a relation a role",
}


def tags() -> str:
    """The tags of the IOB2 columns, in the order of the columns."""
    rows = [[f"`{tag}`", layer, f"`{label}`"] for tag, (layer, label) in tag_of(schema.layers()).items()]
    return table(["tag", "layer", "label"], rows)


def ged() -> str:
    """The columns of GED that hold something, and the names of those that do not."""
    full = table(["column", "holds"], [[f"`{k}`", v] for k, v in GED.items() if v != EMPTY])
    empty = ", ".join(f"`{name}`" for name, meaning in GED.items() if meaning == EMPTY)
    return f"{full}\n\nAlways empty: {empty}."


BLOCKS: dict[str, Block] = {"formats": formats, "mapping": mapping, "tags": tags, "ged": ged}


def render(text: str) -> str:
    """The page with its generated parts anew."""
    return fill(text, BLOCKS, PATH.as_posix())


if __name__ == "__main__":
    page = schema.HOME / PATH
    write_file(page, render(page.read_text(encoding="utf-8")))
