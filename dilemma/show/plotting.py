"""One verb for every picture: `plot`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dilemma.alliance import Alliance
    from dilemma.collective import Consortium


def plot(
    thing: Any,
    ax: Axes | None = None,
    *,
    terms: Alliance | Consortium | str | None = None,
    **options: Any,
) -> Axes:
    """Draw a result of the library.

    Which picture a thing gets is said by the table in `dilemma.show.pictures`. All pictures share
    one theme (`dilemma.show.pictures.theme`): a strategy has the same colour and marker in all of
    them, and the five colours stay apart for colour-blind readers.

    Parameters
    ----------
    thing : alliance, game, or what a function of the library returns
        xarray Datasets of the library are known by ``attrs["dilemma"]``.
    ax : matplotlib Axes, optional
        Where to draw; on a new figure if left out. A picture of several panels divides it. Words
        are smaller in a small one. Legends and captions stand outside of it: a figure with
        ``layout="constrained"`` makes room for them.
    terms : Alliance, Consortium or str, optional
        Written under the picture: an alliance, or a consortium, as its terms. Things that carry
        their terms, such as a sweep, write them without being told.
    **options
        What the picture of such a thing takes besides; `help` of its function in
        `dilemma.show.pictures` tells.

    Returns
    -------
    matplotlib Axes
        The one that was drawn on; its figure is ``ax.figure``.

    Raises
    ------
    TypeError
        If there is no picture of such a thing, or its picture has no such option.

    Examples
    --------
    >>> from dilemma import Alliance, plot
    >>> ax = plot(Alliance(trust=0.75).game())
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('column firm', 'row firm')
    """
    from dilemma.show.pictures import picture_of
    from dilemma.show.pictures.marks import settle
    from dilemma.show.pictures.theme import caption, fit_labels, shrink, terms_in_words

    drawn: Axes = picture_of(thing, options)(thing, ax, **options)
    fit_labels(drawn, 1.0 if ax is None else shrink(drawn))
    if terms is not None:
        caption(drawn, terms if isinstance(terms, str) else terms_in_words(terms))
        if drawn.get_aspect() != "auto":
            settle(drawn)
    return drawn
