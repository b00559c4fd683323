"""
How alembic reaches the database: on the connection, and in the transaction, that `migrate` gives it.
"""

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True, compare_server_default=True
)
with context.begin_transaction():
    context.run_migrations()
