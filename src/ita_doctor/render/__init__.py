"""A report as text for people or programs; nothing is counted or judged here."""
