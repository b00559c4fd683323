"""
What Wegwijs decides: conversations as frozen values, and pure functions over them.
"""
