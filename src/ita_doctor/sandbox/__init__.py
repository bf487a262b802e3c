"""A small world of its own for `demo`: an installation made by the procedure, and a master that asks for a certificate."""
