"""
Every page of the desk.
"""

from bot.web.desk import (
    account,
    agenda,
    clients,
    contacts,
    conversation,
    downloads,
    due,
    entry,
    facts,
    files,
    inbox,
    lists,
    live,
    media,
    report,
    settings,
    team,
    texts,
    visits,
)

PAGES = (*entry.PAGES, *inbox.PAGES, *conversation.PAGES, *clients.PAGES, *due.PAGES, *facts.PAGES, *lists.PAGES, *media.PAGES,
    *account.PAGES, *team.PAGES, *settings.PAGES, *texts.PAGES, *visits.PAGES, *contacts.PAGES, *files.PAGES, *report.PAGES, *live.PAGES,
    *downloads.PAGES, *agenda.PAGES)
