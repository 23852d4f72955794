"""Every journey can ask for a browser and the site as it ships."""

from tests.browser import (
    browser_type_launch_args,
    editor,
    open_page,
    page_of,
    site,
    slug,
    visitor,
    visitor_without_script,
    within,
)

__all__ = [
    "browser_type_launch_args",
    "editor",
    "open_page",
    "page_of",
    "site",
    "slug",
    "visitor",
    "visitor_without_script",
    "within",
]
