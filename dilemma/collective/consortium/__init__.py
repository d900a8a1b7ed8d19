"""Which game do n firms play? The terms of an alliance, for more than two, with a common goal."""
