"""Many claims at once, and the table of what they came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, overload

from dilemma.arrays.threads import progress_bar
from dilemma.game.checking import count
from dilemma.game.display import WIDTH, listed, wrapped
from dilemma.propositions.claiming import Claim
from dilemma.propositions.examining import examine
from dilemma.propositions.verdicts import KINDS, Verdict
from dilemma.solution import Solution

METHOD = "signs of polynomials; sampled points for claims on measures"
SHORT = {"proved": "proved", "refuted": "no", "conditional": "if", "supported": "held",
         "undecided": "open"}  # fmt: skip
LEGEND = {
    "proved": "proved: in the whole box, with a certificate",
    "conditional": "if: exactly where the numbered condition holds",
    "refuted": "no: it fails at the numbered counterexample",
    "supported": "held: at all points that were sampled, which is no proof",
    "undecided": "open: neither proved nor refuted within the budget",
}
# Heads of the table, where a measure's name is too long for its column.
HEADS = {"temptation": "temp- tation", "strict equilibrium": "strict equil.",
         "risk dominance": "risk domin."}  # fmt: skip
# With it, 128 samples find all counterexamples that are known to the article's claims.
SEED = 11
COLUMN = 7
MARGIN = 22


@dataclass(frozen=True, kw_only=True, repr=False)
class Verdicts(Solution, Sequence[Verdict]):
    """What became of several claims: a sequence of `Verdict`, each found by its name as well.

    Names such as "trust: basin" put a verdict into a row (trust) and a column (basin) of a table,
    if several rows share the column.

    Attributes
    ----------
    names : tuple of str
    verdicts : tuple of Verdict
        In the order of the names.
    asked : int
        How many claims there were; more than verdicts if it was stopped.
    method, exact, complete, status
        As in every answer of the library. ``exact`` is True if all verdicts are; ``complete`` if
        all claims were examined, and each proved, refuted or given its condition.
    """

    names: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    asked: int

    @overload
    def __getitem__(self, key: int | str) -> Verdict: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Verdict, ...]: ...
    def __getitem__(self, key: int | str | slice) -> Verdict | tuple[Verdict, ...]:
        if isinstance(key, str):
            if key not in self.names:
                raise KeyError(f"verdicts: none of a claim named {key!r}")
            return self.verdicts[self.names.index(key)]
        return self.verdicts[key]

    def __len__(self) -> int:
        return len(self.verdicts)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each verdict, by the claim's name."""
        return {name: one.kind for name, one in zip(self.names, self.verdicts, strict=True)}

    @property
    def matrix(self) -> dict[str, dict[str, Verdict]]:
        """Verdicts by row and column, of claims whose column is shared by several rows."""
        placed = self._placed()
        shared = Counter(column for _, column in placed.values())
        rows: dict[str, dict[str, Verdict]] = {}
        for name, (row, column) in placed.items():
            if shared[column] > 1:
                rows.setdefault(row, {})[column] = self[name]
        return rows

    def _placed(self) -> dict[str, tuple[str, str]]:
        parts = {name: name.partition(": ") for name in self.names}
        return {name: (row, column) for name, (row, colon, column) in parts.items() if colon}

    def __str__(self) -> str:
        return "\n".join([*wrapped([self.status]).splitlines(), *self._table()])

    def _table(self) -> Iterator[str]:
        rows = self.matrix
        notes = {
            name: k
            for k, name in enumerate(
                (n for n, v in zip(self.names, self, strict=True) if v.counterexample), 1
            )
        }
        inside = {f"{row}: {column}" for row, own in rows.items() for column in own}
        columns = list(dict.fromkeys(column for own in rows.values() for column in own))
        room = (WIDTH - MARGIN) // (COLUMN + 1)
        for start in range(0, len(columns), room):
            yield from self._block(rows, columns[start : start + room], notes)
        others = [name for name in self.names if name not in inside]
        if others:
            yield ""
        for name in others:
            mark = _mark(name, self[name], notes)
            yield from _row(name, [mark], WIDTH - COLUMN - 1, [COLUMN])
        kinds = {one.kind for one in self}
        yield ""
        yield from (LEGEND[one] for one in KINDS if one in kinds)
        for name, k in notes.items():
            yield ""
            yield from wrapped(_note(name, self[name], k)).splitlines()

    def _block(
        self,
        rows: Mapping[str, Mapping[str, Verdict]],
        columns: Sequence[str],
        notes: Mapping[str, int],
    ) -> Iterator[str]:
        heads = [wrap(HEADS.get(one, one), COLUMN, break_long_words=False) for one in columns]
        widths = [max(COLUMN, *map(len, head)) for head in heads]
        deep = max(map(len, heads))
        yield ""
        for k in range(deep):
            cells = [head[k - deep + len(head)] if k >= deep - len(head) else "" for head in heads]
            yield from _row("", cells, MARGIN, widths)
        for row, own in rows.items():
            cells = [
                _mark(f"{row}: {column}", own[column], notes) if column in own else ""
                for column in columns
            ]
            if any(cells):
                yield from _row(row, cells, MARGIN, widths)


