"""
How Wegwijs acts: the only room that touches the world.
"""
