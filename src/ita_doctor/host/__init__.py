"""The one place that touches a machine: its files, its users, its network."""
