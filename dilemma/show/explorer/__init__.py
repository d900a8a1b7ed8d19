"""An alliance under sliders: what changes as a term moves, at once."""
