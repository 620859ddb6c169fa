"""What this service does when it hears of something."""

from shared.directory import DIRECTORY_HANDLERS, HasDirectory
from shared.handlers import Handlers

HANDLERS: Handlers[HasDirectory] = {**DIRECTORY_HANDLERS}
