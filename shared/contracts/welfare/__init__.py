"""What the welfare service publishes, by what it is about."""

from shared.contracts.welfare import visits as visits
