"""The report on an alliance: complete, true to the library, self-contained, accessible."""

import base64
import itertools
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import numpy as np
import pytest
import sympy

from dilemma import Alliance, Strategy, nash, report, thresholds
from dilemma.__main__ import main
from dilemma.alliance import strategy_grid
from dilemma.evolution import Population
from dilemma.repeated import critical_discount
from dilemma.show.pictures.theme import contrast
from dilemma.show.reports import reporting, settling, styling, writing
from dilemma.show.reports.alliances import alliance_section
from dilemma.show.reports.claiming import CHOSEN, claims_about
from dilemma.show.reports.drifting import evolution_section
from dilemma.show.reports.lasting import repeated_section
from dilemma.show.reports.moving import threshold_section
from dilemma.show.reports.settling import equilibrium_section, game_section
from dilemma.show.reports.spans import span_of
from dilemma.show.reports.swaying import sensitivity_section
from dilemma.show.reports.writing import Setting

ALLIANCE = Alliance(trust=0.75)
EMPTY = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page, each with its attributes and the text inside."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.unclosed = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.elements.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append({"tag": tag, "text": "", **dict(attrs)})

    def handle_endtag(self, tag):
        if not self.open or self.open.pop()["tag"] != tag:
            self.unclosed.append(tag)

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, *tags):
        return [one for one in self.elements if one["tag"] in tags]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "out.html"
    assert report(ALLIANCE, path) == path
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def page(written):
    return Page(written)


def setting_of(alliance):
    return Setting(alliance, alliance.game(), 0)


