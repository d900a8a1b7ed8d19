"""An alliance under sliders: `explore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Any

from dilemma.alliance import Alliance
from dilemma.arrays.exact import fraction
from dilemma.show.explorer import panels, regimes

# Where a term has no upper end, the slider has.
_RANGES = {
    "stakes": ("0.1", "8"),
    "synergy": ("0", "2"),
    "relational_return": ("0", "2"),
    "leakage": ("0", "0.95"),
    "absorptive_capacity": ("0.1", "3"),
    "communicative_capacity": ("0.1", "3"),
    "receptivity_cost": ("0", "2"),
    "transparency_cost": ("0", "2"),
}
# Exact equilibria of larger games take longer than a slider may.
_MOST = 6
_NO_SLIDERS = (
    "A static picture: the sliders need a notebook with Jupyter widgets (JupyterLab, Notebook 7 "
    "or VS Code) and the extra <code>notebook</code>: "
    "<code>pip install 'dilemma[notebook]'</code>."
)


def explore(
    alliance: Alliance | None = None,
    first: str = "trust",
    second: str = "stakes",
    ranges: Mapping[str, Sequence[Any]] | None = None,
) -> Explorer:
    """Show an alliance in a notebook, with a slider for each of its terms.

    While a slider moves, everything is computed anew: the payoffs with their best replies, every
    equilibrium (exactly), a map of the strict equilibria over two terms (10,000 games), the kind
    of dilemma, the critical discount factor, and where a population of firms spends its time.

    Parameters
    ----------
    alliance : Alliance, optional
        Where the sliders start; the default alliance if left out. Terms that differ between the
        firms, as in ``stakes=(1, 2)``, get two sliders.
    first, second : str
        The terms along the map's width and height; menus in the widget change them.
    ranges : mapping of str to pair of numbers, optional
        Ends of sliders, such as ``{"stakes": (1, 20)}``. Terms without an upper end have
        ranges of their own otherwise, widened so that the alliance is inside.

    Returns
    -------
    Explorer
        It shows itself where it is the last line of a cell. ``.alliance`` is the alliance as the
        sliders have it, ``.code`` the lines that make it again.

    Raises
    ------
    TypeError, ValueError
        If the alliance is a batch or holds symbols, has more than 6 strategies a firm, or the
        terms or ranges are not among those of its sliders.

    Notes
    -----
    The first use on a machine waits some seconds while the solver of the map is compiled. Without
    Jupyter's widgets the explorer shows as a static picture, and says so.

    Examples
    --------
    >>> explorer = explore(Alliance(trust=0.75))
    >>> explorer.set(trust=0.8)
    >>> print(explorer.code)
    from dilemma import Alliance, explore
    <BLANKLINE>
    alliance = Alliance(trust='4/5')
    explore(alliance, first='trust', second='stakes')
    """
    return Explorer(Alliance() if alliance is None else alliance, first, second, ranges or {})


class Explorer:
    """What `explore` returns: an alliance that sliders change, and what follows from its terms."""

    def __init__(
        self,
        alliance: Alliance,
        first: str,
        second: str,
        ranges: Mapping[str, Sequence[Any]],
    ) -> None:
        _check(alliance)
        self._alliance = alliance
        self._ranges = _ranges(alliance, ranges)
        self._given = dict(ranges)
        self._first, self._second = _axes(first, second, self._ranges)
        self._map: tuple[Any, regimes.Regimes] | None = None
        self._widgets: dict[str, Any] | None = None
        self._quiet = False

    @property
    def alliance(self) -> Alliance:
        """The alliance as it stands."""
        return self._alliance

    @property
    def code(self) -> str:
        """Python that makes this explorer again."""
        exact = {
            name: tuple(str(fraction(end, name)) for end in pair)
            for name, pair in self._given.items()
        }
        given = f", ranges={exact}" if exact else ""
        return (
            "from dilemma import Alliance, explore\n\n"
            f"alliance = {self._alliance!r}\n"
            f"explore(alliance, first={self._first!r}, second={self._second!r}{given})"
        )

    def set(self, **terms: Any) -> None:
        """Change terms, as the sliders do; sliders follow."""
        changed = self._alliance.replace(**terms)
        _check(changed)
        self._alliance = changed
        for name, (low, high) in self._ranges.items():
            value = _value(changed, name)
            self._ranges[name] = min(low, value), max(high, value)
        self._refresh()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        plain = {"text/plain": repr(self), "text/html": self._static()}
        box = self._box()
        return plain if box is None else {**box._repr_mimebundle_(), **plain}

    def __repr__(self) -> str:
        return f"explore({self._alliance!r}, first={self._first!r}, second={self._second!r})"

    # What is shown.

    def _regimes(self) -> regimes.Regimes:
        """The map, which stays as it is while only its own two terms move."""
        fixed = {name: self._ranges[name][0] for name in (self._first, self._second)}
        low = {name: _inside(self._alliance, name, value) for name, value in fixed.items()}
        spans = tuple(self._ranges[name] for name in (self._first, self._second))
        key = (self._alliance.replace(**low), self._first, self._second, spans)
        if self._map is None or self._map[0] != key:
            found = regimes.regimes_of(self._alliance, self._first, self._second, self._ranges)
            self._map = key, found
        return self._map[1]

    def _picture(self) -> str:
        here = _value(self._alliance, self._first), _value(self._alliance, self._second)
        settled = regimes.strict_equilibria(self._alliance.game())
        return f"<h4>Strict equilibria</h4>{regimes.svg(self._regimes(), here, settled)}"

    def _static(self) -> str:
        terms = ", ".join(f"{name} {value}" for name, value in _shown(self._alliance).items())
        return (
            f'{panels.STYLE}<div class="dilemma-explorer"><p>{_NO_SLIDERS}</p>'
            f"<p>{escape(terms)}</p>{panels.answers(self._alliance)}{self._picture()}</div>"
        )

    # The widgets.

    def _box(self) -> Any:
        """The widgets, made when they are first asked for; None without ipywidgets."""
        try:
            import ipywidgets as widgets
        except ImportError:
            return None
        if self._widgets is None:
            self._widgets = self._make(widgets)
            self._refresh()
        return self._widgets["box"]

    def _make(self, widgets: Any) -> dict[str, Any]:
        wide = widgets.Layout(width="310px")
        sliders = {}
        for name, (low, high) in self._ranges.items():
            slider = widgets.FloatSlider(
                value=float(_value(self._alliance, name)),
                min=float(low),
                max=float(high),
                step=0.01 if high - low <= 2 else 0.05,
                description=_label(name),
                readout_format=".2f",
                style={"description_width": "135px"},
                layout=wide,
            )
            slider.observe(self._moved(name), "value")
            sliders[name] = slider
        menus = {}
        for which, chosen in (("first", self._first), ("second", self._second)):
            menu = widgets.Dropdown(
                options=[(_label(name), name) for name in self._ranges],
                value=chosen,
                description="map: across" if which == "first" else "map: up",
                style={"description_width": "135px"},
                layout=wide,
            )
            menu.observe(self._turned, "value")
            menus[which] = menu
        show_code = widgets.ToggleButton(value=False, description="Show the code", icon="code")
        code = widgets.HTML()
        code.layout.display = "none"

        def toggled(change: Any) -> None:
            code.layout.display = None if change["new"] else "none"

        show_code.observe(toggled, "value")
        answers, picture = widgets.HTML(), widgets.HTML()
        left = widgets.VBox([*sliders.values(), *menus.values(), show_code, code])
        box = widgets.HBox([left, picture, answers], layout=widgets.Layout(flex_flow="row wrap"))
        left.layout.width = "318px"
        picture.layout.width, picture.layout.margin = "320px", "0 6px"
        answers.layout.flex = "1 1 360px"
        # A flex item that may be narrower than its widest table, which then scrolls.
        answers.layout.min_width = "0"
        return {
            "box": box, "sliders": sliders, "menus": menus, "code": code,
            "answers": answers, "picture": picture,
        }  # fmt: skip

    def _moved(self, name: str) -> Any:
        def act(change: Any) -> None:
            if self._quiet:
                return
            # What the slider shows, not the binary noise of its steps.
            value = fraction(f"{change['new']:.6f}", name)
            self._alliance = self._alliance.replace(**{name: _inside(self._alliance, name, value)})
            self._refresh()

        return act

    def _turned(self, _: Any) -> None:
        if self._quiet or self._widgets is None:
            return
        menus = self._widgets["menus"]
        first, second = menus["first"].value, menus["second"].value
        if first == second:
            # The two change places.
            first, second = (
                (self._second, self._first)
                if (first, second) != (self._first, self._second)
                else (first, second)
            )
        self._first, self._second = first, second
        self._refresh()

    def _refresh(self) -> None:
        """Bring all widgets to where the alliance is."""
        if self._widgets is None:
            return
        self._quiet = True
        try:
            for name, slider in self._widgets["sliders"].items():
                low, high = map(float, self._ranges[name])
                slider.min, slider.max = min(low, slider.min), max(high, slider.max)
                value = float(_value(self._alliance, name))
                if abs(slider.value - value) > 5e-7:
                    slider.value = value
            self._widgets["menus"]["first"].value = self._first
            self._widgets["menus"]["second"].value = self._second
        finally:
            self._quiet = False
        try:
            answers, picture = panels.answers(self._alliance), self._picture()
        except (ValueError, TypeError, ArithmeticError) as error:
            answers, picture = f"<p>{escape(str(error))}</p>", ""
        frame = f'{panels.STYLE}<div class="dilemma-explorer">'
        self._widgets["answers"].value = f"{frame}{answers}</div>"
        self._widgets["picture"].value = f"{frame}{picture}</div>"
        style = "white-space:pre-wrap;font-size:11px;overflow-wrap:anywhere"
        self._widgets[
            "code"
        ].value = f'{frame}<pre style="{style}">{escape(self.code)}</pre></div>'


def _check(alliance: Any) -> None:
    if not isinstance(alliance, Alliance):
        raise TypeError(f"alliance: requires an Alliance, got {type(alliance).__name__}")
    for name, value in alliance.terms.items():
        if not all(isinstance(one, Fraction) for one in _both(value)):
            raise TypeError(f"alliance: requires numbers as terms, got {name} = {value!r}")
    if len(alliance.strategies) > _MOST:
        raise ValueError(
            f"alliance: requires at most {_MOST} strategies a firm, so that answers keep up with "
            f"a slider, got {len(alliance.strategies)}"
        )


def _label(slider: str) -> str:
    """A term's name beside its slider."""
    return (
        slider.replace("_", " ")
        .replace("communicative capacity", "capacity to show")
        .replace("absorptive capacity", "capacity to absorb")
    )


