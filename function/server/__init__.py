"""The server around the function, gunicorn: what it tells, what it can be told, and the shorter ways through it."""
