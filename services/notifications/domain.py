"""A notice in a member's inbox."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Topic(StrEnum):
    """What a notice is about; each has a template in every language."""

    SECONDING_REQUESTED = "seconding-requested"
    PROPOSAL_WITHDRAWN = "proposal-withdrawn"
    SECONDING_RENEWED = "seconding-renewed"
    SECOND_ANSWERED = "second-answered"
    PROPOSAL_REFERRED = "proposal-referred"
    PROPOSAL_TO_DECIDE = "proposal-to-decide"
    REFERRAL_TAKEN_BACK = "referral-taken-back"
    NOT_TO_DECIDE = "not-to-decide"
    PROPOSAL_FILED = "proposal-filed"
    PROPOSAL_TAKEN_AS_OPINION = "proposal-taken-as-opinion"
    PROPOSAL_NOT_FILED = "proposal-not-filed"
    PROPOSAL_MERGED = "proposal-merged"
    PROPOSALS_MERGED = "proposals-merged"
    PROPOSALS_UNMERGED = "proposals-unmerged"
    DISPOSITION_REVOKED = "disposition-revoked"
    CASE_TO_ASSIGN = "case-to-assign"
    CASE_TO_LEAD = "case-to-lead"
    CASE_TO_SUPPORT = "case-to-support"
    CASE_IN_CHARGE = "case-in-charge"
    CASE_TO_WATCH = "case-to-watch"
    CASE_ASSIGNED = "case-assigned"
    CASE_TAKEN_OVER = "case-taken-over"
    CASE_HANDED_OVER = "case-handed-over"
    CASE_RETURNED = "case-returned"
    CASE_RECALLED = "case-recalled"
    CASE_EXTENDED = "case-extended"
    CASE_DUE_SOON = "case-due-soon"
    CASE_OVERDUE = "case-overdue"
    CASE_ESCALATED = "case-escalated"
    CASE_UNSIGNED = "case-unsigned"
    CASE_CO_DEPARTMENTS = "case-co-departments"
    CASE_OPINION_GIVEN = "case-opinion-given"
    CASE_OPINION_LATE = "case-opinion-late"
    CASE_TO_SIGN = "case-to-sign"
    CASE_ANSWER_DECLINED = "case-answer-declined"
    CASE_TO_RATE = "case-to-rate"
    OPINION_ANSWERED = "opinion-answered"
    CASE_TO_HANDLE_AGAIN = "case-to-handle-again"
    CASE_HANDLED_AGAIN = "case-handled-again"
    CASE_PLAN_LAPSED = "case-plan-lapsed"
    CASE_REOPENED = "case-reopened"
    CASE_CLOSED = "case-closed"
    CASE_CLOSED_WITH_PLAN = "case-closed-with-plan"
    CASE_CLOSED_DISSATISFIED = "case-closed-dissatisfied"
    CASE_CANCELLED = "case-cancelled"
    CASE_FORWARDED = "case-forwarded"
    CASE_CAME_BACK = "case-came-back"
    COMMITMENT_MET = "commitment-met"
    CALL_ANNOUNCED = "call-announced"
    CALL_EXTENDED = "call-extended"
    FORMS_AWAIT_REVIEW = "forms-await-review"
    PROPOSAL_OUTSTANDING = "proposal-outstanding"
    SESSION_CONVENED = "session-convened"
    SESSION_CANCELLED = "session-cancelled"
    VISIT_LOGGED = "visit-logged"
    HARDSHIP_ROUND_OPENED = "hardship-round-opened"
    HARDSHIP_FILED_FOR_YOU = "hardship-filed-for-you"
    HARDSHIP_TO_REVIEW = "hardship-to-review"
    HARDSHIP_RETURNED = "hardship-returned"
    HARDSHIP_PROGRESS = "hardship-progress"
    HARDSHIP_TO_GRADE = "hardship-to-grade"
    HARDSHIP_TO_DECIDE = "hardship-to-decide"
    HARDSHIP_TO_RULE_ON = "hardship-to-rule-on"
    HARDSHIP_OBJECTION_RULED = "hardship-objection-ruled"
    HARDSHIP_TO_PAY = "hardship-to-pay"
    HARDSHIP_PAID = "hardship-paid"
    AID_ENROLLED = "aid-enrolled"
    AID_ENROLMENT_ENDED = "aid-enrolment-ended"
    AID_CLAIM_TO_SUBMIT = "aid-claim-to-submit"
    AID_CLAIM_RECORDED = "aid-claim-recorded"
    AID_CLAIM_SUBMITTED = "aid-claim-submitted"
    AID_CLAIM_ACCEPTED = "aid-claim-accepted"
    AID_CLAIM_REFUSED = "aid-claim-refused"
    AID_CLAIM_PAID = "aid-claim-paid"
    AID_CLAIM_WITHDRAWN = "aid-claim-withdrawn"
    CARD_BATCH_SUBMITTED = "card-batch-submitted"
    CARD_ISSUED = "card-issued"
    CARD_REFUSED = "card-refused"
    CARD_LOST = "card-lost"
    CARD_TO_REPLACE = "card-to-replace"
    CARD_REPLACED = "card-replaced"
    CARD_CANCELLED = "card-cancelled"
    PAIRING_BEGUN = "pairing-begun"
    PAIRING_PAUSED = "pairing-paused"
    PAIRING_RESUMED = "pairing-resumed"
    PAIRING_ENDED = "pairing-ended"
    VISIT_TO_SIGN = "visit-to-sign"
    VISIT_APPROVED = "visit-approved"
    VISIT_REFUSED = "visit-refused"
    VISIT_TO_PAY = "visit-to-pay"
    VISIT_PAID = "visit-paid"
    BATCH_VISIT_LISTED = "batch-visit-listed"
    BATCH_VISIT_TO_SIGN = "batch-visit-to-sign"
    BATCH_VISIT_APPROVED = "batch-visit-approved"
    BATCH_VISIT_REFUSED = "batch-visit-refused"
    BATCH_VISIT_TO_PAY = "batch-visit-to-pay"
    EXPENSE_TO_APPROVE = "expense-to-approve"
    EXPENSE_APPROVED = "expense-approved"
    EXPENSE_TO_PAY = "expense-to-pay"
    EXPENSE_RETURNED = "expense-returned"
    EXPENSE_REJECTED = "expense-rejected"
    EXPENSE_PAID = "expense-paid"
    EXPENSE_REFUNDED = "expense-refunded"
    BENEFIT_OPENED = "benefit-opened"
    BENEFIT_CHOOSE_SOON = "benefit-choose-soon"
    BENEFIT_TO_COLLECT = "benefit-to-collect"
    BENEFIT_CANCELLED = "benefit-cancelled"
    BENEFIT_TO_ANNOUNCE = "benefit-to-announce"
    BENEFIT_CHOOSING_CLOSED = "benefit-choosing-closed"
    BENEFIT_TO_HAND_OUT = "benefit-to-hand-out"
    BENEFIT_PICK_UP_EXTENDED = "benefit-pick-up-extended"
    BENEFIT_PICKED_UP = "benefit-picked-up"
    BENEFIT_RETURNED = "benefit-returned"
    BENEFIT_RECONCILED = "benefit-reconciled"
    VOUCHER_ISSUED = "voucher-issued"
    AWARD_GRANTED = "award-granted"
    APPEAL_SUBMITTED = "appeal-submitted"
    APPEAL_ACCEPTED = "appeal-accepted"
    APPEAL_REFUSED = "appeal-refused"
    APPEAL_MEDIATION = "appeal-mediation"
    APPEAL_SETTLED = "appeal-settled"
    APPEAL_MEDIATION_FAILED = "appeal-mediation-failed"
    APPEAL_HEARING = "appeal-hearing"
    APPEAL_HEARD = "appeal-heard"
    APPEAL_RECUSED = "appeal-recused"
    APPEAL_TO_CHAIR = "appeal-to-chair"
    APPEAL_SHORT_OF_MEMBERS = "appeal-short-of-members"
    APPEAL_COMMITTEE_CHANGED = "appeal-committee-changed"
    APPEAL_CHALLENGE_TO_RULE_ON = "appeal-challenge-to-rule-on"
    APPEAL_CHALLENGE_RULED = "appeal-challenge-ruled"
    APPEAL_DECIDED = "appeal-decided"
    APPEAL_WITHDRAWN = "appeal-withdrawn"
    APPEAL_COMMITTEE_APPOINTED = "appeal-committee-appointed"
    APPEAL_COMMITTEE_ENDED = "appeal-committee-ended"


PEOPLE = ("member", "proposer", "seconder")
"""As what a notice may speak of somebody."""


class Notice(BaseModel):
    """Its text is made when it is read, in the reader's language and with the names of that day.

    `id` is derived from the event and the member, so that an event heard twice makes one notice. `people` and
    `subjects` say whose name and which title a word of the text stands for; `subject_id` is what it is about.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    member_id: UUID
    topic: Topic
    subject_id: UUID
    facts: Mapping[str, str]
    people: Mapping[str, UUID]
    subjects: Mapping[str, UUID] = {}
    event_id: str
    correlation_id: str
    at: datetime
    read_at: datetime | None = None


def notice_id(event_id: str, member_id: UUID) -> str:
    """Sorts by time, as event ids do."""
    return f"{event_id}|{member_id}"
