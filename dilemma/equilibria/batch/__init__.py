"""Every equilibrium of every game in a batch: from chunks of payoffs to one labelled answer."""
