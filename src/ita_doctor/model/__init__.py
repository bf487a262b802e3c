"""Records only: what was read, what is judged by, what was found. No input, no output, nothing of ours imported."""
