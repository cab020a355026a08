"""The names that brat knows the schema by, and the ``annotation.conf`` that declares them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hasila import schema
from hasila.errors import HasilaError
from hasila.formats.fields import fields, main_label, roles, way
from hasila.schema import Layer


@dataclass(frozen=True, slots=True)
class Unit:
    """What a name stands for: a layer with its main label, or one of its fields, with a role's label."""

    layer: str
    field: str = ""
    label: str | None = None
    is_piece: bool = False


class Names:
    """``<layer>-<label>`` and ``<layer>-<field>``, in both directions."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        """Name everything in ``layers``.

        Raises:
            HasilaError: two things of a corpus's own layer get the same name.
        """
        self.layers = layers
        self.units: dict[str, Unit] = {}
        self.links: dict[str, Unit] = {}
        self.attributes: dict[str, Unit] = {}
        self.values: dict[str, list[str]] = {}
        self.relations = schema_relations()
        for layer in layers.values():
            main = main_label(layer)
            for label in main.type.label_names if main else [None]:
                self._add(self.units, self.of(layer.name, label), Unit(layer.name, label=label))
            for field in fields(layer):
                if main is None or field.name != main.name:
                    self._field(layer, field)

    def of(self, layer: str, *parts: str | None) -> str:
        """The name of a label or field of ``layer``, of letters that brat allows."""
        return re.sub(r"[^A-Za-z0-9_-]", "_", "-".join([layer, *(part for part in parts if part)]))

    def _field(self, layer: Layer, field: schema.Field) -> None:
        name, shape = self.of(layer.name, field.name), way(field.type)
        if shape == "label" or field.type.kind == "bool":
            self._add(self.attributes, name, Unit(layer.name, field.name))
            self.values[name] = field.type.label_names or ["true", "false"]
        elif shape in ("span", "spans"):
            self._add(self.units, name, Unit(layer.name, field.name, is_piece=True))
            self._add(self.links, name, Unit(layer.name, field.name))
        elif shape in ("link", "links"):
            self._add(self.links, name, Unit(layer.name, field.name))
        elif shape == "roles":
            for label in roles(field)[0].type.label_names:
                unit = Unit(layer.name, field.name, label)
                self._add(self.links, self.of(layer.name, field.name, label), unit)

    @staticmethod
    def _add(table: dict[str, Unit], name: str, unit: Unit) -> None:
        if name in table:
            raise HasilaError(
                f"brat cannot tell {unit} from {table[name]}: both are called {name}; rename one"
            )
        table[name] = unit

    def configuration(self) -> str:
        """The text of ``annotation.conf``."""
        parts = ["[entities]", ""]
        for layer in self.layers.values():
            parts.append(f"!{layer.name}")
            parts += [f"\t{name}" for name, unit in self.units.items() if unit.layer == layer.name]
        parts += ["", "[relations]", "", "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"]
        for name, unit in self.links.items():
            target = name if name in self.units else "<ENTITY>"
            parts.append(f"{name}\tArg1:{self._types(unit.layer)}, Arg2:{target}")
        if "figure" in self.layers:
            figures = self._types("figure")
            parts += [f"{name}\tArg1:{figures}, Arg2:{figures}" for name in self.relations]
        parts += ["", "[events]", "", "[attributes]", ""]
        for name, unit in self.attributes.items():
            parts.append(f"{name}\tArg:{self._types(unit.layer)}, Value:{'|'.join(self.values[name])}")
        return "\n".join(parts) + "\n"

    def _types(self, layer: str) -> str:
        return "|".join(n for n, unit in self.units.items() if unit.layer == layer and not unit.is_piece)


def schema_relations() -> list[str]:
    """The types of relations between figures."""
    return next(f for f in schema.record("relation") if f.name == "type").type.label_names
