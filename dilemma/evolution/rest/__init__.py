"""Where populations can stay, what they come to, and by which path they leave."""
