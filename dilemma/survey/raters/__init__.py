"""How far raters agree, and what they say together."""
