"""Level 2: the JSON Schemas.

Two engines read the same files: ``jsonschema-rs`` decides in bulk, and ``jsonschema``, the
reference, words the errors of the records that fail. Integers are stricter than JSON Schema has
them: 1.0 is none.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import referencing
import referencing.jsonschema

from hasila import schema
from hasila.errors import HasilaError
from hasila.schema import Field, Type

Json = dict[str, Any]
BASE = "https://hasila.invalid/schema/"
"""Where the files stand for their relative references; nothing is ever fetched."""
REGISTRY = {"entities": "entity", "events": "event", "subgroups": "subgroup", "keys": "key"}
Violation = tuple[tuple[str | int, ...], str, str | None]
"""The way to the value, what is wrong with it, and a hint where there is a special one."""


def _refuse(uri: str) -> Any:
    raise HasilaError(f"{uri} is not a file of schema/; references must be relative and stay inside it")


def _has_int(kind: Type) -> bool:
    if kind.kind == "list":
        return kind.item is not None and _has_int(kind.item)
    return kind.kind == "int" or any(_has_int(f.type) for f in kind.fields)


def _floats(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], float]]:
    if isinstance(value, float):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _floats(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _floats(inner, (*path, at))


def pointer(path: tuple[str | int, ...]) -> str:
    """RFC 6901; the whole record is ``(record)``."""
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in path) or "(record)"


def _at(record: Json, path: tuple[str | int, ...]) -> Any:
    """The object at ``path``."""
    node: Any = record
    for key in path:
        node = node[key]
    return node


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "…"


COMMON = "../common.schema.json#/$defs/annotation"
"""How a layer refers to what all annotations share."""
_LABEL = {"const", "title", "description", "$comment"}
_APPLIES = ("$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "patternProperties")


def _is_label(option: Any) -> bool:
    return isinstance(option, dict) and "const" in option and option.keys() <= _LABEL


def _quick(node: Any) -> Any:
    """The same schema, written so that ``jsonschema-rs`` decides faster.

    Labels as ``enum``; ``additionalProperties`` where no other keyword can evaluate any; and no look-ahead
    behind ``$``, which in Rust is the very end of a string.
    """
    if isinstance(node, list):
        return [_quick(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: _quick(value) for key, value in node.items()}
    options = found.get("oneOf")
    if isinstance(options, list) and "enum" not in found and all(_is_label(option) for option in options):
        found["enum"] = [option["const"] for option in found.pop("oneOf")]
    if found.get("unevaluatedProperties") is False and not any(key in found for key in _APPLIES):
        found["additionalProperties"] = found.pop("unevaluatedProperties")
    if isinstance(found.get("pattern"), str):
        found["pattern"] = found["pattern"].removesuffix("(?!\\n)")
    return found


def _flat(node: Json, files: dict[str, Json]) -> Json:
    """A layer with the common annotation's keys among its own; anything else as it is."""
    common = files[f"{BASE}common.schema.json"]["$defs"]["annotation"]
    plain = common.keys() <= {"type", "description", "properties", "required"}
    if (
        not plain
        or node.get("allOf") != [{"$ref": COMMON}]
        or any(key in node for key in _APPLIES if key != "allOf")
    ):
        return node
    properties = json.loads(json.dumps(common["properties"]).replace('"#/', '"../common.schema.json#/'))
    for name, own in node["properties"].items():
        properties[name] = {"allOf": [properties[name], own]} if name in properties else own
    rest = {key: value for key, value in node.items() if key != "allOf"}
    return rest | {
        "type": "object",
        "properties": properties,
        "required": [*common["required"], *node.get("required", ())],
    }


