"""Regions as a table and as a record."""

import json

from dilemma import Alliance
from dilemma.show import record, table
from dilemma.study import regions


def test_regions_as_a_table_and_as_a_record():
    found = regions(Alliance(), "trust", "opportunism", ((0, 1), ("1/2", 1)))
    text = table(found)
    assert max(map(len, text.splitlines())) <= 80
    for region in found.regions:
        assert f"region {region.number}  " in text
    again = json.loads(json.dumps(record(found)))
    assert len(again["curves"]) == len(found.curves)
    assert again["regions"][0]["sample"] == [str(one) for one in found.regions[0].sample]
    assert again["over"] == [["0", "1"], ["1/2", "1"]]
