"""The JSON Schema of accounts.yaml, made from the same models that read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Protocol, cast

from gallery.config.settings import ClassifierBlock, Entry, FetchBlock, SiteBlock
from gallery.sources import BUILT_IN, source_for
from gallery.sources.options import Option


def schema_text() -> str:
    """The schema as JSON text (draft 2020-12), for an editor's YAML support. Built-in networks only."""
    definitions: dict[str, object] = {}
    entries = []
    for network in BUILT_IN:
        entry = Entry.model_json_schema(ref_template="#/$defs/{model}")
        definitions |= entry.pop("$defs", {})
        handle = {"type": ["string", "number", "boolean"], "description": f"Handle on {network}"}
        entry["properties"] = {network: handle, **entry["properties"], **_own_settings(network)}
        entry["required"] = [network]
        entry["title"] = f"{network} account"
        entries.append(entry)
    blocks: dict[str, object] = {}
    for name, model in (("site", SiteBlock), ("fetch", FetchBlock), ("classifier", ClassifierBlock)):
        block = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions |= block.pop("$defs", {})
        blocks[name] = block
    blocks["classifier"] = {"anyOf": [{"type": "string"}, blocks["classifier"]]}
    blocks["networks"] = {
        "type": "object",
        "properties": {
            name: {
                "type": "object",
                "properties": _own_settings(name),
                "additionalProperties": False,
            }
            for name in BUILT_IN
        },
    }
    accounts = {"type": "array", "items": {"anyOf": entries}}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "accounts.yaml",
        "description": "Whom the gallery follows, and how the site looks",
        "anyOf": [
            accounts,
            {
                "type": "object",
                "properties": {"accounts": accounts, **blocks},
                "required": ["accounts"],
                "additionalProperties": False,
            },
        ],
        "$defs": definitions,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _own_settings(network: str) -> dict[str, object]:
    """The settings that only this network has, by name."""
    options = cast("_Described", source_for(network)).options
    page = {"description": f"See docs/sources/{network}.md"}
    return {name: page | dict(options[name].schema) for name in sorted(options)}


class _Described(Protocol):
    """What every built-in source has, beside the contract."""

    options: Mapping[str, Option[object]]
