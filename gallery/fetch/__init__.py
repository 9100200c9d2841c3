"""Accounts → new posts and their pictures in the store; and what a run would fetch and cost."""

from gallery.fetch.context import FetchSettings
from gallery.fetch.plan import plan_fetch
from gallery.fetch.run import FetchReport, fetch_accounts

__all__ = ["FetchReport", "FetchSettings", "fetch_accounts", "plan_fetch"]
