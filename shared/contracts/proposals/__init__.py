"""What the proposals service publishes, by what it is about."""

from shared.contracts.proposals import forms as forms
