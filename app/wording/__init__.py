"""The words for kinds, states, capacities and reasons: the one place, in the page's language when shown."""

from __future__ import annotations

from app.wording.comments import ANSWERS as ANSWERS
from app.wording.comments import CAPACITIES as CAPACITIES
from app.wording.comments import CHANNELS as CHANNELS
from app.wording.comments import KINDS as KINDS
from app.wording.comments import KINDS_BESIDE_A_NAME as KINDS_BESIDE_A_NAME
from app.wording.comments import MEETINGS as MEETINGS
from app.wording.comments import ORGANISATION_KINDS as ORGANISATION_KINDS
from app.wording.comments import REASONS as REASONS
from app.wording.comments import STATES as STATES
from app.wording.comments import in_quotes as in_quotes
from app.wording.comments import words_for_reason as words_for_reason
from app.wording.drafts import CONSULTATION_PROBLEMS as CONSULTATION_PROBLEMS
from app.wording.drafts import DOUBTS as DOUBTS
from app.wording.drafts import DRAFT_PROBLEMS as DRAFT_PROBLEMS
from app.wording.drafts import PARAGRAPH_KINDS as PARAGRAPH_KINDS
from app.wording.intake import CAPACITIES_OF_OTHERS as CAPACITIES_OF_OTHERS
from app.wording.intake import CONSENTS as CONSENTS
from app.wording.intake import INTAKE_PROBLEMS as INTAKE_PROBLEMS
from app.wording.intake import SHEET_PROBLEMS as SHEET_PROBLEMS
from app.wording.intake import intake_words as intake_words
from app.wording.intake import sheet_words as sheet_words
from app.wording.letters import DELIVERY_STATES as DELIVERY_STATES
from app.wording.letters import NEWSLETTER_PROBLEMS as NEWSLETTER_PROBLEMS
from app.wording.letters import SUBSCRIPTIONS as SUBSCRIPTIONS
from app.wording.letters import words_for_subscription as words_for_subscription
from app.wording.workshops import CHANGED_FACTS as CHANGED_FACTS
from app.wording.workshops import WORKSHOP_PROBLEMS as WORKSHOP_PROBLEMS
from app.wording.workshops import facts_that_changed as facts_that_changed
from app.wording.workshops import languages_of_workshop as languages_of_workshop
from app.wording.workshops import registration_words as registration_words
from app.wording.workshops import workshop_words as workshop_words
