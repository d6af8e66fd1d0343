"""What each kind of client sends, and what it reads: one file a client, and one row of the table in table.py."""
