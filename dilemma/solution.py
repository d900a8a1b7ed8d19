"""What every answer carries: how it was obtained, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

# The one place of the version: answers carry it, and setup.cfg reads it here.
VERSION = "0.1.0"


@dataclass(frozen=True, kw_only=True, repr=False)
class Solution(Displayed):
    """The part that all answers of the library share.

    Attributes
    ----------
    method : str
        The algorithm that found the answer.
    exact : bool
        True if the answer was decided in rational arithmetic.
    complete : bool
        True if nothing that was asked for can be missing.
    status : str
        One sentence: what was found, and what to do if it is not what was asked for.
    """

    method: str
    exact: bool
    complete: bool
    status: str

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.status}>"

    def __str__(self) -> str:
        return wrapped([self.status])