class Shape:
    """What a record of one kind must look like: quick to test, slow to explain."""

    def __init__(
        self, uri: str, fields: tuple[Field, ...], files: dict[str, Json], pointer: str = ""
    ) -> None:
        self.keys = tuple(f.name for f in fields)
        self._reference = {"$ref": uri + (f"#{pointer}" if pointer else "")}
        self._files = files
        whole = tuple(f.name for f in fields if f.type.kind == "int")
        nested = tuple(f.name for f in fields if f.type.kind in ("list", "struct") and _has_int(f.type))
        bulk = jsonschema_rs.Draft202012Validator(
            self._reference,
            registry=jsonschema_rs.Registry(
                [(uri, _quick(_flat(node, files))) for uri, node in files.items()],
                draft=jsonschema_rs.Draft202012,
                retriever=_refuse,
            ),
        )
        self.is_valid: Callable[[Any], bool] = bulk.is_valid
        self.valid: Callable[[Json], bool] = _strict(bulk.is_valid, whole, nested)
        self._orders: dict[tuple[str, ...], bool] = {}

    @cached_property
    def reference(self) -> Any:
        """The same schema in ``jsonschema``."""
        resources = (
            (uri, referencing.jsonschema.DRAFT202012.create_resource(node))
            for uri, node in self._files.items()
        )
        known: referencing.Registry[Any] = referencing.Registry().with_resources(resources)
        return jsonschema.Draft202012Validator(self._reference, registry=known)

    def in_order(self, record: Json) -> bool:
        """Whether the keys stand in schema order."""
        keys = tuple(record)
        found = self._orders.get(keys)
        if found is None:
            rank = {key: at for at, key in enumerate(self.keys)}
            places = [rank.get(key, len(rank)) for key in keys]
            found = self._orders[keys] = places == sorted(places)
        return found

    def violations(self, record: Json) -> list[Violation]:
        """Everything that is wrong with a record, one entry a mistake."""
        found: dict[tuple[str | int, ...], Violation] = {}
        unexpected: list[tuple[tuple[str | int, ...], Any]] = []
        conditional: list[tuple[tuple[str | int, ...], str]] = []
        for error in self._leaves(self.reference.iter_errors(record)):
            path = tuple(error.absolute_path)
            if error.validator in ("unevaluatedProperties", "additionalProperties"):
                unexpected.append((path, error))
            elif error.validator == "required":
                absent = (k for k in error.validator_value if k not in error.instance)
                missing = next(k for k in absent if f"{k!r} " in error.message)
                found[(*path, missing)] = (path, f"{pointer(path)} lacks the key {missing!r}", None)
                if {"then", "else"}.intersection(error.absolute_schema_path):
                    conditional.append((path, missing))
            else:
                found.setdefault(path, (path, *_worded(path, error)))
        for path, value in _floats(record):
            found[path] = (
                path,
                f"{pointer(path)}: {value!r} is no integer; write it without a fraction",
                None,
            )
        for path, error in unexpected:
            known = self.keys if not path else tuple(error.schema.get("properties", ()))
            for key in (k for k in error.instance if k not in known):
                near = difflib.get_close_matches(key, known, 1, 0.7)
                hint = f"Did you mean {near[0]!r}?" if near else f"The keys are {', '.join(known)}."
                if near:
                    found.pop((*path, near[0]), None)
                found[(*path, key)] = ((*path, key), f"{pointer(path)} has the unknown key {key!r}", hint)
        for path, missing in conditional:
            # What decided between then and else may be the mistake itself.
            if any(way[:-1] == path and way[-1] in _at(record, path) for way in found):
                found.pop((*path, missing), None)
        if not found and not self.is_valid(record):
            return [((), "the record breaks its schema", None)]
        return list(found.values())

    def _leaves(self, errors: Iterator[Any]) -> Iterator[Any]:
        """The causes below ``anyOf`` with null; ``oneOf`` of constants stays one error."""
        for error in errors:
            if error.validator == "anyOf" and error.context:
                null = {at for at, option in enumerate(error.validator_value) if option == {"type": "null"}}
                inner = [e for e in error.context if e.schema_path[0] not in null]
                yield from self._leaves(iter(inner or error.context))
            else:
                yield error


