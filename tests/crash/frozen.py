"""
Read by the process from which others are forked, after everything heavy: what is there stays, and no fork looks through it again.
"""

import gc

gc.collect()
gc.freeze()
