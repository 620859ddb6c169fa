"""The topics of a deployment. The names of the services are part of the published language."""

from shared.contracts.base import dead_letter_topic, topic_name

PUBLISHERS = ("events", "members", "proposals", "welfare")
CONSUMERS = ("events", "notifications", "proposals", "reports", "welfare")


def all_topics(prefix: str) -> list[str]:
    names = [topic_name(service, prefix, restricted=hidden) for service in PUBLISHERS for hidden in (False, True)]
    return sorted(names + [dead_letter_topic(service, prefix) for service in CONSUMERS])
