"""How rest points move with a parameter: branches, and where they are born, meet and turn."""
