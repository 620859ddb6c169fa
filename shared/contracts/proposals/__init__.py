"""What the proposals service publishes, by what it is about."""

from shared.contracts.proposals import appeals as appeals
from shared.contracts.proposals import forms as forms
