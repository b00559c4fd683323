"""
The web side: webhooks, health, and the simulated phones of `demo`.
"""
