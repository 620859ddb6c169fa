"""What the proposals service publishes, by what it is about."""

from shared.contracts.proposals import appeals as appeals
from shared.contracts.proposals import calls as calls
from shared.contracts.proposals import cases as cases
from shared.contracts.proposals import congresses as congresses
from shared.contracts.proposals import follow_up as follow_up
from shared.contracts.proposals import forms as forms
from shared.contracts.proposals import rules as rules
