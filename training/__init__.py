"""Never deployed: data → training → report → release. `python -m training --help` lists the commands."""