def _mark(name: str, verdict: Verdict, notes: Mapping[str, int]) -> str:
    short = SHORT[verdict.kind]
    return f"{short} ({notes[name]})" if name in notes else short


def _row(name: str, cells: Sequence[str], margin: int, widths: Sequence[int]) -> Iterator[str]:
    *before, last = wrap(name, margin, subsequent_indent="  ") or [""]
    yield from before
    shown = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    yield " ".join([last.ljust(margin), *shown]).rstrip()


def _note(name: str, verdict: Verdict, number: int) -> list[str]:
    lines = [f"({number}) {name}: {verdict.claim.words}"]
    if verdict.condition is not None:
        lines.append(f"  holds exactly where {verdict.condition}")
    assert verdict.counterexample is not None
    lines.append(f"  fails at {verdict.counterexample.words}")
    return lines


def examine_claims(
    claims: Mapping[str, Claim] | Iterable[Claim] | None = None,
    *,
    budget: int = 1024,
    samples: int = 128,
    seed: Any = SEED,
    tolerance: Any = 1e-9,
    progress: bool = False,
) -> Verdicts:
    """Examine several claims; by default, all that the literature makes.

    Parameters
    ----------
    claims : mapping of str to Claim, or iterable of Claim, optional
        `CLAIMS` if left out. Without names, claims go by their words.
    budget, samples, seed, tolerance
        As for `examine`, for each claim. The seed is one with which 128 samples find every
        counterexample to these claims that we know of.
    progress : bool
        Show a bar.

    Returns
    -------
    Verdicts
        Stopped by Ctrl-C, it returns the verdicts that it has; its status says so.

    Raises
    ------
    TypeError, ValueError
        If there is no claim, something is none, or a number is out of range.

    Examples
    --------
    >>> from dilemma.propositions import CLAIMS
    >>> needs = {name: one for name, one in CLAIMS.items() if name.startswith("needs")}
    >>> print(examine_claims(needs))
    4 claims: 4 proved.
    <BLANKLINE>
    needs: receptivity                                                        proved
    needs: transparency                                                       proved
    needs: ability to absorb                                                  proved
    needs: ability to communicate                                             proved
    <BLANKLINE>
    proved: in the whole box, with a certificate
    """
    named = _named(claims)
    count(budget, "budget", 1, "parts")
    count(samples, "samples", 1, "points")
    found: dict[str, Verdict] = {}
    stopped = False
    with progress_bar(len(named), progress, "examine", "claim") as bar:
        try:
            for name, claim in named.items():
                bar.set_postfix_str(name)
                found[name] = examine(
                    claim, budget=budget, samples=samples, seed=seed, tolerance=tolerance
                )
                bar.update()
        except KeyboardInterrupt:
            stopped = True
    kinds = Counter(one.kind for one in found.values())
    counts = listed([f"{kinds[one]} {one}" for one in KINDS if kinds[one]])
    claims_ = "1 claim" if len(found) == 1 else f"{len(found)} claims"
    status = f"{claims_}: {counts}." if found else "No claim was examined."
    if stopped:
        status = f"Stopped after {len(found)} of {len(named)} claims. {status}"
    decided = not kinds["undecided"] and not kinds["supported"]
    return Verdicts(
        method=METHOD,
        exact=all(one.exact for one in found.values()),
        complete=not stopped and decided,
        status=status,
        names=tuple(found),
        verdicts=tuple(found.values()),
        asked=len(named),
    )


def _named(claims: Any) -> dict[str, Claim]:
    if claims is None:
        from dilemma.propositions.sources.literature import CLAIMS

        claims = CLAIMS
    if not isinstance(claims, Iterable):
        raise TypeError(f"claims: requires Claims, got {claims!r}")
    pairs = list(claims.items()) if isinstance(claims, Mapping) else [(None, c) for c in claims]
    if not pairs:
        raise ValueError("claims: requires at least one, got none")
    named: dict[str, Claim] = {}
    for name, claim in pairs:
        if not isinstance(claim, Claim):
            raise TypeError(f"claims: requires Claims, got {type(claim).__name__}")
        name = claim.words if name is None else name
        if not isinstance(name, str):
            raise TypeError(f"claims: requires texts as names, got {name!r}")
        if name in named:
            raise ValueError(f"claims: requires names that differ, got {name!r} twice")
        named[name] = claim
    return named
