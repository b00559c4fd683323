"""
What Wegwijs remembers: the only room that knows SQL.
"""
