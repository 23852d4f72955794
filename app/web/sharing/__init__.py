"""Feeds, calendars, posters, cards and the sitemap: how others pass a page on."""
