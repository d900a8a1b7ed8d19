"""How things are written: numbers shortly, tables in HTML, formulas in LaTeX.

The lowest room: it knows no class of the library. Nouns and answers of every room inherit
`dilemma.writing.pages.Displayed`, which hands them, as data, to one function outside the classes.
So nothing below `dilemma.show` has to know that room, and an answer of a room to come is shown
without a line written for it.
"""
