"""The stubs say what is there, and the examples hold to them."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import types
from pathlib import Path

import twicetold
from twicetold import _native

PACKAGE = Path(twicetold.__file__).parent
HERE = Path(__file__).parent
STUB = (PACKAGE / "_native.pyi").read_text()
KINDS = {
    "switch": "bool | str",
    "number": "int | str",
    "share": "float | str",
    "frequency": "float | str",
    "size": "int | str",
    "text": "Path",
    "choice": "str",
    "choices": "str | Sequence[str]",
    "texts": "Path | Sequence[Path]",
    "numbers": "int | str | Mapping[str, int | str] | Sequence[str]",
    "shares": "float | str | Mapping[str, float | str] | Sequence[str]",
    "names": "str | Mapping[str, str] | Sequence[str]",
}


def test_the_stub_lists_the_table() -> None:
    body = STUB.split("class Settings(TypedDict, total=False):")[1].split("\n\n")[0]
    listed = re.findall(r"^    (\w+): (.*) \| None$", body, re.MULTILINE)
    assert listed == [(option.name, KINDS[option.kind]) for option in twicetold.OPTIONS]


def test_the_stub_has_what_the_module_has() -> None:
    names = {name for name in dir(_native) if not name.startswith("__") or name == "__version__"}
    for name in names:
        assert re.search(rf"^(class|def) {name}\b|^{name}:", STUB, re.MULTILINE), name
        thing = getattr(_native, name)
        if not isinstance(thing, type) or issubclass(thing, Exception):
            continue
        body = STUB.split(f"\nclass {name}:")[1].split("\n@final")[0]
        # What Python gives every class, or makes of what is there.
        own = {key for key in vars(thing) if not key.startswith("__") or key in ("__len__", "__getitem__", "__arrow_c_stream__")}
        for key in own:
            assert re.search(rf"def {key}\(", body), f"{name}.{key}"
        for key in re.findall(r"^    def (\w+)\(", body, re.MULTILINE):
            assert hasattr(thing, key) or key == "__iter__", f"{name}.{key}"


def test_everything_has_a_docstring() -> None:
    for name in twicetold.__all__:
        thing = getattr(twicetold, name)
        if not isinstance(thing, (type, types.BuiltinFunctionType, types.FunctionType)):
            continue
        assert inspect.getdoc(thing), name
        if isinstance(thing, type) and thing.__module__ == "twicetold" and not issubclass(thing, Exception):
            for key, value in vars(thing).items():
                if not key.startswith("_"):
                    assert inspect.getdoc(value), f"{name}.{key}"


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def mypy(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    config = HERE.parent / "pyproject.toml"
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(config), "--cache-dir", str(folder / "cache"), *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder)


def test_mypy_is_content(tmp_path: Path) -> None:
    run = mypy("-p", "twicetold", folder=tmp_path)
    assert run.returncode == 0, run.stdout


def test_mypy_sees_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(
        "import twicetold\n"
        "twicetold.scan([], treshold=0.5)\n"
        "twicetold.scan([], lanes=[1])\n"
        "twicetold.scan(3)\n"
        "twicetold.scan(['a'], threshold={'document': 0.5}, level=['passage'], hidden=None).families[0].kept.char_start + 1\n"
    )
    run = mypy("wrong.py", folder=tmp_path)
    assert re.findall(r"^wrong.py:(\d+): error", run.stdout, re.MULTILINE) == ["2", "3", "4"], run.stdout
