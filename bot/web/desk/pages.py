"""
Every page of the desk.
"""

from bot.web.desk import account, clients, contacts, conversation, entry, files, inbox, live, media, report, settings, team, texts

PAGES = (*entry.PAGES, *inbox.PAGES, *conversation.PAGES, *clients.PAGES, *media.PAGES, *account.PAGES, *team.PAGES, *settings.PAGES,
    *texts.PAGES, *live.PAGES, *contacts.PAGES, *files.PAGES,
    *report.PAGES)