def _strict(
    valid: Callable[[Any], bool], whole: tuple[str, ...], nested: tuple[str, ...]
) -> Callable[[Json], bool]:
    """Refuse floats where integers belong, which JSON Schema takes if they have no fraction."""

    def check(record: Json) -> bool:
        if not valid(record):
            return False
        for name in whole:
            if record.get(name).__class__ is float:
                return False
        for name in nested:
            inner = record.get(name)
            if inner:
                for part in inner if inner.__class__ is list else (inner,):
                    for value in part.values() if part.__class__ is dict else (part,):
                        if value.__class__ is float or (
                            value.__class__ in (dict, list) and next(_floats(value), None) is not None
                        ):
                            return False
        return True

    return check


def _worded(path: tuple[str | int, ...], error: Any) -> tuple[str, str | None]:
    """Message and hint for one of ``jsonschema``'s errors."""
    value, where = _shown(error.instance), pointer(path)
    options = error.schema.get("oneOf", ()) if isinstance(error.schema, dict) else ()
    labels = [o["const"] for o in options if "const" in o]
    if error.validator == "oneOf" and labels:
        near = difflib.get_close_matches(error.instance, labels, 1) if isinstance(error.instance, str) else []
        hint = f"Did you mean {near[0]!r}? " if near else ""
        return f"{where}: {value} is no label here", f"{hint}Allowed: {', '.join(labels)}."
    if error.validator == "pattern":
        hint = error.schema.get("description") or f"It must match {error.validator_value}"
        return f"{where}: {value} is not of the form {error.validator_value}", hint
    if error.validator == "type":
        kinds = error.validator_value
        named = " or ".join([kinds] if isinstance(kinds, str) else kinds)
        return f"{where}: {value} is no {named}", error.schema.get("description")
    message = error.message if len(error.message) <= 200 else error.message[:197] + "…"
    return f"{where}: {message}", error.schema.get("description")


def _files(own: tuple[Path, ...] = ()) -> dict[str, Json]:
    found = {
        BASE + path.relative_to(schema.SCHEMA_DIR).as_posix(): schema.read(path)
        for path in sorted(schema.SCHEMA_DIR.rglob("*.schema.json"))
    }
    for path in own:
        found[f"{BASE}layers/{path.name}"] = schema.read(path)
    return found


@cache
def packaged() -> dict[str, Shape]:
    """The shape of every packaged layer, by name."""
    files = _files()
    return {name: _shape(layer, files) for name, layer in schema.layers().items()}


def _shape(layer: schema.Layer, files: dict[str, Json]) -> Shape:
    fields = (*layer.common, *(f for f in layer.fields if f.name not in {c.name for c in layer.common}))
    shape = Shape(f"{BASE}layers/{layer.path.name}", fields, files)
    shape.keys = layer.keys
    return shape


def of_layers(layers: dict[str, schema.Layer]) -> dict[str, Shape]:
    """The shape of every layer of a corpus.

    Raises:
        HasilaError: a layer's schema is no valid draft 2020-12 or refers to what is not there.
    """
    shapes = dict(packaged())
    own = tuple(layer.path for name, layer in layers.items() if name not in shapes)
    files = _files(own) if own else {}
    for name, layer in layers.items():
        if name not in shapes:
            try:
                jsonschema.Draft202012Validator.check_schema(schema.read(layer.path))
                shapes[name] = _shape(layer, files)
                next(shapes[name].reference.iter_errors({}), None)
            except (jsonschema.SchemaError, jsonschema_rs.ValidationError) as error:
                raise HasilaError(f"{layer.path}: no valid JSON Schema: {error.message}") from error
            except (jsonschema_rs.ReferencingError, referencing.exceptions.Unresolvable, ValueError) as error:
                raise HasilaError(f"{layer.path}: a reference leads nowhere: {error}") from error
    return shapes


@cache
def of_record(name: str) -> Shape:
    """The shape of a record as ``hasila.schema.record`` names it."""
    if name in ("article", "relation"):
        return Shape(f"{BASE}{name}.schema.json", schema.record(name), _files())
    return Shape(f"{BASE}registry.schema.json", schema.record(name), _files(), f"/$defs/{name}")
