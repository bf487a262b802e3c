"""`python -m ita_doctor`: the same as the command `ita-doctor`."""

from ita_doctor.cli.app import run

if __name__ == "__main__":
    run()
