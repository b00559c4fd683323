"""
The desk: the pages where volunteers find what the bot cannot answer, one noun a file.
"""
