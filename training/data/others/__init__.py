"""What is none of the ten digits: made of pen strokes, doodles, digits cut, joined and turned, fonts, and by chance.

Each module makes one kind of it, a drawing at a time: strokes where a pen would leave them, ink where none would.
"""
