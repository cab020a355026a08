"""The packaged corpus as Hugging Face ``datasets``, from the Parquet files that come with the package.

Nothing is downloaded. Whole splits are read into memory past the ``datasets`` cache, which tells a rewritten
file from the old one by its time alone; streams read the files as they go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args, overload

from hasila import schema
from hasila.errors import HasilaError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

Origin = Literal["hand", "rules"]
RULES = "rules_"


@overload
def load(
    config: str = ..., origin: Origin = ..., split: None = ..., streaming: Literal[False] = ...
) -> DatasetDict: ...
@overload
def load(config: str, origin: Origin, split: str, streaming: Literal[False] = ...) -> Dataset: ...
@overload
def load(
    config: str = ..., origin: Origin = ..., *, split: str, streaming: Literal[False] = ...
) -> Dataset: ...
@overload
def load(
    config: str = ..., origin: Origin = ..., split: None = ..., *, streaming: Literal[True]
) -> IterableDatasetDict: ...
@overload
def load(
    config: str = ..., origin: Origin = ..., *, split: str, streaming: Literal[True]
) -> IterableDataset: ...
def load(
    config: str = "articles", origin: Origin = "hand", split: str | None = None, streaming: bool = False
) -> DatasetDict | Dataset | IterableDatasetDict | IterableDataset:
    """Load a config of the packaged corpus, equal to ``load_dataset`` of its repository.

    Args:
        config: ``articles``, a layer's (``zones``, ``entities``, ``timexes``, ``numbers``, ``events``,
            ``quotations``, ``figures``), ``tokens``, ``figure_pairs``, ``relations`` or one of
            ``registry_entities``, ``registry_events``, ``registry_subgroups``, ``registry_keys``.
        origin: ``hand``, or ``rules`` for what the rules produce (``rules_<config>``).
        split: ``train``, ``validation`` or ``test``, ``full`` where rows belong to no single article; all
            splits where left out.
        streaming: read rows as they are asked for, instead of all at once.

    Raises:
        HasilaError: there is no such config, origin or split; the message lists those that there are.
    """
    files = _files(config, origin)
    if split is not None and split not in files:
        raise HasilaError(f"{config!r} has no split {split!r} (there are {', '.join(files)})")
    chosen = files if split is None else {split: files[split]}
    if streaming:
        from datasets import load_dataset

        streams = load_dataset("parquet", data_files=chosen, streaming=True)
        return streams if split is None else streams[split]

    import pyarrow.parquet as pq
    from datasets import Dataset, DatasetDict, NamedSplit

    loaded = DatasetDict(
        {name: Dataset(pq.read_table(path), split=NamedSplit(name)) for name, path in chosen.items()}
    )
    return loaded if split is None else loaded[split]


def _files(config: str, origin: str) -> dict[str, str]:
    """The Parquet files of a config by split."""
    from hasila.publish.configs import configs_below

    if origin not in get_args(Origin):
        raise HasilaError(f"no annotations of origin {origin!r} (there are {', '.join(get_args(Origin))})")
    there = {
        one.name.removeprefix(RULES): one
        for one in configs_below(schema.HOME, schema.layers())
        if one.name.startswith(RULES) == (origin == "rules")
    }
    if config not in there:
        known = ", ".join(there) or "none: run `hasila publish`"
        raise HasilaError(f"no config {config!r} of origin {origin!r} (there are {known})")
    return {split: str(schema.HOME / file) for split, file in there[config].files.items()}
