"""The collection of a call (提案汇编) as a Word document, from a template that a union can replace by its own."""

import io
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from services.proposals.domain.calls import Call
from services.proposals.domain.cases import Case
from services.proposals.domain.proposals import Proposal, State
from services.proposals.errors.exports import CollectionTemplateBroken, CollectionTooLong
from services.proposals.exports.words import ANSWERS, CATEGORIES, REASONS, SOMEBODY, STATES
from services.proposals.store import ProposalsStores
from services.proposals.store.units import names_of_units
from shared.clock import campus_day
from shared.sheets.cells import of_xml

log = structlog.get_logger()

TEMPLATE = Path(__file__).parents[1] / "templates" / "collection.docx"
MOST = 500
"""Forms of a document. It is made in memory, and nobody reads a longer one."""

_LINE_ENDS = re.compile(r"\r\n?")
Content = Mapping[str, Any]


async def content_of(stores: ProposalsStores, call: Call) -> Content:
    """What a template may name. Raises CollectionTooLong."""
    of_call = {"call_id": call.id}
    if (there := await stores.proposals.count(of_call)) > MOST:
        raise CollectionTooLong(most=MOST, got=there)
    forms = [form async for batch in stores.proposals.in_order(of_call) for form in batch]
    elsewhere = {form.merged_into for form in forms if form.merged_into} - {form.id for form in forms}
    merged_into = await stores.proposals.by_ids(elsewhere)
    all_forms = {**merged_into, **{form.id: form for form in forms}}
    cases = await stores.cases.by_ids(form.case_id for form in all_forms.values() if form.case_id)
    body = (await stores.bodies.get(call.body_id)).state
    people = await stores.people.find(form.proposer_id for form in forms)
    departments = (case.lead_unit_id for case in cases.values() if case.lead_unit_id)
    units = await names_of_units(stores.directory, {*departments, *(form.proposer_unit_id for form in forms)})
    # A number stays with its form: one that is withdrawn leaves a gap.
    numbers = {form.id: number for number, form in enumerate(forms, 1)}
    shown = [form for form in forms if form.state is not State.WITHDRAWN]
    states = Counter(form.state for form in shown)
    return {
        "body": _clean(body.name),
        "opened_on": campus_day(call.opens_at).isoformat(),
        "closed_on": campus_day(call.closes_at).isoformat(),
        "counts": {
            "collected": len(shown),
            **{state.value: states[state] for state in State if state is not State.COLLECTED},
        },
        "proposals": [
            {
                "number": numbers[form.id],
                "title": _clean(form.title),
                "category": CATEGORIES[form.category],
                "proposer": _clean(people[form.proposer_id].name) if form.proposer_id in people else SOMEBODY,
                "proposer_unit": _clean(units.get(form.proposer_unit_id, "")),
                "seconders": len(form.accepted),
                "grounds": _clean(form.grounds),
                "suggestion": _clean(form.suggestion),
                "disposition": _disposition(form, all_forms, numbers),
                "note": _clean(form.disposition_note or ""),
                **_handling(_case_of(form, all_forms, cases), units),
            }
            for form in shown
        ],
    }


def _case_of(form: Proposal, forms: Mapping[UUID, Proposal], cases: Mapping[UUID, Case]) -> Case | None:
    """Its own, or that of the form into which it was merged."""
    holder = forms.get(form.merged_into) if form.merged_into else form
    return cases.get(holder.case_id) if holder and holder.case_id else None


def _disposition(form: Proposal, forms: Mapping[UUID, Proposal], numbers: Mapping[UUID, int]) -> str:
    if form.not_filed_reason:
        return f"{STATES[form.state]}（{REASONS[form.not_filed_reason]}）"
    if form.merged_into is not None and form.merged_into in numbers:
        return f"{STATES[form.state]}（并入第 {numbers[form.merged_into]} 号）"
    if form.merged_into is not None and form.merged_into in forms:
        return f"{STATES[form.state]}（并入《{_clean(forms[form.merged_into].title)}》）"
    return STATES[form.state]


def _handling(case: Case | None, units: Mapping[UUID, str]) -> Content:
    sent = case.last_sent if case else None
    return {
        "lead_department": _clean(units.get(case.lead_unit_id, "")) if case and case.lead_unit_id else "",
        "answer_type": ANSWERS[sent.type] if sent else "",
        "answer": _clean(sent.text) if sent else "",
        "answered_on": case.answered_on.isoformat() if case and case.answered_on else "",
    }


def _clean(text: str) -> str:
    """docxtpl makes line breaks of line feeds, and has meanings of its own for some control characters."""
    return of_xml(_LINE_ENDS.sub("\n", text))


def render(content: Content, template: Path | None = None) -> bytes:
    """Blocks. The template is run in a sandbox. Raises CollectionTemplateBroken for what is wrong with a given one."""
    # Word and XML take ten megabytes: a process that writes no document does without.
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        document = DocxTemplate(str(template or TEMPLATE))
        document.render(dict(content), environment, autoescape=True)
        made = io.BytesIO()
        document.save(made)
    except Exception as error:
        # A template can be wrong in as many ways as it can be written, down to what Python says of an expression.
        if template is None:
            raise
        log.warning("collection-template.broken", error=type(error).__qualname__)
        raise CollectionTemplateBroken(problem=type(error).__name__) from error
    return made.getvalue()
