"""What holds for the whole project: imports, public names, sources, and what the README says."""

import doctest
import importlib
import inspect
import io
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dilemma

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MODULES = ["dilemma", *(m.name for m in pkgutil.walk_packages(dilemma.__path__, "dilemma."))]
ROOMS = [name for name in MODULES if name.count(".") == 1 and name != "dilemma.__main__"]


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)\n```$", README, re.M | re.S)


class TestImports:
    def test_importing_stays_light_until_something_heavy_is_asked(self):
        """Only numpy, flint and the standard library load for a whole exact analysis."""
        code = (
            "import sys, dilemma\n"
            "equilibria = dilemma.nash(dilemma.Alliance(trust=0.3).game())\n"
            "dilemma.critical_discount(dilemma.Alliance().game(), 'collaboration', 'avoidance')\n"
            "heavy = {'scipy', 'sympy', 'xarray', 'pandas', 'numba', 'nashpy', 'matplotlib',"
            " 'hypothesis', 'tqdm', 'networkx'}\n"
            "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "[]"

    @pytest.mark.parametrize("name", MODULES)
    def test_every_module_imports_and_has_a_docstring(self, name):
        assert importlib.import_module(name).__doc__

    @pytest.mark.parametrize("name", dilemma.__all__)
    def test_top_level_names_are_those_of_their_rooms(self, name):
        assert getattr(dilemma, name) is not None
        assert name in dir(dilemma)

    def test_unknown_names_are_refused(self):
        with pytest.raises(AttributeError, match="no attribute 'nahs'"):
            dilemma.nahs  # noqa: B018

    def test_no_module_shares_its_name_with_a_public_function(self):
        for name in MODULES:
            room, _, own = name.rpartition(".")
            if room:
                public = getattr(importlib.import_module(room), own, None)
                assert public is None or inspect.ismodule(public), name


PUBLIC = [
    (room, name)
    for room in ROOMS
    for name in getattr(importlib.import_module(room), "__all__", [])
]


class TestDocstrings:
    @pytest.mark.parametrize(("room", "name"), PUBLIC)
    def test_every_public_name_has_one(self, room, name):
        thing = getattr(importlib.import_module(room), name)
        if callable(thing):
            assert thing.__doc__
            assert not thing.__doc__.startswith(f"{name}("), "a dataclass's own docstring"

    @pytest.mark.parametrize(("room", "name"), PUBLIC)
    def test_every_public_function_has_a_doctest(self, room, name):
        thing = getattr(importlib.import_module(room), name)
        if inspect.isfunction(thing):
            assert ">>> " in thing.__doc__

    def test_every_key_that_is_cited_is_in_the_references(self):
        held = set(
            re.findall(
                r"^@\w+\{(\w+),", (ROOT / "dilemma/references.bib").read_text("utf-8"), re.M
            )
        )
        cited = set()
        for path in (ROOT / "dilemma").rglob("*.py"):
            cited |= set(
                re.findall(r"\b([a-z]+(?:1[89]|20)\d\d[a-z]*)\b", path.read_text("utf-8"))
            )
        assert cited - held == set()
        assert len(held) > 10


class TestReadme:
    def test_python_blocks_do_what_they_show(self):
        parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
        examples = blocks("python")
        assert examples
        for source in examples:
            assert len(source.splitlines()) <= 10
            report = io.StringIO()
            test = parser.get_doctest(source + "\n", {}, "README.md", "README.md", 0)
            failed, tried = runner.run(test, out=report.write)
            assert tried
            assert failed == 0, report.getvalue()

    def test_console_blocks_print_what_they_show(self, tmp_path):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        shown = blocks("console")
        assert shown
        for block in shown:
            for command, expected in re.findall(
                r"^\$ (.*)\n((?:(?!\$ ).*(?:\n|\Z))*)", block, re.M
            ):
                done = subprocess.run(
                    ["bash", "-c", command],
                    capture_output=True,
                    text=True,
                    check=True,
                    cwd=tmp_path,
                    env={**os.environ, "PATH": path},
                )
                assert done.stdout.rstrip("\n") == expected.rstrip("\n")

    def test_two_set_up_commands_of_one_line_which_continuous_integration_runs(self):
        commands = blocks("sh")
        assert len(commands) == 2
        assert all("\n" not in one and one.startswith("python3 -m venv .venv") for one in commands)
        assert commands[0].endswith(".venv/bin/dilemma")
        assert commands[1].endswith(".venv/bin/python -m pytest")
        script = (ROOT / ".ci/run").read_text("utf-8")
        assert "readme_command 0" in script
        assert "readme_command 1" in script

    def test_windows_commands_are_the_same_two(self):
        (windows,) = blocks("powershell")
        there = [
            one.replace("python3 -m", "py -3 -m").replace(".venv/bin/", ".venv\\Scripts\\")
            for one in blocks("sh")
        ]
        assert windows.splitlines() == there

    def test_no_other_kind_of_block(self):
        fences = re.findall(r"^```(\w*)$", README, re.M)
        assert set(fences) - {""} == {"sh", "powershell", "python", "console"}

    def test_links_lead_somewhere(self):
        links = re.findall(r"\]\(([^)#]+)\)", README)
        local = [one for one in links if "://" not in one]
        assert local
        assert [one for one in local if not (ROOT / one).exists()] == []

    def test_names_in_the_tables_exist(self):
        names = set(re.findall(r"`(\w+)`", README)) | set(re.findall(r"`(\w+)\(", README))
        public = {name for _, name in PUBLIC} | {"dilemma"}
        words = {"vertices", "method", "exact", "complete", "status"}
        assert names - public - words == set()

    def test_the_version_is_one_everywhere(self):
        citation = (ROOT / "CITATION.cff").read_text("utf-8")
        assert f"\nversion: {dilemma.__version__}\n" in citation
        changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
        assert f"## {dilemma.__version__}" in changes
