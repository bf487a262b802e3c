"""A laboratory with real tools: one healthy installation and its master, and every way in which people spoil them."""
