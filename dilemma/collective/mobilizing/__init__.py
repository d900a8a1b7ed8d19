"""How firms that act first move the others, and what undoes what they settled on."""
