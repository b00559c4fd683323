"""
Every step from an empty database to the present tables, one a file.
"""
