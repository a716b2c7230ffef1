"""Countries: data plus pure functions. They never import one another."""
