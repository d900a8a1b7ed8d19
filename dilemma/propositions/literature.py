"""All claims of the literature that are stated here, by name: `ARTICLE` and `COLLECTIVE`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dilemma.propositions.article import ARTICLE
from dilemma.propositions.claiming import Claim
from dilemma.propositions.collective_action import COLLECTIVE

CLAIMS: Mapping[str, Claim] = MappingProxyType({**ARTICLE, **COLLECTIVE})
