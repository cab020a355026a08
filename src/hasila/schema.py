"""Reads ``schema/``, the one source of layers, labels and types.

What other modules derive from here: the label lists, the fields of every record in order,
Arrow types, and ``datasets`` features (as the JSON that Parquet metadata carries).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from hasila.errors import HasilaError

Json = dict[str, Any]
Kind = Literal["string", "label", "int", "bool", "date", "list", "struct"]

PACKAGE = Path(__file__).parent
HOME = PACKAGE if (PACKAGE / "schema").is_dir() else PACKAGE.parents[1]
"""Where ``schema/``, ``dataset/`` and ``annotations/`` of the packaged corpus stand."""

SCHEMA_DIR = HOME / "schema"


@dataclass(frozen=True, slots=True)
class Label:
    """One value of a closed set: its name, title, definition and the standard it comes from."""

    name: str
    title: str
    description: str
    standard: str


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a field, as the schema gives it.

    ``name`` is the ``$defs`` name where there is one (``span``, ``date``, ``annotationId`` …).
    """

    kind: Kind
    nullable: bool = False
    name: str = ""
    labels: tuple[Label, ...] = ()
    item: Type | None = None
    fields: tuple[Field, ...] = ()
    bits: int = 64

    @property
    def label_names(self) -> list[str]:
        """The label names in schema order."""
        return [label.name for label in self.labels]

    def arrow(self) -> pa.DataType:
        """The Arrow type; a label is its position in the label list, as int64."""
        if self.kind == "list":
            assert self.item is not None
            return pa.list_(self.item.arrow())
        if self.kind == "struct":
            return pa.struct([pa.field(f.name, f.type.arrow()) for f in self.fields])
        if self.kind == "int":
            return pa.int32() if self.bits == 32 else pa.int64()
        plain = {"string": pa.string(), "label": pa.int64(), "bool": pa.bool_(), "date": pa.date32()}
        return plain[self.kind]

    def feature(self) -> Any:
        """The ``datasets`` feature as JSON, in the form that every version since 2.21 reads."""
        if self.kind == "list":
            assert self.item is not None
            if self.item.kind == "struct":
                return [self.item.feature()]
            return {"feature": self.item.feature(), "_type": "Sequence"}
        if self.kind == "struct":
            return {f.name: f.type.feature() for f in self.fields}
        if self.kind == "label":
            return {"names": self.label_names, "_type": "ClassLabel"}
        return {"dtype": str(self.arrow()).replace("date32[day]", "date32"), "_type": "Value"}


@dataclass(frozen=True, slots=True)
class Field:
    """A named field of a record."""

    name: str
    type: Type
    required: bool
    description: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """An annotation layer: one file in ``schema/layers/``."""

    name: str
    prefix: str
    config: str
    order: int
    description: str
    fields: tuple[Field, ...]
    common: tuple[Field, ...]
    path: Path = field(compare=False)

    def field(self, name: str) -> Field:
        """The layer's or the common field called ``name``."""
        return next(f for f in (*self.fields, *self.common) if f.name == name)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key of a line of this layer, in the order in which it is written."""
        head = ("article", "id", "layer", "start", "end", "text")
        tail = tuple(f.name for f in self.common if f.name not in head)
        return (*head, *(f.name for f in self.fields), *tail)


@cache
def read(path: Path) -> Json:
    """Parse one schema file.

    Raises:
        HasilaError: it is missing or no JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HasilaError(f"{path}: not a readable JSON Schema ({error})") from error
    if not isinstance(value, dict):
        raise HasilaError(f"{path}: a schema is a JSON object")
    return value


def _follow(path: Path, reference: str) -> tuple[Path, Json, str]:
    file, _, pointer = reference.partition("#")
    target = (path.parent / file).resolve() if file else path
    if not target.is_file() and file:
        # A corpus's own layer may refer to the packaged schemas without carrying a copy.
        target = SCHEMA_DIR / Path(file).name
    node: Any = read(target)
    parts = [part for part in pointer.split("/") if part]
    for part in parts:
        node = node[part]
    return target, node, parts[-1] if parts else ""


def _labels(node: Mapping[str, Any]) -> tuple[Label, ...]:
    return tuple(
        Label(o["const"], o.get("title", o["const"]), o.get("description", ""), o.get("$comment", ""))
        for o in node["oneOf"]
    )


