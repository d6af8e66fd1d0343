"""Never deployed: data → weights → numbers → a release. `python -m training --help` lists the commands."""
