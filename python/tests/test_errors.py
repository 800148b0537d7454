"""What goes wrong is an exception that says what, where, and what to do."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import twicetold
from conftest import FIRST


def test_the_exceptions_are_a_family() -> None:
    for error in (twicetold.ArchiveError, twicetold.InputError, twicetold.InternalError, twicetold.SettingError):
        assert issubclass(error, twicetold.Error)
    assert issubclass(twicetold.SettingError, ValueError)
    assert issubclass(twicetold.InputError, OSError)
    assert issubclass(twicetold.InputWarning, UserWarning)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"threshold": 2}, "threshold: "),
        ({"threshold": {"chapter": 0.5}}, "threshold: .*chapter"),
        ({"threshold": 0.01}, "threshold: .*below 0.05"),
        ({"lanes": -1}, "lanes: "),
        ({"lanes": 5000}, "lanes: 5000 is not between 1 and 4096"),
        ({"lanes": 10**30}, "lanes: "),
        ({"min_words": "many"}, "min_words: "),
        ({"level": []}, "level: "),
        ({"level": "chapter"}, "level: .*chapter"),
        ({"profile": "novel"}, "profile: "),
        ({"passage_gap": 65}, "passage_gap: 65"),
        ({"memory_limit": "much"}, "memory_limit: "),
        ({"field": "text"}, "field: .*ROLE=NAME"),
        ({"field": {"words": "a"}}, "field: .*not a role"),
        ({"encoding": "klingon"}, "encoding: "),
        ({"glob": "a{b"}, "glob"),
        ({"threads": "1.5"}, "threads: "),
        ({"containment": float("nan")}, "containment: "),
    ],
)
def test_values_that_cannot_be_used(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(twicetold.SettingError, match=message):
        twicetold.scan(Path(__file__).parent, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"treshold": 0.5}, "'treshold': did you mean threshold"),
        ({"min-words": 3}, "did you mean min_words"),
        ({"zzz": 3}, "twicetold.OPTIONS"),
        ({"hidden": []}, "hidden: it is to be True or False, not list"),
        ({"lanes": [1]}, "lanes: it is to be a text or a number, not list"),
        ({"lanes": True}, "lanes: .*not bool"),
        ({"threshold": {"document": [1]}}, "threshold: "),
        ({"level": [object()]}, "level: "),
        ({"keep": object()}, "keep: "),
    ],
)
def test_words_and_types_that_are_not_there(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        twicetold.scan([], **settings)


@pytest.mark.parametrize("act", [twicetold.scan, twicetold.dedup])
@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"bytes", "decode"),
        ({"text": "one"}, "into a list"),
        (3, "not int"),
        (None, "not NoneType"),
        ([3], "element 0"),
        (["a", b"b"], "element 1"),
        ([("a", "b", "c")], "element 0 is no pair"),
        ([("a", 3)], "element 0 is no pair"),
        ([(object(), "b")], "element 0 is no pair"),
        ([Path("a"), "b"], "mixed"),
        (["b", Path("a")], "mixed|texts are wanted"),
    ],
)
def test_what_is_no_corpus(act: Callable[[Any], Any], source: Any, message: str) -> None:
    with pytest.raises((TypeError, twicetold.Error), match=message):
        act(source)


def test_an_old_data_frame_is_not_read_as_its_columns() -> None:
    class Frame:
        def __dataframe__(self) -> None: ...

        def __iter__(self) -> Any:
            return iter(["text", "id"])

    with pytest.raises(TypeError, match="2.2"):
        twicetold.scan(Frame())  # type: ignore[arg-type]


def test_an_error_of_the_iterable_comes_through() -> None:
    def texts() -> Any:
        yield FIRST
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        twicetold.scan(texts())
    with pytest.raises(ValueError, match="[Cc]ircular"):
        record: dict[str, Any] = {"text": FIRST}
        record["self"] = record
        twicetold.scan([record])


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(twicetold.InputError) as caught:
        twicetold.scan(tmp_path / "none")
    assert caught.value.errno == errno.ENOENT and "none" in str(caught.value.filename)
    with pytest.raises(twicetold.InputError, match="none"):
        twicetold.scan([], boilerplate=tmp_path / "none")
    (tmp_path / "broken").write_text("{")
    with pytest.raises(twicetold.SettingError, match="baseline"):
        twicetold.scan([], baseline=tmp_path / "broken")


def test_formats_that_are_not_there() -> None:
    with pytest.raises(twicetold.SettingError, match="format: .*human"):
        twicetold.scan([]).render("pdf")


def test_options_are_the_table() -> None:
    names = {option.name: option for option in twicetold.OPTIONS}
    assert len(names) == len(twicetold.OPTIONS) > 50
    assert names["min_words"].flag == "min-words" and names["min_words"].choices[0] == "document"
    assert names["passage_exact_across"].flag == "passage.exact-across"
    for option in twicetold.OPTIONS:
        assert option.name.isidentifier() and option.help.endswith(".")
        if option.default:
            value = twicetold.scan([], **{option.name: option.default})  # type: ignore[arg-type]
            assert value.to_json() == twicetold.scan([]).to_json(), option.name
