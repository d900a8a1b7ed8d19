"""How a common goal forms in a network of firms, and what it does for their value."""
