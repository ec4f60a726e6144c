"""Documented or fails: every setting, command, option and claim has its place in the guide."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields

import pytest
from django.utils import translation

from quarterdeck.cli.main import build_parser, not_built
from quarterdeck.kernel.claims.document import document
from quarterdeck.kernel.claims.registry import Predicate, all_predicates
from quarterdeck.settings.home import HomeSettings
from tests.docs.repository import text


def test_every_setting_is_in_the_guide_and_nothing_else_is() -> None:
    page = text("docs/guide/settings.md").split("## ")[0]
    named = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert sorted(named) == sorted(item.name for item in fields(HomeSettings))


@pytest.mark.parametrize("setting", fields(HomeSettings), ids=lambda item: item.name)
def test_the_guide_gives_the_value_a_setting_has_when_left_out(setting: object) -> None:
    name, default = setting.name, setting.default  # type: ignore[attr-defined]
    row = re.search(rf"^\| `{name}` \| `([^`]*)` \|", text("docs/guide/settings.md"), re.M)
    assert row is not None
    said = row[1]
    if isinstance(default, bool):
        assert said == str(default).lower()
    elif isinstance(default, tuple):
        assert said == "[" + ", ".join(f'"{item}"' for item in default) + "]"
    else:
        assert said == (str(default) if isinstance(default, int) else f'"{default}"')


def _commands() -> dict[str, argparse.ArgumentParser]:
    """Every command that is built, with its parser."""
    found: dict[str, argparse.ArgumentParser] = {}

    def walk(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> None:
        groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        for group in groups:
            for word, inner in group.choices.items():
                walk(inner, (*words, word))
        if not groups and parser.get_default("run") is not not_built:
            found[" ".join(words)] = parser

    walk(build_parser(), ())
    return found


COMMANDS = _commands()
#: Told once for all commands, at the top of the page.
COMMON = {"-h", "--help", "--json", "--home", "--as", "--now"}


def _sections() -> dict[str, str]:
    parts = re.split(r"^### `([^`]+)`$", text("docs/guide/command-line.md"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_guide_names_the_commands_that_are_built_and_no_other() -> None:
    assert sorted(_sections()) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_in_its_part_of_the_guide(command: str) -> None:
    options = {
        option for action in COMMANDS[command]._actions for option in action.option_strings if option not in COMMON
    }
    said = set(re.findall(r"--[a-z][a-z-]*", _sections()[command]))
    assert options <= said, f"{command}: the guide does not name {sorted(options - said)}"


def test_the_page_of_claims_is_what_the_registry_says() -> None:
    with translation.override("en"):
        written = document(all_predicates())
    assert text("docs/guide/claims.md") == written, (
        "write it anew: python -m quarterdeck.kernel.claims.document > docs/guide/claims.md"
    )


@pytest.mark.parametrize("predicate", list(all_predicates()), ids=lambda item: item.name)
def test_a_claim_that_reads_company_parameters_says_which(predicate: Predicate) -> None:
    assert ("claims.parameter" in predicate.reads) == bool(predicate.company)
