"""Comments page by page, found by the one that a page follows or precedes: all pages cost the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.orm import joinedload

from app.models.base import db
from app.models.comment import Comment

PAGE_LENGTH = 20
# What belongs together in an index, and tells any two comments apart.
AS_RECEIVED = (Comment.received_at, Comment.id)
AS_NUMBERED = (Comment.id,)
Order = Sequence[Any]


@dataclass(frozen=True)
class Page:
    """Some comments in order; `before` and `after` are where the neighbouring pages begin."""

    comments: Sequence[Comment]
    before: int | None
    after: int | None


def page_of(
    sifted: Select[Any], order: Order, *, after: int | None = None, before: int | None = None
) -> Page:
    """The page after or before the comment of that number; the first page when nothing is (left) there."""
    sifted = sifted.options(joinedload(Comment.submission), joinedload(Comment.version))
    number = after if before is None else before
    place = _place_of(number, order) if number is not None else None
    page = None
    if place is not None:
        page = _page_after(sifted, order, place) if before is None else _page_before(sifted, order, place)
    return page or _first_page(sifted, order)


def following(sifted: Select[Any], order: Order, comment: Comment) -> int | None:
    """The number of the comment that comes next, if any."""
    later = tuple_(*order) > _place_of(comment.id, order)
    return _first_number(sifted.where(later).order_by(*order))


def preceding(sifted: Select[Any], order: Order, comment: Comment) -> int | None:
    """The number of the comment that comes before, if any."""
    earlier = tuple_(*order) < _place_of(comment.id, order)
    return _first_number(sifted.where(earlier).order_by(*_backwards(order)))


def _first_page(sifted: Select[Any], order: Order) -> Page:
    found = _read(sifted.order_by(*order))
    shown = found[:PAGE_LENGTH]
    return Page(shown, None, shown[-1].id if len(found) > PAGE_LENGTH else None)


def _page_after(sifted: Select[Any], order: Order, place: Any) -> Page | None:
    page = _first_page(sifted.where(tuple_(*order) > place), order)
    return replace(page, before=page.comments[0].id) if page.comments else None


def _page_before(sifted: Select[Any], order: Order, place: Any) -> Page | None:
    found = _read(sifted.where(tuple_(*order) < place).order_by(*_backwards(order)))
    shown = found[:PAGE_LENGTH][::-1]
    if not shown:
        return None
    return Page(shown, shown[0].id if len(found) > PAGE_LENGTH else None, shown[-1].id)


def _place_of(comment_id: int, order: Order) -> Any:
    place = db.session.execute(select(*order).where(Comment.id == comment_id)).first()
    if place is None:
        return None
    return tuple_(*(literal(value, column.type) for column, value in zip(order, place, strict=True)))


def _backwards(order: Order) -> Order:
    return [column.desc() for column in order]


def _first_number(sifted: Select[Any]) -> int | None:
    found: int | None = db.session.scalar(sifted.with_only_columns(Comment.id).limit(1))
    return found


def _read(wanted: Select[Any]) -> Sequence[Comment]:
    return db.session.scalars(wanted.limit(PAGE_LENGTH + 1)).all()