class TestPage:
    def test_is_well_formed_and_complete(self, page, written):
        assert not page.open
        assert not page.unclosed
        assert [one["text"] for one in page.all("title")] == ["An alliance: trust 3/4"]
        assert page.all("html")[0]["lang"] == "en"
        titles = [one["text"].partition(". ")[2] for one in page.all("h2")[1:]]
        assert titles == [
            "The alliance", "The game", "Equilibria", "Thresholds", "Evolution", "Repeated play",
            "Sensitivity", "Claims", "How this was made",
        ]  # fmt: skip
        assert "Nothing that a report has was left out." in written
        assert "missing" not in {one.get("class") for one in page.elements}

    def test_is_self_contained_and_small(self, page, written):
        assert len(written) < 3_000_000
        assert "http" not in written
        assert not page.all("script", "link", "iframe")
        for one in page.elements:
            for name in ("src", "href"):
                assert one.get(name, "#").startswith(("#", "data:image/svg+xml;base64,"))

    def test_every_picture_is_there_with_a_text_that_has_numbers(self, page):
        pictures = page.all("img")
        assert len(pictures) >= 14
        for one in pictures:
            assert re.search(r"\d", one["alt"])
            assert len(one["alt"]) > 40
            svg = base64.b64decode(one["src"].partition(",")[2])
            root = ElementTree.fromstring(svg)
            assert root.tag.endswith("svg")
            # Nothing in a picture is fetched: references are to its own parts, or data.
            for name in re.findall(rb'(?:href|src)="([^"]*)"', svg):
                assert name.startswith((b"#", b"data:"))
            assert b"<dc:date>" not in svg
        assert len({one["alt"] for one in pictures}) == len(pictures)

    def test_can_be_walked_through_without_seeing_it(self, page):
        ids = [one["id"] for one in page.elements if "id" in one]
        assert len(set(ids)) == len(ids)
        for one in page.all("a"):
            assert one["href"].removeprefix("#") in ids
        assert page.all("a")[0]["class"] == "skip"
        levels = [int(one["tag"][1]) for one in page.all("h1", "h2", "h3")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert page.all("table")
        assert len(page.all("caption")) == len(page.all("table"))
        for one in page.all("th"):
            assert one["scope"] in ("row", "col")
            assert one["text"].strip()

    def test_texts_stand_out_from_what_they_stand_on(self):
        for text, ground in styling.PAIRS:
            assert contrast(text, ground) >= 4.5
        colours = set(re.findall(r"#[0-9a-f]{6}", styling.STYLE))
        assert colours - {styling.RULE} <= {one for pair in styling.PAIRS for one in pair}
        # On the lines, which carry no meaning, no text stands.
        assert "color: " + styling.RULE not in styling.STYLE


class TestNumbers:
    def test_are_the_library_s(self, page, written):
        game = ALLIANCE.game()
        cells = " ".join(one["text"] for one in page.all("td", "th", "p", "li"))
        for equilibrium in nash(game):
            assert equilibrium.words in cells
            assert str(equilibrium.payoffs[0]) in cells
        for payoff in set(game.exact_payoffs.ravel().tolist()):
            assert str(payoff) in cells
        for one in thresholds(ALLIANCE, "trust").critical:
            assert one.closed_form in cells
        assert critical_discount(game, "collaboration", "avoidance").status in cells
        law = Population(game, 100, 1).stationary_distribution()
        assert f"{100 * law[4]:.4g} %" in cells
        assert all(claim.words in cells for claim in claims_about(ALLIANCE).values())

    def test_the_code_makes_it_again(self, page):
        (code,) = [one["text"] for one in page.all("code")]
        found = {}
        exec(code.rpartition("\n")[0], found)
        assert found["alliance"] == ALLIANCE
        assert 'report(alliance, "report.html", seed=0)' in code


class TestSameBytes:
    def test_for_a_seed(self, monkeypatch):
        # The sections that draw at random, and one with a picture of its own ids.
        monkeypatch.setattr(reporting, "SECTIONS", (alliance_section, evolution_section))
        first, again, other = (reporting.page_of(ALLIANCE, seed) for seed in (1, 1, 2))
        assert first == again
        assert first != other


class TestOtherAlliances:
    def test_firms_that_differ(self):
        setting = setting_of(Alliance(stakes=(1, 2)))
        body = alliance_section(setting).body + evolution_section(setting).body
        assert '<td role="cell" data-head="column firm">2</td>' in body
        assert "two populations" in body
        assert [what for what, _ in setting.left_out] == [
            "Evolutionarily stable strategies", "The picture of the flow",
            "The picture of invasions",
        ]  # fmt: skip
        assert "Along stakes" in threshold_section(setting).body

    def test_names_are_escaped(self):
        strategies = (Strategy("<script>alert(1)</script>", 1, 1), Strategy('"&$x$', 0, 0))
        setting = setting_of(Alliance(strategies=strategies))
        for write in (alliance_section, game_section, equilibrium_section, evolution_section,
                      repeated_section):  # fmt: skip
            body = write(setting).body
            assert "<script" not in body
            page = Page(body)
            assert not page.unclosed
            assert not page.open
        assert (
            "no strategies of the names"
            in dict(setting.left_out)["The critical discount factor and the ladder of punishments"]
        )

    def test_many_strategies(self, monkeypatch):
        monkeypatch.setattr(writing, "drawing", lambda thing, **options: b"<svg/>")
        setting = setting_of(Alliance(strategies=strategy_grid(4)))
        for write in (alliance_section, game_section, equilibrium_section, threshold_section,
                      sensitivity_section, repeated_section):  # fmt: skip
            write(setting)
        said = [what for what, _ in setting.left_out]
        assert "The table of payoffs" in said
        assert "Sobol indices" in said
        assert all(why for _, why in setting.left_out)

    def test_an_extra_that_is_missing_is_named(self, monkeypatch):
        monkeypatch.setattr(writing, "drawing", lambda thing, **options: b"<svg/>")

        def missing(*arguments, **options):
            raise ModuleNotFoundError("plot: needs networkx; pip install 'dilemma[plot]'")

        setting = setting_of(ALLIANCE)
        monkeypatch.setattr(settling, "expectations", missing)
        assert "pip install" in equilibrium_section(setting).body
        assert setting.left_out[0][0] == "What concepts select"

    def test_of_another_payoff_model(self):
        def shared(focal, partner, terms):
            value = focal.stakes * focal.receptivity * partner.transparency
            return value, value

        setting = setting_of(Alliance(model=shared))
        assert "The payoff model: shared." in alliance_section(setting).body
        assert "<table" in game_section(setting).body

    def test_claims_are_about_this_alliance(self):
        claims = claims_about(Alliance(synergy=2))
        assert set(claims) <= set(CHOSEN)
        assert len(claims) >= 8
        assert all(one.model.synergy == 2 for one in claims.values())

    def test_the_alliance_is_within_what_is_looked_at(self):
        alliance = Alliance(stakes="1/1000", leakage="0.99", synergy=9)
        for name in ("stakes", "leakage", "synergy", "trust"):
            low, high = span_of(alliance, name)
            assert low < alliance.terms[name] <= high


class TestRefusals:
    @pytest.mark.parametrize(
        ("alliance", "words"),
        [
            (3, "alliance: requires an Alliance, got int"),
            (Alliance(trust=np.array([0.1])), "got arrays; a report is on one alliance"),
            (Alliance(trust=sympy.Symbol("t")), "got the symbol t; a report is on one alliance"),
        ],
    )
    def test_what_is_no_alliance_with_numbers(self, alliance, words, tmp_path):
        with pytest.raises(TypeError, match=re.escape(words)):
            report(alliance, tmp_path / "out.html")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), ("x", TypeError)])
    def test_what_is_no_seed(self, seed, error, tmp_path):
        with pytest.raises(error, match="seed: requires an integer"):
            report(ALLIANCE, tmp_path / "out.html", seed=seed)

    def test_a_path_that_cannot_be_written_before_the_work(self, tmp_path, monkeypatch):
        monkeypatch.setattr(reporting, "page_of", None)
        with pytest.raises(FileNotFoundError):
            report(ALLIANCE, tmp_path / "no" / "out.html")
        with pytest.raises(IsADirectoryError):
            report(ALLIANCE, tmp_path)


class TestCommand:
    def test_writes_and_overwrites(self, capsys, tmp_path, monkeypatch):
        monkeypatch.setattr(reporting, "SECTIONS", (game_section,))
        path = tmp_path / "out.html"
        path.write_text("old" * 100_000)
        assert main(["report", "--trust", "0.3", "--seed", "7", str(path)]) == 0
        said = capsys.readouterr()
        assert said.out == f"written to {path}\n"
        assert said.err == ""
        text = path.read_text("utf-8")
        assert text.startswith("<!DOCTYPE html>")
        assert text.endswith("</html>\n")
        assert "trust 3/10" in text
        assert "Seed 7" in text

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["no/out.html"], "no/out.html: No such file or directory"),
            (["."], ".: Is a directory"),
            (["--trust", "2", "out.html"], "trust: requires a number in [0, 1]"),
            (["--seed", "x", "out.html"], "seed: requires"),
            (["--seed", "-1", "out.html"], "seed: requires an integer from 0 on"),
            ([], "the following arguments are required: FILE"),
        ],
    )
    def test_wrong_input_is_one_line(self, capsys, tmp_path, monkeypatch, arguments, words):
        monkeypatch.chdir(tmp_path)
        try:
            status = main(["report", *arguments])
        except SystemExit as stop:
            status = stop.code
        error = capsys.readouterr().err
        assert status == 2
        assert words in error
        assert error.count("\n") == 1
        assert list(tmp_path.iterdir()) == []
