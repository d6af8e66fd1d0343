"""A folder, a bucket or a file full of pictures → what the function reads in each, on Apache Beam.

Only pipeline.py imports Beam; all else is the same on one machine and on a thousand.
"""
