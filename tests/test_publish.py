"""What is published: columns, types, rows, files."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hasila import schema
from hasila.corpus import Corpus, open_corpus
from hasila.errors import HasilaError
from hasila.publish import dictionary
from hasila.publish.build import build
from hasila.publish.card import with_configs
from hasila.publish.configs import configs_below
from hasila.publish.publication import publish
from hasila.publish.shapes import SPLITS, TAGGED, shapes
from hasila.publish.tokens import tokenise
from hasila.version import data_version

ROOT = Path(__file__).parents[1]
SHAPES = shapes(schema.layers())
WITHOUT_ROWS = {"rules_entities", "rules_timexes", "rules_events", "rules_quotations", "rules_figures"} | {
    "rules_relations"
}
"""What the sample has no data for."""

Row = dict[str, Any]


def files(root: Path) -> dict[str, Path]:
    folder = root / "dataset" / "parquet"
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.parquet"))}


def rows(root: Path, config: str) -> list[Row]:
    """Every row of a config, labels by name."""
    parts = [
        datasets.Dataset(pq.read_table(path))
        for name, path in files(root).items()
        if name.startswith(f"{config}/")
    ]
    return [
        {name: named(value, part.features[name]) for name, value in row.items()}
        for part in parts
        for row in part
    ]


def named(value: Any, feature: Any) -> Any:
    """A value with its labels by name."""
    if value is None:
        return None
    if isinstance(feature, datasets.ClassLabel):
        return feature.int2str(value)
    if isinstance(feature, dict):
        return {key: named(part, feature[key]) for key, part in value.items()}
    if isinstance(value, list):
        return [named(item, feature.feature) for item in value]
    return value


def texts(sample: Corpus) -> dict[str, str]:
    return {article.id: article.text for article in sample.articles.values()}


# Columns and types


@pytest.mark.parametrize("name", sorted(set(SHAPES) - WITHOUT_ROWS))
def test_datasets_reads_the_features_that_the_schema_gives(published: Path, name: str) -> None:
    wanted = datasets.Features.from_dict(json.loads(json.dumps(SHAPES[name].features())))
    found = [path for file, path in files(published).items() if file.startswith(f"{name}/")]
    assert found
    for path in found:
        read = datasets.Features.from_arrow_schema(pq.read_schema(path))
        assert read == wanted
        assert list(read) == list(wanted)
        assert pq.read_schema(path).remove_metadata() == SHAPES[name].arrow()
        assert read.arrow_schema.remove_metadata() == SHAPES[name].arrow()


def label_sets(feature: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(feature, datasets.ClassLabel):
        yield path, feature.names
    elif isinstance(feature, dict):
        for key, part in feature.items():
            yield from label_sets(part, f"{path}.{key}" if path else key)
    elif hasattr(feature, "feature"):
        yield from label_sets(feature.feature, path)


def stated(path: Path, node: Any) -> Any:
    """The schema node behind references and ``anyOf`` with null, read straight from the files."""
    while "oneOf" not in node:
        if "$ref" in node:
            file, _, pointer = node["$ref"].partition("#")
            path = (path.parent / file).resolve() if file else path
            node = json.loads(path.read_text(encoding="utf-8"))
            for part in pointer.strip("/").split("/"):
                node = node[part] if part else node
        elif "anyOf" in node:
            node = node["anyOf"][0]
        elif node.get("type") == "array":
            node = node["items"]
        else:
            return None
    return [option["const"] for option in node["oneOf"]]


@pytest.mark.parametrize("layer", list(schema.layers().values()), ids=lambda layer: layer.name)
def test_labels_stand_in_the_order_of_the_schema_files(published: Path, layer: schema.Layer) -> None:
    node = json.loads(layer.path.read_text(encoding="utf-8"))
    path = published / "dataset" / "parquet" / layer.config / "train-00000-of-00001.parquet"
    labels = dict(label_sets(datasets.Features.from_arrow_schema(pq.read_schema(path))))
    written = {
        name: names
        for name, part in node["properties"].items()
        if (names := stated(layer.path, part)) is not None
    }
    assert written
    for name, names in written.items():
        assert labels[name] == names


def test_offsets_are_int32_dates_date32_and_labels_int64(published: Path) -> None:
    figures = pq.read_schema(files(published)["figures/train-00000-of-00001.parquet"])
    assert figures.field("start").type == figures.field("context_start").type == pa.int32()
    assert figures.field("as_of").type == pa.date32()
    assert figures.field("category").type == pa.int64()
    numbers = pq.read_schema(files(published)["numbers/train-00000-of-00001.parquet"])
    assert numbers.field("unit").type == pa.struct(
        [("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())]
    )


def test_metadata_names_config_data_and_scheme(published: Path, sample: Corpus) -> None:
    for name, path in files(published).items():
        release = json.loads(pq.read_schema(path).metadata[b"hasila"])
        assert release == {
            "config": name.partition("/")[0], "data": data_version(sample.root), "scheme": schema.version(),
        }  # fmt: skip


def test_features_are_written_in_the_form_that_datasets_2_reads(published: Path) -> None:
    for path in files(published).values():
        assert b'"List"' not in pq.read_schema(path).metadata[b"huggingface"]


# Files


def test_every_split_with_rows_has_a_file_and_no_other(published: Path, sample: Corpus) -> None:
    names = set(files(published))
    assert {name.partition("/")[0] for name in names} == set(SHAPES) - WITHOUT_ROWS
    for path in files(published).values():
        assert pq.read_metadata(path).num_rows > 0
    across = {name.partition("/")[0] for name in names if "/full-" in name}
    assert across == {
        "figure_pairs", "relations",
        "registry_entities", "registry_events", "registry_subgroups", "registry_keys",
    }  # fmt: skip


def test_a_split_without_rows_is_left_out(corpus_dir: Path, tmp_path: Path) -> None:
    path = corpus_dir / "annotations" / "hand" / "c_denial.jsonl"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if '"layer": "timex"' not in line]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    listed = {config.name: config for config in publish(open_corpus(corpus_dir), tmp_path / "out")}
    assert list(listed["timexes"].rows) == ["train", "validation"]
    loaded = datasets.load_dataset(str(tmp_path / "out"), "timexes")
    assert list(loaded) == ["train", "validation"]


def test_two_runs_write_the_same_bytes(published: Path, sample: Corpus, tmp_path: Path) -> None:
    publish(sample, tmp_path)
    first, second = files(published), files(tmp_path)
    assert list(first) == list(second)
    for name in first:
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (first[name], second[name])]
        assert digests[0] == digests[1], name


def test_files_are_zstd_with_a_page_index_and_chunked_by_content(
    published: Path, sample: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in files(published).values():
        chunk = pq.read_metadata(path).row_group(0).column(0)
        assert chunk.compression == "ZSTD"
        assert chunk.has_column_index or chunk.has_offset_index
    given: list[dict[str, Any]] = []
    plain = pq.ParquetWriter
    monkeypatch.setattr(pq, "ParquetWriter", lambda *a, **k: (given.append(k), plain(*a, **k))[1])
    build(sample, tmp_path / "again")
    assert given and all(k["use_content_defined_chunking"] is True for k in given)


def test_the_listing_says_what_the_files_hold(published: Path) -> None:
    for config in configs_below(published, schema.layers()):
        for split, file in config.files.items():
            assert pq.read_metadata(published / file).num_rows == config.rows[split]
        assert config.features == json.loads(json.dumps(SHAPES[config.name].features()))
        assert config.total == sum(config.rows.values())


def test_load_dataset_finds_every_config_by_the_card(published: Path, tmp_path: Path) -> None:
    listed = configs_below(published, schema.layers())
    assert datasets.get_dataset_config_names(str(published)) == [config.name for config in listed]
    assert datasets.get_dataset_default_config_name(str(published)) == "articles"
    for config in listed:
        loaded = datasets.load_dataset(str(published), config.name)
        assert {split: len(part) for split, part in loaded.items()} == dict(config.rows)
        streamed = datasets.load_dataset(str(published), config.name, streaming=True)
        for split, part in loaded.items():
            assert list(streamed[split]) == list(part)
            assert streamed[split].features == part.features


def test_a_card_keeps_what_else_stands_in_it(published: Path) -> None:
    card = "---\nlanguage:\n- ar\nconfigs: []\n---\n# Title\n\n---\n"
    written = with_configs(card, configs_below(published, schema.layers()))
    assert written.startswith("---\nlanguage:\n- ar\nconfigs:\n- config_name: articles\n")
    assert written.endswith("\n---\n# Title\n\n---\n")


def test_polars_and_duckdb_read_the_same_files(published: Path) -> None:
    for path in files(published).values():
        table = pq.read_table(path)
        assert pl.read_parquet(path).height == table.num_rows
        assert duckdb.sql(f"select * from '{path}'").fetchall().__len__() == table.num_rows
    figures = files(published)["figures/train-00000-of-00001.parquet"]
    by_duckdb = duckdb.sql(f"select text, low, as_of from '{figures}' order by start, id").fetchall()
    by_polars = pl.read_parquet(figures).sort("start", "id").select("text", "low", "as_of").rows()
    assert by_duckdb == by_polars
    assert ("12 مدنيا", 12) in [row[:2] for row in by_duckdb]


# Rows


def test_articles_hold_text_metadata_and_every_annotation(published: Path, sample: Corpus) -> None:
    found = {row["id"]: row for row in rows(published, "articles")}
    assert list(found) != []
    for article in sample.articles.values():
        row = found[article.id]
        assert row["text"] == article.text
        assert row["split"] == article.meta["split"]
        assert row["published"].isoformat() == article.published
        for layer in sample.layers.values():
            lines = [one for one in sample.annotations()[article.id] if one.layer == layer.name]
            assert [one["id"] for one in row[layer.config]] == [one.id for one in lines]
            for given, line in zip(row[layer.config], lines, strict=True):
                plain = {key: value for key, value in line.to_dict().items() if key != "layer"}
                assert without_nulls(given) == without_nulls(plain)


def without_nulls(value: Any) -> Any:
    """Dates as text, absent and null alike."""
    if isinstance(value, dict):
        return {key: without_nulls(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("layer", list(schema.layers().values()), ids=lambda layer: layer.name)
def test_every_offset_covers_its_text(published: Path, sample: Corpus, layer: schema.Layer) -> None:
    for row in rows(published, layer.config):
        text = texts(sample)[row["article"]]
        assert text[row["start"] : row["end"]] == row["text"]
        context_end = row["context_start"] + len(row["context"])
        assert text[row["context_start"] : context_end] == row["context"]
        assert row["context_start"] <= row["start"] and row["end"] <= context_end
        for value in row.values():
            for span in value if isinstance(value, list) else [value]:
                if isinstance(span, dict) and "start" in span:
                    assert text[span["start"] : span["end"]] == span["text"]


def test_context_is_the_sentence(published: Path) -> None:
    figure = next(r for r in rows(published, "figures") if r["article"] == "b_toll" and r["id"] == "f2")
    assert figure["context"].startswith("أعلنت الشرطة")
    assert figure["context"].endswith("ثلاثة جرحى.")
    assert "القصف" not in figure["context"]


def test_links_have_their_texts_beside_them(published: Path) -> None:
    figures = {(r["article"], r["id"]): r for r in rows(published, "figures")}
    figure = figures["a_market", "f5"]
    assert (figure["number"], figure["number_text"]) == ("n5", "20")
    assert figure["quotation_text"] == 'أصيب نحو 20شخصا"، وفق ما قاله الناطق باسم بلدية المرفأ'
    assert figure["originator_text"] == "Spokesman of the Harbour Council"
    assert figure["event_ref_text"] == "The attack on the market."
    assert figure["key_text"] == "injured, all, cumulative, market-attack"
    assert (figure["side"], figure["side_text"]) == ("all", None)
    assert figures["a_market", "f3"]["subgroup_text"] == "Men"
    event = next(r for r in rows(published, "events") if (r["article"], r["id"]) == ("a_market", "v3"))
    assert event["ref_text"] == "The attack on the market."
    assert event["participants"] == [
        {"role": "patient", "target": "f2", "target_text": "12 مدنيا"},
        {"role": "time", "target": "t1", "target_text": "أمس السبت"},
    ]


def test_a_mention_stands_for_a_referent_where_there_is_no_registry(corpus_dir: Path, tmp_path: Path) -> None:
    path = corpus_dir / "annotations" / "hand" / "b_toll.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"ref": "market"', '"ref": "#e3"'), encoding="utf-8"
    )
    publish(open_corpus(corpus_dir), tmp_path)
    found = next(r for r in rows(tmp_path, "entities") if r["ref"] == "#e3")
    assert found["ref_text"] == "سوق المرفأ"


def test_hand_and_rules_never_share_a_config(published: Path) -> None:
    for name in files(published):
        config = name.partition("/")[0]
        layer = config.removeprefix("rules_")
        if layer in {one.config for one in schema.layers().values()}:
            methods = {row["provenance"]["method"] for row in rows(published, config)}
            assert methods == {"rule" if config.startswith("rules_") else "hand"}


def test_relations_carry_texts_and_splits(published: Path) -> None:
    denial = next(row for row in rows(published, "relations") if row["type"] == "DENIES")
    assert (denial["source_text"], denial["target_text"]) == ("15 مدنيا", "15 مدنيا على الأقل")
    assert (denial["source_split"], denial["target_split"]) == ("test", "validation")


def test_a_layer_of_the_corpus_gets_configs_of_its_own(corpus_dir: Path, tmp_path: Path) -> None:
    layer = json.loads((schema.SCHEMA_DIR / "layers" / "timex.schema.json").read_text(encoding="utf-8"))
    layer["title"] = "weapons"
    layer["properties"] = {
        "layer": {"const": "weapon"},
        "id": {"type": "string", "pattern": "^w[1-9][0-9]*$(?!\\n)"},
        "kind": {"oneOf": [{"const": "bomb", "title": "Bomb"}, {"const": "gun", "title": "Gun"}]},
        "event": {"$ref": "../common.schema.json#/$defs/annotationId"},
    }
    layer["required"] = ["kind", "event"]
    folder = corpus_dir / "schema" / "layers"
    folder.mkdir(parents=True)
    (folder / "weapon.schema.json").write_text(json.dumps(layer), encoding="utf-8")
    text = (corpus_dir / "dataset" / "raw" / "b_toll.txt").read_text(encoding="utf-8")
    at = text.index("القصف")
    line = {
        "id": "w1", "layer": "weapon", "start": at, "end": at + 5, "text": "القصف", "kind": "gun",
        "event": "v5", "provenance": {"method": "hand", "annotator": "sample"}, "flags": ["mt"],
    }  # fmt: skip
    with (corpus_dir / "annotations" / "hand" / "b_toll.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    publish(open_corpus(corpus_dir), tmp_path / "out")
    (row,) = datasets.load_dataset(str(tmp_path / "out"), "weapons", split="validation")
    assert (row["text"], row["kind"], row["event_text"], row["flags"]) == ("القصف", 1, "القصف", [0])
    article = next(r for r in rows(tmp_path / "out", "articles") if r["id"] == "b_toll")
    assert [one["id"] for one in article["weapons"]] == ["w1"]


def test_a_corpus_without_annotations_has_its_articles_alone(corpus_dir: Path, tmp_path: Path) -> None:
    shutil.rmtree(corpus_dir / "annotations")
    assert [config.name for config in publish(open_corpus(corpus_dir), tmp_path / "out")] == ["articles"]
    loaded = datasets.load_dataset(str(tmp_path / "out"), split="train")
    assert loaded[0]["entities"] == []
    assert list(datasets.load_dataset(str(tmp_path / "out"), split="train", streaming=True)) == list(loaded)


def test_an_unknown_label_is_one_clear_error(corpus_dir: Path, tmp_path: Path) -> None:
    path = corpus_dir / "annotations" / "hand" / "b_toll.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"type": "GPE"', '"type": "TOWN"'), encoding="utf-8"
    )
    with pytest.raises(HasilaError, match=r"column entities: 'TOWN' is no label of the schema .*GPE"):
        publish(open_corpus(corpus_dir), tmp_path / "out")
    assert not (tmp_path / "out" / "dataset" / "parquet").exists()


# Tokens


def test_tokens_cover_their_text_and_split_proclitics_off(published: Path, sample: Corpus) -> None:
    for row in rows(published, "tokens"):
        text = texts(sample)[row["article"]]
        assert text[row["start"] : row["end"]] == row["text"]
        assert row["tokens"] == [text[a:b] for a, b in zip(row["starts"], row["ends"], strict=True)]
        between = zip([row["start"], *row["ends"]], [*row["starts"], row["end"]], strict=True)
        assert "".join(text[a:b] for a, b in between).strip() == ""
        columns = (*schema.layers()["entity"].field("type").type.label_names, *TAGGED)
        assert {len(row[name]) for name in columns} == {len(row["tokens"])}
    glued = next(row for row in rows(published, "tokens") if "20" in row["tokens"])
    assert glued["tokens"][glued["tokens"].index("20") + 1] == "شخصا"


def test_a_word_is_split_behind_proclitics_and_around_digits() -> None:
    text = 'والأسايش بالحسكة للتحالف، 374من لـ"قسد" وثّق 10.000 @meena'
    assert [text[a:b] for a, b in tokenise(text)] == [
        "و", "الأسايش", "ب", "الحسكة", "ل", "لتحالف", "،", "374", "من", "ل", '"', "قسد", '"', "وثّق", "10.000",
        "@", "meena",
    ]  # fmt: skip
    text = "لحزب وحزب"
    assert [text[a:b] for a, b in tokenise(text, cuts={1, 4})] == ["ل", "حزب", "وحزب"]
    assert tokenise("") == tokenise(" \n\u200f ") == []


def test_tokens_keep_an_emoji_of_several_code_points_whole(published: Path) -> None:
    post = next(row for row in rows(published, "tokens") if "meena" in row["tokens"] and "@" in row["tokens"])
    assert "🙏🏽" in post["tokens"]


def test_tags_and_inner_spans_give_every_annotation_back(published: Path, sample: Corpus) -> None:
    found: set[tuple[str, str, int, int]] = set()
    for row in rows(published, "tokens"):
        for name in (*schema.layers()["entity"].field("type").type.label_names, *TAGGED):
            letters = "".join(row[name])
            spans = [match.span() for match in re.finditer("BI*", letters)]
            assert not re.search("(^|O)I", letters)
            spans += [(one["start"], one["end"]) for one in row["inner"] if one["column"] == name]
            found |= {(row["article"], name, row["starts"][a], row["ends"][b - 1]) for a, b in spans}
    wanted = {
        (article, one.fields["type"] if one.layer == "entity" else one.layer, one.start, one.end)
        for article, lines in sample.annotations().items()
        for one in lines
        if one.layer in ("entity", *TAGGED)
    }
    assert found == wanted


def test_tokens_leave_out_boilerplate_and_copies(published: Path) -> None:
    zones = {row["zone"] for row in rows(published, "tokens") if row["article"] == "a_market"}
    assert zones == {"z1", "z2", "z3"}
    assert {row["zone_type"] for row in rows(published, "tokens")} == {"headline", "body", "tweet"}


# Pairs


def test_pairs_are_all_pairs_of_one_event_and_category(published: Path, sample: Corpus) -> None:
    figures = [
        (article, one.id, one["event_ref"], one["category"])
        for article, lines in sample.annotations().items()
        for one in lines
        if one.layer == "figure"
    ]
    wanted = {
        frozenset((a[:2], b[:2])) for a in figures for b in figures if a[:2] != b[:2] and a[2:] == b[2:]
    }
    pairs = rows(published, "figure_pairs")
    found = [
        frozenset(((p["source"]["article"], p["source"]["id"]), (p["target"]["article"], p["target"]["id"])))
        for p in pairs
    ]
    assert len(found) == len(set(found))
    assert set(found) == wanted


def test_pairs_carry_their_relation_and_its_direction(published: Path) -> None:
    pairs = {
        (p["source"]["article"], p["source"]["id"], p["target"]["article"], p["target"]["id"]): p
        for p in rows(published, "figure_pairs")
    }
    update = pairs["b_toll", "f1", "a_market", "f2"]
    assert (update["relation"], update["direction"], update["relation_id"]) == ("UPDATES", "forward", "r4")
    assert (update["same_article"], update["same_key"], update["same_value"]) == (False, True, False)
    assert update["source"]["context"].startswith("أعلنت") and update["target"]["context"].startswith("قالت")
    assert (update["source_split"], update["target_split"]) == ("validation", "train")
    part = pairs["a_market", "f3", "a_market", "f2"]
    assert (part["relation"], part["direction"]) == ("SUM_OF", "forward")
    hard = pairs["b_toll", "f2", "a_market", "f4"]
    assert (hard["relation"], hard["direction"], hard["same_value"], hard["same_key"]) == (
        "NONE", None, True, False,
    )  # fmt: skip
    assert sum(p["relation"] != "NONE" for p in pairs.values()) == 5


def test_the_earlier_figure_may_be_the_one_that_relates(corpus_dir: Path, tmp_path: Path) -> None:
    path = corpus_dir / "annotations" / "relations.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        line["source"], line["target"] = line["target"], line["source"]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    publish(open_corpus(corpus_dir), tmp_path)
    directions = {p["direction"] for p in rows(tmp_path, "figure_pairs") if p["relation"] != "NONE"}
    assert directions == {"backward"}


def test_splits_are_those_of_the_schema() -> None:
    assert SPLITS == ("train", "validation", "test")


# The data dictionary


def test_the_dictionary_has_every_column_of_every_config() -> None:
    text = dictionary.render(schema.layers())
    for name, shape in SHAPES.items():
        section = text.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
        for one in shape.fields if not name.startswith("rules_") else ():
            assert f"| `{one.name}` |" in section
            assert one.description, f"{name}.{one.name} has no description"


def test_the_dictionary_is_fresh() -> None:
    assert (ROOT / dictionary.PATH).read_text(encoding="utf-8") == dictionary.render(schema.layers())
