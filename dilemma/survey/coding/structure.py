"""What must hold between the rows of a survey: two firms a case, no row twice, constant terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.game.display import listed
from dilemma.survey.coding.problems import Problems

# Over which rows a moderator must be constant: rows that share these columns.
SPANS: dict[str, tuple[str, ...]] = {
    "case": ("case", "rater"),
    "case-period": ("case", "period", "rater"),
    "case-firm": ("case", "firm", "rater"),
    "observation": (),
}

Keys = Mapping[str, Sequence[Any]]


def check_structure(
    keys: Keys,
    sound: Mapping[str, Sequence[bool]],
    rows: Sequence[int],
    moderators: Mapping[str, tuple[str, Sequence[Any], Sequence[bool]]],
    counted: str,
    problems: Problems,
) -> None:
    """Check what must hold between rows; rows whose own cells are wrong are left out.

    Parameters
    ----------
    keys : mapping of str to sequence
        The case, period, firm and rater of each row.
    sound : mapping of str to sequence of bool
        Whether these could be read.
    rows : sequence of int
        Row numbers.
    moderators : mapping of str to (span, values, sound)
        The span is a key of `SPANS`.
    counted : str
        What rows are called.
    problems : Problems
        Where what is found is added.
    """
    numbers = np.asarray(rows, dtype=np.int64)
    codes = {name: _coded(keys[name]) for name in ("case", "period", "firm", "rater")}
    good = {name: np.asarray(sound[name], dtype=bool) for name in codes}
    _check_repeats(codes, good, numbers, counted, problems)
    _check_firms(keys, codes, good, numbers, problems)
    for name, (span, values, fine) in moderators.items():
        over = SPANS[span]
        if over:
            usable = np.asarray(fine, dtype=bool) & np.all([good[key] for key in over], axis=0)
            _check_constant(name, span, over, keys, codes, values, usable, numbers, problems)


def _coded(values: Sequence[Any]) -> NDArray[np.int64]:
    known: dict[Any, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in values], dtype=np.int64)


def groups(*codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of each row's group: rows are in one group if all their codes are the same."""
    joint = codes[0]
    for more in codes[1:]:
        _, joint = np.unique(joint, return_inverse=True)
        width = int(more.max(initial=0)) + 1
        joint = joint * width + more
    _, number = np.unique(joint, return_inverse=True)
    return np.asarray(number, dtype=np.int64)


def _members(group: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The positions in each group, in order."""
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if len(group) else []


def _check_repeats(
    codes: Mapping[str, NDArray[np.int64]],
    good: Mapping[str, NDArray[np.bool_]],
    rows: NDArray[np.int64],
    counted: str,
    problems: Problems,
) -> None:
    usable = np.flatnonzero(np.all(list(good.values()), axis=0))
    group = groups(*(one[usable] for one in codes.values()))
    if not len(group) or np.bincount(group).max() == 1:
        return
    for members in _members(group):
        first, *later = rows[usable[members]].tolist()
        if later:
            problems.add(
                f"the same case, period, firm and rater as in {counted} {first}: requires one row "
                "for each",
                later,
            )


def _check_firms(
    keys: Keys,
    codes: Mapping[str, NDArray[np.int64]],
    good: Mapping[str, NDArray[np.bool_]],
    rows: NDArray[np.int64],
    problems: Problems,
) -> None:
    # A firm or period that can't be read says that something of its case is unknown: the row has
    # its own message, and the case none that follows from it.
    known = good["case"]
    doubtful = np.unique(codes["case"][known & ~(good["firm"] & good["period"])])
    usable = np.flatnonzero(known & ~np.isin(codes["case"], doubtful))
    if not len(usable):
        return

    def report(group: NDArray[np.int64], wrong: NDArray[np.int64], rule: str) -> None:
        members_of = _members(group)
        for one in wrong:
            members = usable[members_of[one]]
            firms = sorted({keys["firm"][k] for k in members})
            first = {key: keys[key][members[0]] for key in ("case", "period")}
            problems.add(
                f"{rule.format(**first)}, got {len(firms)} ({', '.join(map(repr, firms))})",
                rows[members].tolist(),
            )

    case = groups(codes["case"][usable])
    period = groups(case, codes["period"][usable])
    wrong = np.flatnonzero(_different(period, codes["firm"][usable]) != 2)
    report(period, wrong, "case {case!r}, period {period}: requires two firms")
    usable = usable[~np.isin(period, wrong)]
    case = groups(codes["case"][usable])
    wrong = np.flatnonzero(_different(case, codes["firm"][usable]) > 2)
    report(case, wrong, "case {case!r}: requires the same two firms in all periods")


def _different(group: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many different values each group has."""
    pairs = np.unique(np.stack([group, values]), axis=1)
    return np.asarray(np.bincount(pairs[0]), dtype=np.int64)


def _check_constant(
    name: str,
    span: str,
    over: Sequence[str],
    keys: Keys,
    codes: Mapping[str, NDArray[np.int64]],
    values: Sequence[Any],
    usable: NDArray[np.bool_],
    rows: NDArray[np.int64],
    problems: Problems,
) -> None:
    places = np.flatnonzero(usable)
    if not len(places):
        return
    group = groups(*(codes[key][places] for key in over))
    value = _coded([None if (one := values[k]) != one else one for k in places.tolist()])
    members_of = _members(group)
    for one in np.flatnonzero(_different(group, value) > 1):
        members = places[members_of[one]]
        found = list(dict.fromkeys(_value(values[k]) for k in members))
        where = ", ".join(
            f"{key} {keys[key][members[0]]!r}"
            for key in over
            if key != "rater" or keys[key][members[0]] != ""
        )
        problems.add(
            f"{name}: requires one value for {where} (it is measured per {span}), got "
            f"{_some(found)}",
            rows[members].tolist(),
        )


def _some(values: Sequence[str], most: int = 4) -> str:
    more = [f"{len(values) - most:,} more"] if len(values) > most else []
    return listed([*values[:most], *more])


def _value(value: Any) -> str:
    return "none" if value != value else f"{value:g}"