def _both(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _shown(alliance: Alliance) -> dict[str, Fraction]:
    """A value for each slider: one a term, two where the firms differ."""
    shown: dict[str, Fraction] = {}
    for name, value in alliance.terms.items():
        if isinstance(value, tuple) and value[0] != value[1]:
            shown[f"{name}.row"], shown[f"{name}.column"] = value
        else:
            shown[name] = _both(value)[0]
    return shown


def _value(alliance: Alliance, slider: str) -> Fraction:
    name, _, firm = slider.partition(".")
    pair = _both(alliance.terms[name])
    found = pair[-1] if firm == "column" else pair[0]
    assert isinstance(found, Fraction)
    return found


def _inside(alliance: Alliance, slider: str, value: Fraction) -> Fraction:
    """The value itself; where a domain's end is open, as 0 for stakes, a hundredth inside."""
    domain = alliance.domains[slider]
    if domain.low is not None and domain.low_open and value <= domain.low:
        return Fraction(domain.low) + Fraction(1, 100)
    if domain.high is not None and domain.high_open and value >= domain.high:
        return Fraction(domain.high) - Fraction(1, 100)
    return value


def _ranges(
    alliance: Alliance, given: Mapping[str, Sequence[Any]]
) -> dict[str, tuple[Fraction, Fraction]]:
    sliders = _shown(alliance)
    for name in given:
        if name not in sliders:
            known = ", ".join(sliders)
            raise ValueError(f"ranges: requires terms with a slider ({known}), got {name!r}")
    result = {}
    for name, value in sliders.items():
        domain = alliance.domains[name]
        if name in given:
            low, high = _read_pair(name, given[name])
            outside = [
                one
                for one, inner in ((low, domain.low), (high, domain.high))
                if inner is not None and ((one < inner) if inner == domain.low else (one > inner))
            ]
            if outside or not low < high:
                raise ValueError(
                    f"ranges: requires two increasing values of {name} inside its domain, "
                    f"got ({low}, {high})"
                )
        else:
            base = name.partition(".")[0]
            ends = _RANGES.get(base, (domain.low, domain.high))
            low, high = (
                fraction(end if end is not None else other, name)
                for end, other in zip(ends, (-10, 10), strict=True)
            )
        result[name] = (
            min(_inside(alliance, name, low), value),
            max(_inside(alliance, name, high), value),
        )
    return result


def _read_pair(name: str, pair: Sequence[Any]) -> tuple[Fraction, Fraction]:
    ends = tuple(pair)
    if len(ends) != 2:
        raise ValueError(f"ranges: requires a pair (low, high) for {name}, got {pair!r}")
    return fraction(ends[0], name), fraction(ends[1], name)


def _axes(
    first: str, second: str, ranges: Mapping[str, tuple[Fraction, Fraction]]
) -> tuple[str, str]:
    for argument, name in (("first", first), ("second", second)):
        if name not in ranges:
            raise ValueError(
                f"{argument}: requires a term with a slider ({', '.join(ranges)}), got {name!r}"
            )
    if first == second:
        raise ValueError(f"second: requires another term than first, got {second!r} for both")
    return first, second
