"""What is not sent yet: every comment at its paragraph, the respondent's particulars once, and sending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.models.consultation import Consultation
from app.services.comments.admitting import may_comment, require_may_comment, require_open
from app.services.comments.receipts import Receipt
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotYetOpenError,
)
from app.services.public.reading import has_text
from app.services.sittings.readying import UnreadyError, first_written, seen_in
from app.services.sittings.sending import Sending, page_secret_of, receipt_sent_before, send_sitting
from app.services.sittings.unsent import is_kept_with_account, unsent_of
from app.web.access import current_person, public
from app.web.baskets.basket_acts import ACTS
from app.web.baskets.basket_form import BasketForm, basket_form
from app.web.baskets.basket_text import text_of
from app.web.baskets.basket_views import add_problems, in_order_of_page, problem_list
from app.web.baskets.baskets import Basket
from app.web.baskets.gatherings import may_gather, whose
from app.web.baskets.refusals import perhaps_sent, refusal_words
from app.web.baskets.sitting_cookie import bearer, forget_when_empty
from app.web.baskets.unsent import keep_typed_particulars, number_words
from app.web.clock import now
from app.web.comment_forms.foreseen import ForeseenTogether, foreseen_together
from app.web.comment_forms.guarding import TOO_MANY, are_too_many_previews, status_of_refusal
from app.web.comment_forms.particulars_form import public_particulars
from app.web.dates import long_date_words, time_words
from app.web.forms import small_number
from app.web.limits import network_of, private_key, wait_before
from app.web.openings import closing_view
from app.web.ports import settings
from app.web.presenting import words_in
from app.web.public.consultations import consultation_to_read

pages = Blueprint("basket", __name__)


@pages.route("/<lang>/consultations/<slug>/submission")
@public
def basket(slug: str) -> ResponseReturnValue:
    """Every comment not yet sent, and the form to send them all."""
    return _page(Basket(consultation_to_read(slug)))


@pages.route("/<lang>/consultations/<slug>/submission", methods=["POST"])
@public
def act_on_basket(slug: str) -> ResponseReturnValue:
    """What the pressed button says is done; particulars typed meanwhile are kept in any case."""
    consultation = consultation_to_read(slug)
    form = basket_form(consultation, request.form)
    keep_typed_particulars(consultation)
    if request.form.get("act") == "preview":
        return _or_say_why_not(_preview, consultation, form)
    if request.form.get("act") == "send":
        return _or_say_why_not(_send, consultation, form)
    if not form.validate():
        return _page(Basket(consultation), form), 422
    for name, act in ACTS.items():
        number = small_number(request.form.get(name))
        if number is not None:
            return act(consultation, number)
    return redirect(url_for("basket.basket", slug=slug, saved=1, _anchor="particulars"), 303)


@pages.route("/<lang>/consultations/<slug>/submission/text")
@public
def text(slug: str) -> ResponseReturnValue:
    """All that is not sent yet, as a plain text to keep."""
    found = Basket(consultation_to_read(slug))
    if not found.views:
        raise NotFoundError("unsent comments")
    answer = Response(text_of(found.consultation, found.views), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.txt"'
    return answer


def _preview(consultation: Consultation, form: BasketForm) -> ResponseReturnValue:
    """What the public will see of all comments; the form below stays the copy that it is."""
    found = Basket(consultation)
    if found.key is None or not found.ready:
        raise NotFoundError("sitting")
    if not found.key.is_owner:
        raise ForbiddenError("owner")
    require_open(consultation, now(), first_written(found.ready))
    require_may_comment(consultation, current_person())
    if not form.validate():
        return _page(found, form), 422
    if are_too_many_previews(form):
        return _page(found, form), 429
    form.keep_token()
    foreseen = foreseen_together(consultation, found.going, form.said(g.lang))
    return _page(found, form, foreseen=foreseen)


def _send(consultation: Consultation, form: BasketForm) -> ResponseReturnValue:
    at = now()
    # Even when closed the token is read: a form received in time, sent again, still shows its receipt.
    found = Basket(consultation)
    form.began_at = found.key.sitting.began_at if found.key else None
    refused = status_of_refusal(form, consultation, at)
    receipt = _sent_before(consultation, form) if refused == TOO_MANY else None
    if receipt is None and refused is not None and found.is_in_time(at):
        return _page(found, form, refusal="" if found.views else perhaps_sent()), refused
    receipt = receipt or _receipt_of(consultation, form, at)
    forget_when_empty()
    return redirect(
        url_for("receipts.receipt", number=receipt.number, secret=receipt.secret, _anchor="main"), 303
    )


def _or_say_why_not(
    act: Callable[[Consultation, BasketForm], ResponseReturnValue],
    consultation: Consultation,
    form: BasketForm,
) -> ResponseReturnValue:
    """What the act answers, or the page with every word and why nothing was sent."""
    try:
        return act(consultation, form)
    except UnreadyError as error:
        found = Basket(consultation)
        form.add_problems(error.particulars)
        add_problems(found.views, error.comments)
        return _page(found, form), 422
    except InvalidError as error:
        form.add_problems(error.problems)
        return _page(Basket(consultation), form), 422
    except NotFoundError:
        return _page(Basket(consultation), form, refusal=perhaps_sent()), 422
    except ChangedMeanwhileError:
        form.form_errors.append(_("Something here changed since you opened the page. Look again, then send."))
        return _page(Basket(consultation), form), 422
    except (ClosedError, NotYetOpenError, ForbiddenError) as error:
        return _page(Basket(consultation), form, refusal=refusal_words(error)), 403


def _sent_before(consultation: Consultation, form: BasketForm) -> Receipt | None:
    sending = Sending(form.sitting_id, form.seen.data or "", page_secret=form.page_secret)
    return receipt_sent_before(consultation, sending, bearer=bearer(), secret_key=settings().secret_key)


def _receipt_of(consultation: Consultation, form: BasketForm, at: datetime) -> Receipt:
    words, network = form.said(g.lang), network_of(request)
    return send_sitting(
        consultation,
        Sending(
            form.sitting_id,
            form.seen.data or "",
            network,
            with_letter=_may_write_to(words.email),
            page_secret=form.page_secret,
        ),
        words,
        bearer=bearer(),
        by=current_person(),
        at=at,
        secret_key=settings().secret_key,
    )


def _may_write_to(email: str) -> bool:
    return not email or wait_before("comment_letter", private_key(email.casefold())) == 0


def _page(
    found: Basket,
    form: BasketForm | None = None,
    refusal: str = "",
    foreseen: ForeseenTogether | None = None,
) -> str:
    consultation, key, at = found.consultation, found.key, now()
    person = current_person()
    if form is None:
        form = _filled_form(found)
    return render_template(
        "basket/basket.html" if found.views else "basket/empty.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        closing=closing_view(consultation, at),
        whose=whose(key.sitting) if key else "",
        in_grace=at >= consultation.closes_at and found.is_in_time(at),
        grace_until=time_words(found.takes_until, consultation.zone),
        may_send=found.is_in_time(at) and may_comment(consultation, person),
        may_comment=may_comment(consultation, person),
        key=key,
        others=found.keys[1:],
        sitting=key.sitting if key else None,
        views=found.views,
        going={comment.id for comment in found.going},
        unready=[view for view in found.views if not (view.is_ready or view.is_mine)],
        others_of={other.sitting_id: whose(other.sitting) for other in found.keys[1:]},
        seen=seen_in(found.ready),
        opens=page_secret_of(key.sitting, settings().secret_key) if key and key.is_owner else "",
        number=number_words(found.number),
        kept_until=long_date_words(key.sitting.expires_at, consultation.zone) if key else "",
        elsewhere=[each for each in unsent_of(bearer(), at) if each.slug != consultation.slug],
        is_with_account=is_kept_with_account(consultation, bearer(), at),
        form=form,
        errors=in_order_of_page(problem_list(found.views), form.error_list),
        public_particulars=public_particulars(consultation),
        notice=words_in(consultation.privacy_notices),
        refusal=refusal,
        foreseen=foreseen,
        has_text=has_text(consultation),
        asks_to_remove=small_number(request.args.get("remove")),
        was_saved="saved" in request.args,
        is_shared=found.is_shared,
        may_gather=may_gather(consultation),
        as_text=text_of(consultation, found.views),
        words_in=words_in,
        number_words=number_words,
    )


def _filled_form(found: Basket) -> BasketForm:
    person = current_person()
    known = found.key.sitting.particulars if found.key and found.key.is_owner else {}
    filled = MultiDict({name: value for name, value in known.items() if value})
    return basket_form(found.consultation, filled, email=person.email if person else "")
