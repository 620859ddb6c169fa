"""What the proposals service publishes, by what it is about."""

from shared.contracts.proposals import congresses as congresses
from shared.contracts.proposals import forms as forms
