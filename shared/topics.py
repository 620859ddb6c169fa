"""Create the topics that are missing: `python -m shared.topics`."""

import asyncio
import sys

from pydantic import ValidationError

from shared import kafka
from shared.contracts.topics import all_topics
from shared.settings import KafkaSettings


async def _main(settings: KafkaSettings) -> None:
    async with asyncio.timeout(60):
        created = await kafka.ensure_topics(settings, all_topics(settings.topic_prefix))
    sys.stdout.write(f"topics created: {', '.join(created) or 'none, all were there'}\n")


def main() -> None:
    try:
        settings = KafkaSettings()
        asyncio.run(_main(settings))
    except ValidationError as error:
        sys.exit("\n".join(f"setting {found['loc'][0]}: {found['msg']}".upper() for found in error.errors()))
    except kafka.UNREACHABLE as error:
        sys.exit(f"Kafka did not create the topics ({type(error).__name__}). Is it up at the address given?")


if __name__ == "__main__":
    main()
