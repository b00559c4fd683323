"""
Every page of the desk.
"""

from bot.web.desk import (
    account,
    agenda,
    broadcasts,
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
    moments,
    phones,
    register,
    report,
    settings,
    team,
    texts,
    trajectories,
    visits,
)

PAGES = (*entry.PAGES, *inbox.PAGES, *conversation.PAGES, *clients.PAGES, *due.PAGES, *facts.PAGES, *lists.PAGES, *media.PAGES, *phones.PAGES,
    *account.PAGES, *team.PAGES, *settings.PAGES, *texts.PAGES, *visits.PAGES, *trajectories.PAGES, *contacts.PAGES, *files.PAGES, *report.PAGES,
    *moments.PAGES, *register.PAGES, *broadcasts.PAGES, *downloads.PAGES, *agenda.PAGES, *live.PAGES)
