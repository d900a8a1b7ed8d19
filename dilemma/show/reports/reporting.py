"""One file about one alliance: `report`."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dilemma.alliance import STRATEGIES, Alliance
from dilemma.alliance.payoffs import INTERORGANIZATIONAL_LEARNING
from dilemma.arrays.threads import progress_bar
from dilemma.show.pictures.theme import terms_in_words
from dilemma.show.reports.alliances import alliance_section
from dilemma.show.reports.claiming import claim_section
from dilemma.show.reports.drifting import evolution_section
from dilemma.show.reports.lasting import repeated_section
from dilemma.show.reports.moving import threshold_section
from dilemma.show.reports.settling import equilibrium_section, game_section
from dilemma.show.reports.styling import STYLE
from dilemma.show.reports.swaying import sensitivity_section
from dilemma.show.reports.writing import Section, Setting, missing, paragraph, table
from dilemma.solution import VERSION

SECTIONS: tuple[Callable[[Setting], Section], ...] = (
    alliance_section,
    game_section,
    equilibrium_section,
    threshold_section,
    evolution_section,
    repeated_section,
    sensitivity_section,
    claim_section,
)
# What the numbers and the pictures depend on.
PACKAGES = (
    "numpy", "scipy", "numba", "sympy", "python-flint", "xarray", "matplotlib", "SALib",
    "networkx", "mpltern",
)  # fmt: skip


def report(
    alliance: Alliance,
    path: str | os.PathLike[str],
    *,
    seed: int = 0,
    progress: bool = False,
) -> Path:
    """Write a report on an alliance: one HTML file to read, to send and to print.

    The alliance and its dilemma, its game, equilibria and what concepts select among them, regimes
    over two terms, thresholds along trust, stakes and opportunism, evolution, repeated play,
    sensitivity, and claims of the article; each in words, tables and pictures; with the versions
    and seeds, and the code that makes it again.

    Parameters
    ----------
    alliance : Alliance
        All terms are numbers.
    path : str or path-like
        The file; one that exists is overwritten.
    seed : int
        Of the starts of basins and of the samples of the Sobol indices, at least 0.
    progress : bool
        Show a bar.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    TypeError, ValueError
        If the alliance is a batch or holds symbols, or the seed is no integer from 0 on.
    OSError
        If the file can't be written; known before anything is computed.

    Notes
    -----
    The file needs no network: pictures are in it, with a text for those who don't see them. The
    same alliance, seed and versions make the same bytes; there is no date in it. What can't be had
    for an alliance, such as evolutionary stability where the firms differ, or what takes too long
    with more than six strategies, is left out, and the report says where and why. It takes some
    ten seconds; the first one on a computer longer, while solvers are compiled.

    Examples
    --------
    >>> from dilemma import Alliance, report
    >>> path = report(Alliance(trust=0.3), "alliance.html")  # doctest: +SKIP
    """
    _check(alliance)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"seed: requires an integer, got {seed!r}")
    if seed < 0:
        raise ValueError(f"seed: requires an integer from 0 on, got {seed}")
    path = Path(path)
    _require_writable(path)
    page = page_of(alliance, seed, progress)
    path.write_text(page, encoding="utf-8")
    return path


def page_of(alliance: Alliance, seed: int, progress: bool = False) -> str:
    """Write the HTML of a report."""
    setting = Setting(alliance, alliance.game(), seed)
    sections = []
    with progress_bar(len(SECTIONS), progress, "report", "section") as bar:
        for write in SECTIONS:
            bar.set_postfix_str(write.__name__.removesuffix("_section").replace("_", " "))
            sections.append(write(setting))
            bar.update()
    sections.append(_making(setting))
    words = terms_in_words(alliance)
    title = f"An alliance: {words.partition('; the defaults')[0]}"
    if alliance == Alliance():
        title = "An alliance on default terms"
    # "absorptive_capacity" is the name in code.
    words = words.replace("_", " ")
    anchors = [f"section-{k}" for k, _ in enumerate(sections, 1)]
    contents = "".join(
        f'<li><a href="#{anchor}">{escape(one.title)}</a></li>'
        for anchor, one in zip(anchors, sections, strict=True)
    )
    short = "".join(f"<li>{escape(line)}</li>" for one in sections for line in one.short)
    body = "".join(
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{k}. {escape(one.title)}</h2>'
        f"{one.body}</section>"
        for k, (anchor, one) in enumerate(zip(anchors, sections, strict=True), 1)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f'<meta name="generator" content="dilemma {VERSION}"/><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>"
        '<a class="skip" href="#content">Skip to the report</a>'
        f"<header><h1>{escape(title)}</h1>"
        f"{paragraph(f'A report by dilemma {VERSION}. Terms: {words}.', 'muted')}"
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav></header>'
        f'<main id="content"><div class="short"><h2>In short</h2><ul>{short}</ul></div>{body}'
        "</main></body></html>\n"
    )


def _check(alliance: Any) -> None:
    if not isinstance(alliance, Alliance):
        raise TypeError(f"alliance: requires an Alliance, got {type(alliance).__name__}")
    try:
        alliance.game()
    except TypeError as error:
        reason = str(error).removeprefix("game: ").partition("; ")[0]
        raise TypeError(
            f"alliance: {reason}; a report is on one alliance: replace() them by numbers, or take "
            "one of a batch with alliance.at(index)"
        ) from None


def _require_writable(path: Path) -> None:
    """Find out before the work whether the file can be written; a new one is not left behind."""
    exists = path.exists()
    with path.open("ab"):
        pass
    if not exists:
        path.unlink()


def _making(setting: Setting) -> Section:
    """Say how the report was made: versions, seeds, code, and what is not in it."""
    alliance = setting.alliance
    rows = [["dilemma", VERSION], ["Python", platform.python_version()]]
    for name in PACKAGES:
        try:
            rows.append([name, version(name)])
        except PackageNotFoundError:
            rows.append([name, "not installed"])
    code = (
        "from dilemma import Alliance, report\n\n"
        f"alliance = {alliance!r}\n"
        f'report(alliance, "report.html", seed={setting.seed})'
    )
    parts = [
        paragraph("The code that makes this report again:"),
        f"<pre><code>{escape(code)}</code></pre>",
    ]
    own = []
    if alliance.strategies != STRATEGIES:
        own.append("strategies")
    if alliance.model != INTERORGANIZATIONAL_LEARNING:
        own.append("payoff model")
    if own:
        parts.append(
            paragraph(
                f"The {' and the '.join(own)} in angle brackets are the user's own, and have to "
                "be put in their places."
            )
        )
    parts += [
        paragraph(
            f"Seed {setting.seed}: of the starts of basins of attraction, of the samples of "
            "sensitivity and of claims. All else involves no chance."
        ),
        table("Versions", ["package", "version"], rows),
        "<h3>Left out</h3>",
    ]
    if setting.left_out:
        parts += [missing(what, why) for what, why in setting.left_out]
    else:
        parts.append(paragraph("Nothing that a report has was left out."))
    return Section("How this was made", "".join(parts))
