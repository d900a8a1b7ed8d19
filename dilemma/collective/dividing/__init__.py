"""What every coalition is worth, and which divisions of it can last."""