def type_of(path: Path, node: Mapping[str, Any], name: str = "") -> Type:
    """The type of a schema node that stands in the file ``path``.

    Raises:
        HasilaError: the node uses a form that has no Arrow type.
    """
    if "$ref" in node:
        target, found, name = _follow(path, node["$ref"])
        return type_of(target, found, name)
    if "anyOf" in node:
        options = [option for option in node["anyOf"] if option != {"type": "null"}]
        if len(options) == 1:
            inner = type_of(path, options[0], name)
            return _nullable(inner)
    if "oneOf" in node and all("const" in option for option in node["oneOf"]):
        return Type("label", name=name, labels=_labels(node))
    if "const" in node:
        return Type("string", name=name)
    kinds = node.get("type")
    if isinstance(kinds, list):
        return _nullable(type_of(path, {**node, "type": next(k for k in kinds if k != "null")}, name))
    if kinds == "array":
        return Type("list", name=name, item=type_of(path, node["items"]))
    if kinds == "object":
        return Type("struct", name=name, fields=fields_of(path, node))
    if kinds == "integer":
        return Type("int", name=name, bits=32 if node.get("maximum", 2**53) < 2**31 else 64)
    if kinds == "boolean":
        return Type("bool", name=name)
    if kinds == "string":
        return Type("date" if name == "date" else "string", name=name)
    raise HasilaError(f"{path}: {json.dumps(dict(node), ensure_ascii=False)[:200]} has no column type")


def _nullable(kind: Type) -> Type:
    return Type(kind.kind, True, kind.name, kind.labels, kind.item, kind.fields, kind.bits)


def fields_of(path: Path, node: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of an object schema, in the order in which it lists them."""
    required = set(node.get("required", ()))
    return tuple(
        Field(name, type_of(path, value), name in required, _description(path, value))
        for name, value in node.get("properties", {}).items()
    )


def _description(path: Path, node: Mapping[str, Any]) -> str:
    if "description" in node:
        return str(node["description"])
    if "$ref" in node:
        target, found, _ = _follow(path, node["$ref"])
        return _description(target, found)
    return ""


def _layer(path: Path, order: int) -> Layer:
    node = read(path)
    properties = dict(node.get("properties", {}))
    name = properties.pop("layer", {}).get("const")
    prefix = re.match(r"\^([a-z]+)\[1-9\]", properties.pop("id", {}).get("pattern", ""))
    if not name or not prefix or "title" not in node:
        raise HasilaError(
            f"{path}: a layer needs `title` (its config), `properties.layer.const` (its name) "
            'and `properties.id.pattern` (such as "^t[1-9][0-9]*$(?!\\n)", its prefix)'
        )
    common_path = SCHEMA_DIR / "common.schema.json"
    common = fields_of(common_path, read(common_path)["$defs"]["annotation"])
    own = fields_of(path, {**node, "properties": properties})
    return Layer(name, prefix[1], node["title"], order, node.get("description", ""), own, common, path)


@cache
def layers(extra: Path | None = None) -> dict[str, Layer]:
    """Every layer by name, in order; ``extra`` is a corpus's own ``schema/layers/``.

    Raises:
        HasilaError: a layer file is malformed or redefines a packaged layer.
    """
    dispatch = read(SCHEMA_DIR / "annotation.schema.json")
    files = [(SCHEMA_DIR / option["then"]["$ref"]).resolve() for option in dispatch["allOf"]]
    found = {layer.name: layer for layer in (_layer(p, i) for i, p in enumerate(files))}
    if extra is not None and extra.is_dir() and extra.resolve() != (SCHEMA_DIR / "layers").resolve():
        for path in sorted(extra.glob("*.schema.json")):
            if (SCHEMA_DIR / "layers" / path.name).is_file():
                if path.read_bytes() != (SCHEMA_DIR / "layers" / path.name).read_bytes():
                    raise HasilaError(f"{path}: a corpus can add layers, not redefine the packaged ones")
                continue
            layer = _layer(path, len(found))
            clash = [x for x in found.values() if layer.name == x.name or layer.prefix == x.prefix]
            if clash or layer.config in {x.config for x in found.values()}:
                raise HasilaError(f"{path}: name, prefix and config must differ from those of other layers")
            found[layer.name] = layer
    return found


@cache
def record(name: str) -> tuple[Field, ...]:
    """The fields of a record that is no annotation.

    ``name`` is ``article``, ``relation``, or one of the registry's ``entity``, ``event``,
    ``subgroup`` and ``key``.
    """
    if name in ("article", "relation"):
        path = SCHEMA_DIR / f"{name}.schema.json"
        return fields_of(path, read(path))
    path = SCHEMA_DIR / "registry.schema.json"
    return fields_of(path, read(path)["$defs"][name])


def labelled(fields: tuple[Field, ...], above: str = "") -> Iterator[tuple[str, Type]]:
    """Yield every closed label set among ``fields`` with its dotted path."""
    for one in fields:
        where = f"{above}.{one.name}" if above else one.name
        inner = one.type.item if one.type.kind == "list" and one.type.item else one.type
        if inner.kind == "label":
            yield where, inner
        elif inner.kind == "struct":
            yield from labelled(inner.fields, where)


def version() -> str:
    """The scheme's version."""
    return (SCHEMA_DIR / "VERSION").read_text(encoding="utf-8").strip()
